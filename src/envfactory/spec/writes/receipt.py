"""Receipts: the records that submissions leave.

The fields of such a record are what callers send, with an identifier, the moment and, where the
verb tells one, a status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from envfactory.source.description import JsonSchema
from envfactory.spec.model import Assign, CreateRecord, FieldSpec, Omission, Reference, Result
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft, Labels
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_presentation, is_transport
from envfactory.spec.records.resource import Kind
from envfactory.spec.records.slot import gather, inferred_key, is_secret, named_key
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.schema import Schemas, Shape
from envfactory.spec.words.authority import CREATED
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import article
from envfactory.spec.writes.submission import BESIDE, Submission
from envfactory.spec.writes.upload import (
    add_file_name,
    carries_file,
    file_field,
    file_name_schema,
    is_binary,
    without_files,
)

_MARK = "x-envfactory-inferred"
_INFERRED = "the record is implied by what callers send"
_MAX_INPUTS = 40


def implied_kinds(
    submissions: Mapping[str, Submission], seen: list[Seen], kinds: list[Kind], schemas: Schemas
) -> list[Kind]:
    """Return the kinds of records that submissions leave and that no other kind is called like."""
    taken = {kind.noun for kind in kinds}
    homes = {home for kind in kinds for home in kind.homes}
    implied: dict[tuple[str, ...], Kind] = {}
    for one in seen:
        submission = submissions.get(one.where)
        if submission is None or submission.noun in taken or one.route.nouns in homes:
            continue
        known = implied.get(submission.noun)
        kind = _implied_kind(one, submission, schemas)
        if kind is None:
            continue
        if known is None:
            implied[submission.noun] = kind
        elif one.route.nouns not in known.homes:
            known.homes += kind.homes
            known.own += kind.own
            known.seen += kind.seen
    return list(implied.values())


def _implied_kind(seen: Seen, submission: Submission, schemas: Schemas) -> Kind | None:
    """Return the kind whose fields are what callers send, with what tells of the record itself."""
    sent = _sent(seen, schemas)
    if not sent:
        return None
    body = seen.request.shape if seen.request and seen.request.kind == "record" else None
    required = frozenset(
        [p.name for p in seen.operation.parameters if p.required and p.name in sent]
        + [name for name in (body.required if body else ()) if name in sent]
    )
    request = Shape("object", properties=sent, required=required)
    response = Payload("record", _answered(seen, submission, sent))
    read = replace(seen, kind="create", request=Payload("record", request), response=response)
    kind = Kind(noun=submission.noun)
    kind.homes.append(seen.route.nouns)
    kind.own.append(seen.route.nouns[-1])
    kind.seen.append(read)
    return kind


def _sent(seen: Seen, schemas: Schemas) -> dict[str, JsonSchema]:
    """Return what callers give that is data: path and query parameters and body properties."""
    found: dict[str, JsonSchema] = {}
    leading = set(seen.route.context)
    for parameter in seen.operation.parameters:
        place = parameter.location
        if place not in ("path", "query") or is_transport(parameter.name, place):
            continue
        if parameter.name in leading or is_presentation(parameter.name, parameter.description):
            continue
        found[parameter.name] = {**parameter.schema_, "description": parameter.description}
    if seen.request is not None and seen.request.kind == "record":
        for name, schema in seen.request.shape.properties.items():
            if not schemas.shape(schema).read_only:
                found[name] = schema
    files = [name for name, schema in found.items() if is_binary(schemas, schema)]
    for name in files:
        del found[name]
    if files or (seen.request is None and carries_file(schemas, seen)):
        found["file_name"] = file_name_schema()
    kept = {name: schema for name, schema in found.items() if words(name)}
    data = {name: schema for name, schema in kept.items() if not is_secret(words(name))}
    return dict(list(data.items())[:_MAX_INPUTS])


def _answered(seen: Seen, submission: Submission, sent: dict[str, JsonSchema]) -> Shape:
    """Return what the record is answered with: what was sent, its key, its status and moment.

    What else the API answers with it would have to compute, and no rule can.
    """
    known = {words(name) for name in sent}
    shown: dict[str, JsonSchema] = {}
    if seen.response.kind == "record":
        for name, schema in seen.response.shape.properties.items():
            parts = words(name)
            key = parts in {("id",), ("uuid",), ("sid",), (*submission.noun, "id")}
            if parts in known or "_".join(parts) in BESIDE:
                continue
            if key or "_".join(parts) in CREATED or (parts == ("status",) and submission.states):
                shown[name] = schema
    have = known | {words(name) for name in shown}
    if submission.states and not have & {("status",), ("state",)}:
        shown["status"] = {**_status(submission), _MARK: True}
    elif ("status",) in {words(name) for name in shown} and submission.states:
        name = next(name for name in shown if words(name) == ("status",))
        shown[name] = _status(submission)
    if not any("_".join(parts) in CREATED for parts in have):
        shown["created_at"] = {
            "type": "string",
            "format": "date-time",
            "description": "When it was made.",
            "readOnly": True,
            _MARK: True,
        }
    properties = {**sent, **shown}
    return Shape("object", properties=properties, required=frozenset(shown))


def _status(submission: Submission) -> JsonSchema:
    first, label = submission.states[0], " ".join(submission.noun)
    return {
        "type": "string",
        "enum": list(submission.states),
        "default": first,
        "description": f"How far the {label} has come.",
        "readOnly": True,
    }


def implied_drafts(
    kinds: list[Kind], labels: Labels, schemas: Schemas, omit: list[Omission]
) -> list[Draft]:
    """Return drafts of the records that submissions leave; each gets a key of its own."""
    drafts = []
    for kind in kinds:
        slots = gather(kind, schemas, omit)
        own = ((*kind.noun, "id"), ("id",), ("uuid",), ("sid",))
        there = _named_by_paths(kind)
        answered = [p for p in own if p in slots and slots[p].returned and p not in there]
        if answered:
            choice = named_key(kind, slots, slots[answered[0]].source_name, schemas)
        else:
            choice = inferred_key(kind, slots)
        longer = (*kind.homes[0][-2], *kind.noun) if len(kind.homes[0]) > 1 else kind.noun
        draft = labels.draft(kind, slots, choice, kind.noun, longer)
        draft.inferred = True
        drafts.append(draft)
    return drafts


def _named_by_paths(kind: Kind) -> set[tuple[str, ...]]:
    """Return what the paths of submissions name: it is there before them, again and again.

    `POST /heartbeats/{logId}/{id}` tells of one check many times.
    """
    return {
        words(one.name)
        for seen in kind.seen
        for one in seen.operation.parameters
        if one.location == "path"
    }


def mark_inferred(draft: Draft) -> None:
    """Mark the fields of an implied record that no schema states."""
    for parts, slot in draft.slots.items():
        name = draft.names.get(parts)
        if name is not None and slot.schema.get(_MARK):
            draft.replace(name, inferred=True)


def make_submission(
    shop: Workshop, seen: Seen, submission: Submission, omit: list[Omission]
) -> Made:
    """Return the tool that creates the record which a submission leaves.

    Raises:
        Meaningless: If nothing that callers send is kept.
    """
    draft = _home(shop, seen, submission)
    if draft is None:
        raise Meaningless("no record is described")
    call = Call(seen, draft, omit)
    assigns = [
        Assign(field=match.field, source="parameter", parameter=match.parameter)
        for match in shop.inputs.scope(call, of_list=True)
        if match.field is not None
    ]
    assigns += _owners(shop, call)
    call.seen = without_files(shop.schemas, seen)
    assigns += shop.inputs.assigned(call, {a.field for a in assigns}, creating=True)
    call.seen = seen
    named = file_field(draft)
    if named is not None and carries_file(shop.schemas, seen):
        assigns.append(add_file_name(call, named))
    if not any(assign.source == "parameter" for assign in assigns):
        raise Meaningless("nothing to store is described")
    noun = "_".join(draft.noun)
    verb = "create" if noun[:4] == submission.verb[:4] else submission.verb
    label = f"{verb.capitalize()} {article(draft.label)}."
    return shop.made(
        call,
        shop.verb_names(verb, call),
        label,
        CreateRecord(table=draft.table, assigns=tuple(assigns)),
        Result(shape="record", table=draft.table),
        inferred=(_INFERRED,) if draft.inferred else (),
    )


def _owners(shop: Workshop, call: Call) -> list[Assign]:
    """Add the parameters of a path that name records further up, and the fields that keep them."""
    draft, steps = call.draft, call.seen.route.steps
    given = {parameter.source_name for parameter in call.parameters}
    assigns: list[Assign] = []
    for position, step in enumerate(steps[:-1]):
        owner = shop.owners.get(tuple(above.noun for above in steps[: position + 1]))
        if owner is None or owner is draft or not step.parameters or step.parameters[-1] in given:
            continue
        name = f"{'_'.join(owner.noun)}_id"
        known = draft.fields.get(name)
        if known is not None and (known.reference is None or known.reference.table != owner.table):
            continue
        if known is None:
            draft.fields[name] = FieldSpec(
                name=name,
                source_name=name,
                type=owner.key_type(),
                description=f"Identifier of the {owner.label} that the {draft.label} is about.",
                reference=Reference(table=owner.table, on_delete="set_null"),
                optional=True,
                inferred=True,
            )
        made = shop.inputs.named(call, owner, step.parameters[-1])
        assigns.append(Assign(field=name, source="parameter", parameter=made))
    kept = {f"{call.seen.where} {p.source_name}" for p in call.parameters}
    call.omit[:] = [one for one in call.omit if one.where not in kept]
    return assigns


def _home(shop: Workshop, seen: Seen, submission: Submission) -> Draft | None:
    """Return where the record is kept: with others of its kind, if what is sent fits them."""
    at_path = shop.owners.get(seen.route.nouns)
    if at_path is not None and at_path.inferred:
        return at_path
    named = [draft for draft in shop.drafts if draft.noun == submission.noun]
    if len(named) != 1:
        return None
    if named[0].inferred:
        return named[0]
    inputs = shop.inputs.all(Call(seen, named[0], []))
    known = [one for one in inputs if words(one.name) in named[0].names]
    fitting = len(known) * 2 >= len(inputs) and all(one in known for one in inputs if one.required)
    return named[0] if known and fitting else None
