"""Payloads: what a body carries once its envelope is taken off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from envfactory.source.description import JsonSchema
from envfactory.spec.shapes.schema import EMPTY, Schemas, Shape, either
from envfactory.spec.words.name import Nouns, snake, word_list, word_set, words

_LIST_NAMES = word_list(
    "data items results records values value entries content contents rows list elements "
    "resources objects docs documents result hits nodes collection"
)
_RECORD_NAMES = word_list("data result item record response payload resource value body content")
_PLAIN = word_set("data items results records list rows docs hits entries result item record")
"""Names that are never anything but the content, whatever stands beside them."""
_OPENED = frozenset(_LIST_NAMES + _RECORD_NAMES) | {"message"}
"""Names under which an object is an envelope, not a note beside the content."""
_META_WORDS = word_set(
    "total count page pages size limit offset skip next previous prev first last cursor "
    "token more meta metadata links link pagination paging paginator status ok success "
    "error errors message messages warnings code request timestamp version kind object etag "
    "self href url took time has is results num number per current debug included info "
    "included start end index response additional extensions context type api copyright "
    "description title"
)
_COUNTING = frozenset((word,) for word in word_set("count total size page pages limit"))
_MAX_DEPTH = 4
_SOME = 3
"""Fields that an object has which is called like a record, or has a name, where it is one."""
_MANY = 12
"""So many fields beside a list are no wrapping of it, whatever the object is called."""

Named = tuple[tuple[str, ...], ...]
"""Nouns, the likeliest first."""


@dataclass(frozen=True)
class Payload:
    """What a response or request holds.

    Attributes:
        kind: records (a list of them), record, none (nothing worth returning), or other.
        shape: The shape of one record, for the first two kinds.
        paged: A list came with a count, a cursor or the like beside it.
        wrapper: Names of the properties that were opened to get there.
        many: For other content, whether `shape` is that of each member of a list.
        reshaped: How records were made of what is none, as a phrase, or ''.
    """

    kind: Literal["records", "record", "none", "other"]
    shape: Shape = EMPTY
    paged: bool = False
    wrapper: tuple[str, ...] = ()
    many: bool = False
    reshaped: str = ""


class Envelopes:
    """Takes envelopes off bodies; `named` is what may lie inside, by the path."""

    def __init__(self, schemas: Schemas, nouns: Nouns) -> None:
        self._schemas = schemas
        self._nouns = nouns

    def open(self, schema: JsonSchema, *named: tuple[str, ...]) -> Payload:
        """Return what lies in a body that has this schema."""
        return self._open(self._schemas.shape(schema), named or ((),), 0)

    def _open(self, shape: Shape, named: Named, depth: int) -> Payload:
        if shape.kind == "array":
            item = self.flattened(self._schemas.shape(shape.item or {}))
            if item.kind == "object":
                inner = self._open(item, named, depth + 1) if depth < _MAX_DEPTH else None
                if inner and inner.kind == "record" and inner.wrapper:
                    item = inner.shape
                return Payload("records", item)
            return Payload("other", item, many=True)
        if shape.kind != "object":
            return Payload("none" if shape.kind == "any" else "other", shape)
        shape = self.flattened(shape)
        if depth < _MAX_DEPTH and not _has_identity(shape, named[0]):
            inside = self._inside(shape, named, depth)
            if inside is not None:
                return inside
        kept = _has_identity(shape, named[0]) and len(shape.properties) > 2
        if shape.properties and not kept and all(_is_meta(name) for name in shape.properties):
            return Payload("none", shape)
        return Payload("record", shape)

    def _inside(self, shape: Shape, named: Named, depth: int) -> Payload | None:
        arrays: list[str] = []
        objects: list[str] = []
        data: list[str] = []
        inner: dict[str, Shape] = {}
        for name, schema in shape.properties.items():
            value = inner[name] = self._schemas.shape(schema)
            plain = snake(name)
            said = self._says(name, named[0])
            if value.kind == "array" and self._is_record_list(value):
                if said or plain not in _BESIDE:
                    arrays.append(name)
            elif said and value.kind == "object":
                objects.append(name)
            elif plain in _BESIDE and len(shape.properties) > 1:
                continue
            elif value.kind == "object" and (plain in _OPENED or not _is_meta(name)):
                objects.append(name)
            elif _is_meta(name) and plain not in _RECORD_NAMES:
                continue
            else:
                data.append(name)
        if any(self._says(name, named[0]) for name in objects):
            data = [name for name in data if inner[name].format != "binary"]  # files beside it
        embedded = self._embedded(shape, inner, named, depth)
        if embedded is not None:
            return embedded
        if _is_whole(shape, named[0], data + objects):
            return None
        chosen = self._chosen(arrays, _LIST_NAMES, named, bool(data or objects))
        paged = len(shape.properties) > 1
        if chosen is not None:
            result = self._open(inner[chosen], named, depth + 1)
            if result.kind == "records":
                return replace(result, paged=paged, wrapper=(chosen, *result.wrapper))
        chosen = self._chosen(objects, _RECORD_NAMES, named[:1], bool(data or arrays))
        told = chosen is not None and snake(chosen) in _RECORD_NAMES[:2]
        if chosen is not None and not arrays and (told or not data):
            result = self._open(inner[chosen], named, depth + 1)
            paged = result.paged or (paged and result.kind == "records")
            return replace(result, paged=paged, wrapper=(chosen, *result.wrapper))
        return None

    def _embedded(
        self, shape: Shape, inner: dict[str, Shape], named: Named, depth: int
    ) -> Payload | None:
        """Open what HAL embeds in the answer of a list, which counts its records or its pages."""
        name = next((name for name in shape.properties if name == "_embedded"), None)
        counted = any(words(one)[-1:] in _COUNTING for one in shape.properties)
        if name is None or not counted or inner[name].kind != "object":
            return None
        result = self._open(inner[name], named, depth + 1)
        if result.kind != "records":
            return None
        return replace(result, paged=True, wrapper=(name, *result.wrapper))

    def _is_record_list(self, array: Shape) -> bool:
        return self._schemas.shape(array.item or {}).kind == "object"

    def _chosen(
        self, names: list[str], usual: tuple[str, ...], named: Named, others: bool
    ) -> str | None:
        """Pick the property that is the content, if one clearly is."""
        for noun in named:
            saying = [n for n in names if self._says(n, noun)]
            if len(saying) == 1:
                return saying[0]
        common = [n for n in names if snake(n) in usual or snake(n) == "embedded"]
        if len(common) == 1 and (not (others or len(names) > 1) or snake(common[0]) in _PLAIN):
            return common[0]
        if len(names) == 1 and not others:
            return names[0]
        return None

    def _says(self, name: str, noun: tuple[str, ...]) -> bool:
        parts = words(name)
        if len(parts) > 1 and parts[-1] in ("list", "items", "data", "records", "results"):
            parts = parts[:-1]
        return bool(noun) and self._nouns.singular_words(parts) == noun

    def flattened(self, shape: Shape) -> Shape:
        """Lift `attributes` of a JSON:API resource beside its `id`."""
        attributes = shape.properties.get("attributes")
        if attributes is None or not {"type", "id"} & set(shape.properties):
            return shape
        inner = self._schemas.shape(attributes)
        if inner.kind != "object":
            return shape
        beside = {"attributes", "type", "relationships", "links", "meta"}
        own = {n: s for n, s in shape.properties.items() if n not in beside}
        return replace(
            shape,
            properties={**own, **{n: s for n, s in inner.properties.items() if n not in own}},
            required=frozenset((shape.required | inner.required) - beside),
            name=shape.name or inner.name,
        )


_BESIDE = word_set(
    "links meta metadata errors warnings pagination paging page_info included messages "
    "error debug response_metadata header headers update_mask field_mask"
)


def _is_meta(name: str) -> bool:
    parts = words(name)
    if parts[:1] in (("total",), ("count",)) or parts[:2] in (("number", "of"), ("num", "of")):
        return True
    return bool(parts) and all(part in _META_WORDS or part in _EXTRA_META for part in parts)


_EXTRA_META = word_set("id ids of in the max min to from by uri request datetime")


def _is_whole(shape: Shape, noun: tuple[str, ...], fields: list[str]) -> bool:
    """Tell whether an object is a record that holds a list, as an order holds its items."""
    if len(fields) >= _MANY:
        return True
    called = "name" in fields or (bool(noun) and words(shape.name) == noun)
    return called and len(fields) >= _SOME


def _has_identity(shape: Shape, noun: tuple[str, ...]) -> bool:
    names = {snake(name) for name in shape.properties}
    own = "_".join(noun)
    return bool(names & {"id", "uuid", "guid", "sid", f"{own}_id", f"{own}id"})


def combined(first: Shape, second: Shape) -> Shape:
    """Return the record that is seen as `first` here and as `second` there.

    What only one of them has is kept; the first one's name, description and requirements win.
    """
    properties = dict(first.properties)
    for name, schema in second.properties.items():
        properties[name] = either(properties[name], schema) if name in properties else schema
    return replace(
        first,
        name=first.name or second.name,
        properties=properties,
        description=first.description or second.description,
    )
