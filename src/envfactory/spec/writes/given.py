"""Given inputs: what callers give and no schema has a field for, kept in new fields of the record.

`POST /orders/{id}/cancel` takes a reason, and `POST /donations` says where the money comes from:
records keep both, in fields that are marked as inferred.
"""

from __future__ import annotations

from envfactory.spec.model import Assign, CreateRecord, Omission, Reference, Result, ValueType
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Input
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_presentation, is_transport
from envfactory.spec.records.slot import is_instruction, is_secret
from envfactory.spec.shapes.value import field_spec
from envfactory.spec.words.name import Names, identifier, word_set, words
from envfactory.spec.words.prose import article
from envfactory.spec.writes.submission import unkept

KEPT = "fields for what callers give"
"""What a tool says whose inputs are kept in such fields."""
_VAGUE = word_set(
    "reason note notes comment comments message description value data type text body name title "
    "content code details info remark remarks explanation"
)
_MAX_KEPT = 12


def make_given(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that creates a record of which callers must give what it does not show."""
    draft = shop.owners.get(seen.route.nouns)
    if draft is None or seen.kind != "create" or seen.operation.method != "post" or unkept(seen):
        return None
    if not draft.kind.is_named(seen.route.nouns[-1]) or len(seen.route.verb_words) > 1:
        return None
    if seen.request is not None and seen.request.kind != "record":
        return None
    if seen.response.kind != "record" or not shop.is_of(seen, draft):
        return None
    call = Call(seen, draft, omit)
    placed = [
        Assign(field=match.field, source="parameter", parameter=match.parameter)
        for match in shop.inputs.scope(call, of_list=True)
        if match.field is not None
    ]
    taken = {assign.field for assign in placed}
    assigns, added = kept_inputs(shop, call, "_".join(draft.noun), taken, creating=True)
    if not added:
        return None
    return shop.made(
        call,
        shop.verb_names("create", call),
        f"Create {article(draft.label)}.",
        CreateRecord(table=draft.table, assigns=(*placed, *assigns)),
        Result(shape="record", table=draft.table),
        (KEPT,),
    )


def kept_inputs(
    shop: Workshop, call: Call, prefix: str, taken: set[str], creating: bool = False
) -> tuple[list[Assign], bool]:
    """Add the parameters that set fields, with new fields for data that has none yet.

    Args:
        shop: What the rules share.
        call: The inputs of the tool.
        prefix: What new fields with names like 'reason' begin with.
        taken: Fields that the tool sets in another way.
        creating: Whether the tool makes the record.

    Returns:
        The assignments, and whether there are new fields.
    """
    draft = call.draft
    used = {p.source_name for p in call.parameters}
    known = set(draft.names)
    added = False
    for one in shop.inputs.all(call)[:_MAX_KEPT]:
        parts = words(one.name)
        value = None if one.name in used or parts in known else _value(shop, draft, one)
        if value is not None:
            _keep(shop, draft, one, value, prefix)
            added = True
    try:
        return shop.inputs.assigned(call, {draft.key, *taken}, creating), added
    finally:
        for parts in [parts for parts in draft.names if parts not in known]:
            if "_".join(parts) in _VAGUE:
                del draft.names[parts]


def _value(shop: Workshop, draft: Draft, one: Input) -> ValueType | None:
    """Return the type of an input that is data, or None."""
    parts, shape = words(one.name), shop.schemas.shape(one.schema)
    about = parts[len(draft.noun) :] if parts[: len(draft.noun)] == draft.noun else parts
    if not parts or is_secret(parts) or is_instruction(parts, shape) or shape.kind == "any":
        return None
    if shape.format in ("binary", "byte") or not about or about in draft.names:
        return None
    if is_presentation(one.name) or (not one.in_body and is_transport(one.name, "query")):
        return None
    return shop.types.value(shape, (*draft.noun, *parts))


def _keep(shop: Workshop, draft: Draft, one: Input, value: ValueType, prefix: str) -> None:
    parts = words(one.name)
    vague = "_".join(parts) in _VAGUE
    wanted = f"{prefix}_{'_'.join(parts)}" if vague else one.name
    name = Names(draft.fields).take(
        identifier(wanted, "_".join(draft.noun)), identifier(f"{prefix}_{one.name}", "given")
    )
    made = field_spec(one.name, name, shop.schemas.shape(one.schema), value, True, draft.noun)
    draft.names[parts] = name
    draft.fields[name] = made.model_copy(
        update={
            "source_name": name,
            "optional": True,
            "has_default": False,
            "default": None,
            "read_only": True,
            "inferred": True,
        }
    )
    target = shop.linker.target(draft, parts, shop.schemas.shape(one.schema))
    if target is not None and target.table != draft.table:
        draft.fields[name] = draft.fields[name].model_copy(
            update={
                "type": target.key_type(),
                "reference": Reference(table=target.table, on_delete="set_null"),
                "examples": (),
            }
        )
