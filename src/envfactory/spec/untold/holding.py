"""Holdings: a cart, a wishlist, a watchlist: what the one user has put together of other records.

`add_to_cart(product_id, quantity)`, `view_cart()` and `remove_from_cart(product_id)` speak of no
cart by any key: there is just one, and what is in it is a table of items, one for each product.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation, Parameter
from envfactory.spec.shapes.origin import Deed, Held
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.untold.kept import is_data
from envfactory.spec.untold.record_type import RecordTypes
from envfactory.spec.untold.subject import KEYS, SINGLE, Reading
from envfactory.spec.words.name import Nouns, pascal, word_set, words

MOVES = "moves what the user has put together into another record"
"""Why an order for everything in the cart is left out."""
_HOLDINGS = word_set(
    "cart basket bag trolley wishlist watchlist playlist favorite favourite bookmark queue "
    "shortlist library readinglist backpack inventory"
)
_VIEWING = word_set("view show get list see read display check")
_DEEDS: dict[str, Deed] = {
    **dict.fromkeys(("add", "put", "save", "bookmark", "favorite", "favourite", "store"), "add"),
    **dict.fromkeys(("remove", "delete", "drop", "take", "unsave", "unfavorite"), "remove"),
    **dict.fromkeys(("update", "change", "set", "edit", "modify", "adjust"), "change"),
    **dict.fromkeys(("clear", "empty", "purge", "reset"), "clear"),
    **dict.fromkeys(_VIEWING, "view"),
}
_PLACING = word_set("place create submit make complete confirm")
_ITEMS = word_set("item line entry content product quantity amount count article")
_AMOUNTS = word_set("quantity amount count qty number")
_METHODS: dict[Deed, Literal["get", "post", "delete", "patch"]] = {
    "view": "get", "add": "post", "remove": "delete", "change": "patch", "clear": "delete",
    "order": "post",
}  # fmt: skip


def find_holdings(readings: Iterable[Reading], nouns: Nouns) -> dict[str, Held]:
    """Return what tools do to holdings, by the id of the operation.

    A holding is one where something is put in by a key, and what is in it can be seen.
    """
    found: dict[str, dict[str, Held]] = {}
    keyed: set[str] = set()
    for reading in readings:
        parts = nouns.singular_words(words(reading.operation.id))
        what = next((part for part in map(nouns.singular, parts[1:]) if part in _HOLDINGS), "")
        if not what:
            continue
        if any(words(name) in ((what, "id"), (what, "name"), (what,)) for name in reading.inputs):
            keyed.add(what)
        held = _held(reading, what)
        if held is not None:
            found.setdefault(what, {})[reading.operation.id] = held
    kept: dict[str, Held] = {}
    for what, tools in found.items():
        added = {words(held.key) for held in tools.values() if held.deed == "add"}
        seen = any(held.deed == "view" for held in tools.values())
        if len(added) == 1 and seen and what not in keyed:
            kept |= {
                name: held
                for name, held in tools.items()
                if not held.key or words(held.key) in added
            }
    return kept


def _held(reading: Reading, what: str) -> Held | None:
    parts = words(reading.operation.id)
    deed = _DEEDS.get(parts[0])
    if deed is None:
        return None
    if deed in ("view", "clear"):
        plain = set(parts[1:]) - _ITEMS - {what, "all", "my", "the", "s", f"{what}s", "items"}
        return None if reading.required or plain else Held((what,), deed)
    keys = [
        name
        for name in reading.inputs
        if name in reading.required and reading.inputs[name].kind in SINGLE
    ]
    named = [name for name in keys if words(name)[-1] in KEYS]
    key = named[0] if named else keys[0] if len(keys) == 1 else ""
    return Held((what,), deed, key) if key else None


def find_orders(
    description: ApiDescription, held: Mapping[str, Held], types: RecordTypes
) -> dict[str, tuple[Held, str]]:
    """Return the tools that order what is in a cart, by id: from where, and what they make.

    `place_order` says by its name what it makes, `checkout` by the type that it answers with; it
    orders where nothing says of it that it does.
    """
    added = {one.what for one in held.values() if one.deed == "add" and one.key}
    if len({*added}) != 1:
        return {}
    (what,) = added
    found: dict[str, tuple[Held, str]] = {}
    for operation in description.operations:
        parts = words(operation.id)
        plain = parts[:1] == ("checkout",) or parts[:2] == ("check", "out")
        placing = parts[-1:] == ("order",) and parts[0] in _PLACING
        if operation.method != "call" or not (plain or placing):
            continue
        if not plain and not says_moved(operation, held):
            continue
        made = types.answered(operation)
        noun = "_".join(made.noun) if made is not None else "order"
        found[operation.id] = Held(what, "order"), f"create_{noun}"
    return found


def says_moved(operation: Operation, held: Mapping[str, Held]) -> bool:
    """Tell whether a text says that a tool uses up what the user has put together."""
    names = "|".join(sorted({"".join(one.what) for one in held.values()}))
    if not names or operation.id in held:
        return False
    text = f"{operation.summary}. {operation.description}"[:400]
    pattern = (
        rf"\b(?:everything|all|items?|contents?|what is|from|out|the)\b[^.]{{0,30}}\b(?:{names})\b"
    )
    return re.search(pattern, text, re.IGNORECASE) is not None


class Holdings:
    """Gives the tools of holdings their addresses, and what is in them its schema.

    Args:
        description: What the source says.
        readings: Its tools, read.
        held: What tools do to holdings, by the id of the operation.
        schemas: Reads schemas.
        nouns: Singular and plural.
    """

    def __init__(
        self,
        description: ApiDescription,
        readings: Iterable[Reading],
        held: Mapping[str, Held],
        schemas: Schemas,
        nouns: Nouns,
    ) -> None:
        self._held, self._schemas, self._nouns = held, schemas, nouns
        self._readings = [one for one in readings if one.operation.id in held]
        self.made: dict[str, JsonSchema] = {}
        self._names: dict[tuple[str, ...], str] = {}
        taken = set(description.schemas)
        for what in dict.fromkeys(one.what for one in held.values()):
            name = pascal((*what, "item"))
            while name in taken:
                name += "Record"
            self._names[what] = name
            self.made[name] = self._record(what)

    def address(self, operation: Operation) -> Operation:
        """Return a tool of a holding as an operation on its items."""
        held = self._held[operation.id]
        reading = next(one for one in self._readings if one.operation.id == operation.id)
        reference: JsonSchema = {"$ref": f"#/schemas/{self._names[held.what]}"}
        body: Body | None = None
        if held.deed in ("add", "change"):
            body = Body(
                media_type="application/json",
                schema={
                    "type": "object",
                    "properties": dict(reading.schemas),
                    "required": sorted(reading.required),
                },
                required=True,
            )
        query = reading.schemas if held.deed == "remove" else {}
        returns: JsonSchema | None = reference if held.deed in ("add", "change") else None
        if held.deed == "view":
            returns = {"type": "array", "items": reference}
        response = None if returns is None else Body(media_type="application/json", schema=returns)
        changed = {
            "method": _METHODS[held.deed],
            "path": f"/{'-'.join(self._nouns.plural_words(held.noun))}",
            "parameters": tuple(
                Parameter(name=name, location="query", required=True, schema=schema)
                for name, schema in query.items()
            ),
            "request": body,
            "response": response,
        }
        return operation.model_copy(update=changed)

    def _record(self, what: tuple[str, ...]) -> JsonSchema:
        """Return what is known of one thing in a holding: what callers give to put it there."""
        properties: dict[str, JsonSchema] = {}
        required: list[str] = []
        for reading in self._readings:
            held = self._held[reading.operation.id]
            if held.what != what or held.deed not in ("add", "change"):
                continue
            for name, schema in reading.schemas.items():
                if words(name)[-1] in _AMOUNTS and reading.inputs[name].kind == "integer":
                    schema = {"minimum": 1, **schema}
                if name == held.key or is_data(words(name), reading.inputs[name]):
                    properties.setdefault(name, schema)
            required += [held.key] if held.key not in required else []
        return {"type": "object", "properties": dict(properties), "required": list(required)}
