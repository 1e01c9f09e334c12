"""What every description promises, and how to damage a document to see whether it does."""

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from envfactory.errors import InputError
from envfactory.source import ApiDescription

ODD_VALUES = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        2.5,
        "",
        "x",
        "#/",
        "#/paths",
        "#/components/schemas",
        [],
        {},
        [[]],
        ["x"],
        {"$ref": "#/info"},
        {"$ref": "#"},
        {"$ref": "#/paths/x"},
        {"$ref": []},
        {"get": {}},
    ]
)


def check(description: ApiDescription) -> None:
    """Assert what every description promises."""
    assert ApiDescription.model_validate_json(description.to_line()) == description
    assert len({operation.id for operation in description.operations}) == len(
        description.operations
    )
    schemas: list[Any] = list(description.schemas.values())
    for operation in description.operations:
        schemas += [parameter.schema_ for parameter in operation.parameters]
        schemas += [body.schema_ for body in (operation.request, operation.response) if body]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)
        for name in references(schema):
            assert name in description.schemas


def check_outcome(read: Callable[[], ApiDescription]) -> None:
    """Assert that reading ends in a sound description or a one-line refusal."""
    refused: InputError | None = None
    try:
        check(read())
    except InputError as error:
        refused = error
    assert str(refused or "").isprintable()


def references(schema: Any) -> list[str]:
    """Return the names that a schema refers to, values such as examples left aside."""
    if isinstance(schema, list):
        return [name for part in schema for name in references(part)]
    if not isinstance(schema, dict):
        return []
    found = [schema["$ref"].removeprefix("#/schemas/")] if "$ref" in schema else []
    for keyword, part in schema.items():
        if keyword in ("properties", "patternProperties", "dependentSchemas"):
            found += [name for inner in part.values() for name in references(inner)]
        elif keyword not in ("default", "const", "enum", "examples"):
            found += references(part)
    return found


def mutate(root: Any, value: Any, rng: random.Random) -> None:
    """Put `value` at a random place, at any depth with equal chance."""
    node, depth = root, rng.randrange(12)
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        inner = node[key]
        if depth == 0 or not isinstance(inner, (dict, list)):
            node[key] = deepcopy(value)  # or later damage would reach the strategy itself
            return
        node, depth = inner, depth - 1
