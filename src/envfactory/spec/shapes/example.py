"""Examples: what a body looks like where no schema says so, but an example shows one.

Many descriptions show an answer instead of describing it. The schema of such a body has the parts
of the example, each of the kind that the example has there; what is null in it may be anything.
Examples are often JSON inside a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from envfactory.records import Json
from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import words

SHOWN = "the answer is read from an example"
_MAX_DEPTH = 8
_MAX_PARTS = 60
_MAX_ITEMS = 20
_MAX_TEXT = 200_000
_MANY = 3
"""So many entries of one form under keys that are no names make a map."""
_FORMATS = (
    ("date-time", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("uri", re.compile(r"https?://\S+")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}")),
)
_NAME = re.compile(r"[A-Za-z_$@#][\w$@:. -]{0,60}")


def shown(description: ApiDescription, schemas: Schemas) -> tuple[ApiDescription, set[str]]:
    """Give bodies that nothing but an example describes the schema of that example.

    Args:
        description: What a source says.
        schemas: Reads its schemas.

    Returns:
        The description with those schemas, and where answers were read so, as 'METHOD /path'.
    """
    operations: list[Operation] = []
    answers: set[str] = set()
    for operation in description.operations:
        request, response = _body(operation.request, schemas), _body(operation.response, schemas)
        if response is not operation.response:
            answers.add(f"{operation.method.upper()} {operation.path}")
        if request is not operation.request or response is not operation.response:
            changed = {"request": request, "response": response}
            operation = operation.model_copy(update=changed)
        operations.append(operation)
    if not any(a is not b for a, b in zip(operations, description.operations, strict=True)):
        return description, answers
    return description.model_copy(update={"operations": tuple(operations)}), answers


def with_origins(origins: Mapping[str, Origin], answers: set[str]) -> dict[str, Origin]:
    """Return where operations come from, with those whose answers examples show."""
    read = {where: Origin(where, "", (SHOWN,)) for where in sorted(answers)}
    return read | dict(origins)


def _body(body: Body | None, schemas: Schemas) -> Body | None:
    """Return a body with the schema of its example where it has none of its own."""
    if body is None:
        return None
    shape = schemas.shape(body.schema_)
    example = body.example
    if example is None and shape.examples:
        example = shape.examples[0]
    bare = shape.kind == "any" or (shape.kind == "object" and not shape.properties)
    bare = bare or (shape.kind == "map" and schemas.shape(shape.value or {}).kind == "any")
    text = shape.kind == "string" and isinstance(example, str)
    if example is None or not (bare or text):
        return body
    parsed = _parsed(example)
    if not isinstance(parsed, dict | list) or not parsed:
        return body
    return body.model_copy(update={"schema_": schema_of(parsed)})


def _parsed(example: Json) -> Json:
    """Return an example, read once more where it is the text of a JSON object or list."""
    if not isinstance(example, str) or len(example) > _MAX_TEXT:
        return example
    if not example.lstrip().startswith(("{", "[")):
        return example
    try:
        read: Json = json.loads(example)
    except (ValueError, RecursionError):
        return example
    return read


def schema_of(example: Json, name: str = "", depth: int = 0) -> JsonSchema:
    """Return the schema that an example tells; one of no content says nothing.

    Args:
        example: A JSON value.
        name: What it is called, to tell placeholders such as `"city": "city"` from values.
        depth: How deep it lies.
    """
    if example is None or depth > _MAX_DEPTH:
        return {}
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int | float):
        kind = "integer" if isinstance(example, int) else "number"
        return {"type": kind, "examples": [example]}
    if isinstance(example, str):
        return _text(example, name)
    if isinstance(example, list):
        return {"type": "array", "items": _merged(example[:_MAX_ITEMS], name, depth + 1)}
    if _is_map(example):
        values = list(example.values())[:_MAX_ITEMS]
        return {"type": "object", "additionalProperties": _merged(values, "", depth + 1)}
    parts = list(example.items())[:_MAX_PARTS]
    return {
        "type": "object",
        "properties": {key: schema_of(value, key, depth + 1) for key, value in parts},
    }


def _text(example: str, name: str) -> JsonSchema:
    for format_, pattern in _FORMATS:
        if pattern.fullmatch(example):
            return {"type": "string", "format": format_, "examples": [example]}
    placeholder = not example.strip() or words(example[:60]) == words(name) or example == "string"
    return {"type": "string"} if placeholder else {"type": "string", "examples": [example]}


def _merged(examples: list[Json], name: str, depth: int) -> JsonSchema:
    """Return the schema of all members of a list: objects have the parts of all of them."""
    if not all(isinstance(one, dict) for one in examples):
        return schema_of(next((one for one in examples if one is not None), None), name, depth)
    parts: dict[str, Json] = {}
    for one in examples:
        assert isinstance(one, dict)
        for key, value in one.items():
            if parts.get(key) is None:
                parts[key] = value
    return schema_of(parts, name, depth)


def _is_map(example: Mapping[str, Json]) -> bool:
    """Tell whether entries stand under keys that are values and no names: days, ids, codes."""
    if not example:
        return False
    if any(not _NAME.fullmatch(key) for key in example):
        return True
    forms = {tuple(sorted(one)) if isinstance(one, dict) else () for one in example.values()}
    numbered = all(re.search(r"\d", key) for key in example)
    return numbered and len(example) >= _MANY and len(forms) == 1
