"""Ordered: the tool that makes an order of what is in the user's cart, and empties the cart.

What is in a cart stands for records of another table. Where these have a price and the order a
total, the total is what the cart costs; where they have a stock, it shrinks by what is ordered.
"""

from __future__ import annotations

from envfactory.spec.model import (
    FieldSpec,
    Line,
    ListOf,
    Nested,
    Omission,
    OrderRecords,
    Result,
    Scalar,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.untold.holding import MOVES
from envfactory.spec.untold.unshaped import SHAPE
from envfactory.spec.words.name import Names, word_list, words
from envfactory.spec.words.prose import article

EMPTIES = "orders what is held, and empties it"
_TOTALS = word_list("total total_price total_amount amount total_cost order_total sum")
_PRICES = word_list("price unit_price cost amount")
_STOCKS = word_list("stock inventory quantity stock_quantity quantity_in_stock units_in_stock")
_QUANTITIES = word_list("quantity qty count amount units number")
_LINES = word_list("lines items line_items order_items products order_lines entries contents books")


def make_order(shop: Workshop, seen: Seen, held: Draft | None, omit: list[Omission]) -> Made:
    """Return the tool that orders what lies in a holding.

    Raises:
        Meaningless: If nothing says what is held, or what is made of it.
    """
    draft = shop.owners.get(seen.route.nouns)
    item = next((f for f in held.fields.values() if f.reference), None) if held else None
    if draft is None or held is None or item is None or item.reference is None:
        raise Meaningless(MOVES)
    product = next(d for d in shop.drafts if item.reference.table == d.table)
    quantity = _number(held, _QUANTITIES)
    price = _number(product, _PRICES)
    stock = _number(product, _STOCKS, whole=True)
    total = _number(draft, _TOTALS) or _concluded_total(seen, draft) if price else None
    lines = _lines(shop, draft, held, product)
    call = Call(seen, draft, omit)
    made = {field.name for field in (total, lines[0]) if field is not None}
    assigns = shop.inputs.assigned(call, made, creating=True)
    for kept, owner in ((price, product), (stock, product), (total, draft)):
        if kept is not None:
            owner.replace(kept.name, optional=False, **_beginning(kept, kept is stock))
    behaviour = OrderRecords(
        table=draft.table,
        assigns=tuple(assigns),
        held=held.table,
        item=item.name,
        product=product.table,
        quantity=quantity.name if quantity is not None else None,
        price=price.name if price is not None and total is not None else None,
        stock=stock.name if stock is not None else None,
        total=total.name if total is not None else None,
        lines=lines[0].name if lines[0] is not None else None,
        line=lines[1],
    )
    one, whole = article(draft.label), " ".join(held.noun[:-1])
    label = f"Place {one} for everything in the {whole}."
    result = Result(shape="record", table=draft.table)
    names = [f"place_{'_'.join(draft.noun)}"]
    return shop.made(call, names, label, behaviour, result, (EMPTIES,))


def _concluded_total(seen: Seen, draft: Draft) -> FieldSpec | None:
    """Return the total of an order that nothing describes, adding it: orders cost something."""
    if seen.origin is None or SHAPE not in seen.origin.inferred or ("total",) in draft.names:
        return None
    name = Names(draft.fields).take("total")
    draft.names[("total",)] = name
    draft.fields[name] = FieldSpec(
        name=name,
        source_name=name,
        type=Scalar(type="number", minimum=0),
        description=f"What the {draft.label} costs in all.",
        read_only=True,
        inferred=True,
    )
    return draft.fields[name]


def _beginning(field: FieldSpec, counts: bool) -> dict[str, object]:
    """Return what makes a stock one that is always known."""
    if not counts or field.has_default:
        return {}
    return {"has_default": True, "default": 0}


def _number(draft: Draft, names: tuple[str, ...], *, whole: bool = False) -> FieldSpec | None:
    """Return the first of some fields that a record has, where it holds numbers."""
    for name in names:
        field = draft.fields.get(draft.names.get(words(name), ""))
        if field is None or not isinstance(field.type, Scalar) or field.type.choices:
            continue
        if field.type.type == "integer" or (field.type.type == "number" and not whole):
            return field
    return None


def _lines(
    shop: Workshop, draft: Draft, held: Draft, product: Draft
) -> tuple[FieldSpec | None, tuple[Line, ...]]:
    """Return the field that lists what was ordered, and where each part of a line comes from."""
    objects = {one.name: one for one in shop.types.objects}
    for name in _LINES:
        field = draft.fields.get(draft.names.get(words(name), ""))
        if field is None or not isinstance(field.type, ListOf):
            continue
        nested = field.type.item
        if not isinstance(nested, Nested):
            continue
        parts: list[Line] = []
        for part in objects[nested.name].fields:
            line = _line(part, held, product)
            if line is not None:
                parts.append(line)
            elif not part.optional and not part.has_default:
                return None, ()
        return field, tuple(parts)
    return None, ()


def _line(part: FieldSpec, held: Draft, product: Draft) -> Line | None:
    """Return where a part of a line comes from: what lies in the cart, or what that stands for."""
    parts = words(part.source_name)
    own = held.names.get(parts)
    if own is not None and own != held.key and _fits(part, held.fields[own]):
        return Line(part=part.name, source="item", field=own)
    ways = [parts, parts[1:] if parts[:1] in (("unit",), product.noun[:1]) else parts]
    for way in ways:
        other = product.names.get(way)
        if other is not None and _fits(part, product.fields[other]):
            return Line(part=part.name, source="product", field=other)
    return None


def _fits(part: FieldSpec, field: FieldSpec) -> bool:
    """Tell whether what a record holds is what a part of a line takes."""
    if not (isinstance(part.type, Scalar) and isinstance(field.type, Scalar)):
        return False
    same = part.type.type == field.type.type and part.type.choices == field.type.choices
    return same and (part.optional or not field.optional)
