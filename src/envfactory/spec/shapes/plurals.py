"""Plurals: forms of words that a path and the schema of its answer tell in another language.

`GET /registrierkassen` answers with a list of `Registrierkasse`: that is the singular.
"""

from __future__ import annotations

from envfactory.source.description import JsonSchema, Operation
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns, words

_ENDINGS = frozenset(("e", "n", "en", "er", "i"))
"""What German, Dutch and Italian put behind; what ends in an s English rules know already."""
_SHORTEST = 4


def learn_plurals(operations: tuple[Operation, ...], schemas: Schemas, nouns: Nouns) -> None:
    """Teach `nouns` the forms that the paths of lists and the schemas of their records show."""
    for operation in operations:
        if operation.method != "get" or operation.response is None:
            continue
        segments = [part for part in operation.path.split("/") if part and "{" not in part]
        listed = words(segments[-1]) if segments else ()
        named = "".join(words(_record_name(operation.response.schema_, schemas)))
        if len(listed) != 1 or len(named) < _SHORTEST or nouns.is_plural(listed[0]):
            continue
        if listed[0].startswith(named) and listed[0].removeprefix(named) in _ENDINGS:
            nouns.learn(named, listed[0])


def _record_name(schema: JsonSchema, schemas: Schemas) -> str:
    """Return what the one list in an answer calls each of its records, or ''."""
    shape = schemas.shape(schema)
    arrays = [shape] if shape.kind == "array" else []
    if shape.kind == "object":
        inner = [schemas.shape(one) for one in shape.properties.values()]
        arrays = [one for one in inner if one.kind == "array"]
    if len(arrays) != 1:
        return ""
    return schemas.shape(arrays[0].item or {}).name
