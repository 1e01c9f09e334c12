"""Composite keys: records that several parts of a path tell apart.

`/timezones/{area}/{location}` picks one record by two values, whatever its key is. That holds only
for records that callers do not make, for only those surely have such values.
"""

from __future__ import annotations

from envfactory.spec.model import GetRecord, Match, Omission, Result, Scalar
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.call import Call, Input
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_transport
from envfactory.spec.words.name import identifier, snake, words

TOLD_APART = "parts of the path tell the records apart"


def make_composite(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool that reads a record by several values, or None where it is none.

    Raises:
        Meaningless: If an input that callers must give is about no field.
    """
    if seen.operation.method != "get" or seen.response.kind != "record" or not seen.route.on_item:
        return None
    draft = shop.owners.get(seen.route.nouns) or shop.linker.by_component(seen.response.shape.name)
    if draft is None or not shop.is_of(seen, draft):
        return None
    if any(one.kind == "create" for one in draft.kind.seen):
        return None
    call = Call(seen, draft, omit)
    picked = [one for one in shop.inputs.in_path(call) if _picks(one, call)]
    if len(picked) < 2:
        return None
    fields = [_field(shop, draft, one) for one in picked]
    known = tuple(name for name in fields if name is not None)
    if len(known) != len(fields) or len(set(known)) != len(known) or draft.key in known:
        return None
    if draft.identity not in ((), known):
        return None
    draft.identity = known
    for name in known:
        draft.replace(name, optional=False)
    scope = tuple(
        Match(parameter=_parameter(shop, call, one, name), field=name)
        for one, name in zip(picked, known, strict=True)
    )
    shop.inputs.drop_rest(call)
    behaviour = GetRecord(table=draft.table, by="scope", scope=scope)
    noun = "_".join(draft.noun)
    names = [f"get_{noun}", f"get_{noun}_by_{snake(picked[-1].name)}"]
    result = Result(shape="record", table=draft.table)
    return shop.made(
        call, names, f"Get one {draft.label}.", behaviour, result, inferred=(TOLD_APART,)
    )


def _picks(one: Input, call: Call) -> bool:
    """Tell whether a part of the path says which record is meant."""
    own = call.seen.route.steps[-1].parameters
    return one.name in own or not is_transport(one.name, "path")


def _field(shop: Workshop, draft: Draft, one: Input) -> str | None:
    """Return the field that a part of the path is about, a new one where there is none."""
    parts = words(one.name)
    known = draft.names.get(parts)
    if known is not None:
        return known if isinstance(draft.fields[known].type, Scalar) else None
    implied = shop.inputs.implied
    found = implied.field(draft, parts, one.name, implied.shape(one)) if parts else None
    return None if found is None else found.name


def _parameter(shop: Workshop, call: Call, one: Input, name: str) -> str:
    field = call.draft.fields[name]
    value = field.type
    if isinstance(value, Scalar):
        value = value.model_copy(update={"pattern": None})
    text = shop.inputs.implied.shape(one).description or field.description
    return call.add(
        one.name,
        identifier(field.name, "value"),
        value,
        text,
        required=True,
        reference=field.reference,
    )
