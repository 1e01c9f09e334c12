"""Adjustments: tools by which a number of a record grows or shrinks, or moves to another record.

`POST /accounts/{id}/deposit` with an amount adds to what the account holds. Which number it is
follows from the verb, from the input, and from the fields of the record; where these leave more
than one open, nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Iterable

from envfactory.records import Json
from envfactory.spec.model import (
    AdjustRecord,
    FieldSpec,
    Match,
    Omission,
    Result,
    Scalar,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.origin import Moved
from envfactory.spec.words.movement import Movement, floor, read_movement
from envfactory.spec.words.name import snake, words
from envfactory.spec.words.prose import plain, sentence
from envfactory.spec.writes.entry import Given, make_entry
from envfactory.spec.writes.site import find_site

MOVES = "the number that the verb moves"
FLOOR = "less than nothing is never left"
_NUMBERS = ("integer", "number")


def find_adjustments(shop: Workshop, seen: Iterable[Seen]) -> dict[str, Moved]:
    """Return the operations that move a number of a record, by 'METHOD /path'."""
    found: dict[str, Moved] = {}
    for one in seen:
        moved = one.origin.moved if one.origin is not None else None
        moved = moved or _by_path(shop, one)
        if moved is not None and _numbered(shop, moved) is not None:
            found[one.where] = moved
    return found


def _by_path(shop: Workshop, seen: Seen) -> Moved | None:
    """Read `POST /accounts/{id}/deposit`, the amount being in its body.

    A PUT comes to the same however often it is asked for, as one's own vote does: it adds nothing.
    """
    site = find_site(shop, seen)
    if site is None or not site.inner.route.on_item or seen.operation.method != "post":
        return None
    movement = read_movement(site.words, site.owner.noun)
    if movement is None or movement.change == "transfer" or not movement.certain:
        return None
    inputs = [
        one
        for one in shop.inputs.all(Call(site.inner, site.owner, []))
        if shop.schemas.shape(one.schema).kind in _NUMBERS and movement.is_amount(words(one.name))
    ]
    amounts = [one for one in inputs if one.required] or inputs
    if len(amounts) != 1 and not (movement.by_one and not amounts):
        return None
    amount = amounts[0].name if amounts else ""
    numbers = [words(name) for name, one in site.owner.fields.items() if _is_number(one)]
    field = movement.field(words(amount), numbers)
    return Moved(site.owner.noun, movement, field, "", "", amount) if field else None


def make_adjustment(shop: Workshop, seen: Seen, moved: Moved, omit: list[Omission]) -> Made | None:
    """Return the tool of an operation that moves a number of a record."""
    known = _numbered(shop, moved)
    if known is None:
        return None
    owner, field = known
    call, key, scope = _named(shop, seen, owner, moved, omit)
    into = shop.inputs.named(call, owner, moved.into) if moved.into else None
    amount = _amount(shop, call, moved, field)
    change = moved.movement.change
    operation = seen.operation
    text = f"{operation.summary} {operation.description}"
    least, most = _limits(field, moved.movement, plain(text))
    entry = make_entry(shop, call, moved, Given(key, into, amount))
    owner.replace(field.name, **_beginning(field))
    behaviour = AdjustRecord(
        table=owner.table,
        key=key,
        scope=scope,
        field=field.name,
        change="add" if change == "add" else "subtract",
        amount=amount,
        floor=least if change != "add" else None,
        ceiling=most if change != "subtract" else None,
        into=into,
        entry=entry,
    )
    shop.inputs.drop_rest(call)
    verb, noun = " ".join(moved.movement.verb), "_".join(owner.noun)
    label = f"{verb.capitalize()} {' '.join(words(field.name))} of {owner.label}."
    result = Result(shape="record", table=entry.table) if entry is not None else None
    result = result or shop.record_or_none(seen, owner)
    inferred = (MOVES, *((FLOOR,) if behaviour.floor == 0 and not _states(field) else ()))
    return shop.made(call, [f"{verb.replace(' ', '_')}_{noun}"], label, behaviour, result, inferred)


def _numbered(shop: Workshop, moved: Moved) -> tuple[Draft, FieldSpec] | None:
    """Return the entity whose number is moved, and the field that holds it."""
    for draft in shop.drafts:
        name = draft.names.get(moved.field) if draft.noun == moved.noun else None
        if name is not None and _is_number(draft.fields[name]):
            return draft, draft.fields[name]
    return None


def _is_number(field: FieldSpec) -> bool:
    type_ = field.type
    plain_type = isinstance(type_, Scalar) and type_.type in _NUMBERS and not type_.choices
    return plain_type and field.role == "data" and field.reference is None


def _named(
    shop: Workshop, seen: Seen, owner: Draft, moved: Moved, omit: list[Omission]
) -> tuple[Call, str, tuple[Match, ...]]:
    """Return the call with the inputs that name the record."""
    if moved.key:
        call = Call(seen, owner, omit)
        return call, shop.inputs.named(call, owner, moved.key), ()
    site = find_site(shop, seen)
    assert site is not None
    call = Call(site.inner, owner, omit)
    scope, key = shop.inputs.scope(call), shop.inputs.key(call)
    call.seen = seen
    return call, key, scope


def _amount(shop: Workshop, call: Call, moved: Moved, field: FieldSpec) -> str | None:
    """Add the parameter that says by how much: always more than nothing."""
    if not moved.amount:
        return None
    one = next(one for one in shop.inputs.all(call) if one.name == moved.amount)
    shape = shop.schemas.shape(one.schema)
    assert isinstance(field.type, Scalar)
    whole = field.type.type == "integer"
    least = max(shape.minimum or 0, 1) if whole else shape.minimum
    type_ = Scalar(type=field.type.type, minimum=least, maximum=shape.maximum)
    text = sentence(plain(one.description))
    given = shape.default if isinstance(shape.default, int | float) else None
    name = call.add(one.name, snake(one.name), type_, text, one.required)
    if not one.required:
        made = call.parameters[-1].model_copy(update={"default": given or 1})
        call.parameters[-1] = made
    return name


def _limits(field: FieldSpec, movement: Movement, text: str) -> tuple[float | None, float | None]:
    """Return the least and the most that a number may be: as declared, or as its name implies."""
    assert isinstance(field.type, Scalar)
    least = field.type.minimum
    if least is None:
        least = floor(words(field.name), text)
    return least, field.type.maximum


def _states(field: FieldSpec) -> bool:
    return isinstance(field.type, Scalar) and field.type.minimum is not None


def _beginning(field: FieldSpec) -> dict[str, object]:
    """Return what makes a field hold a number always: nobody adds to nothing."""
    assert isinstance(field.type, Scalar)
    if field.has_default and field.default is not None:
        return {"optional": False}
    default: Json = int(field.type.minimum or 0)
    return {"optional": False, "has_default": True, "default": default}
