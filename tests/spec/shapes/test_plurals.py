"""Plurals: what paths and schemas tell of words that are not English."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

TEXT = {"type": "string"}


def tables(api, path, schema, wrapped=False):
    """Return the table and the name of the one entity of an API, and its tools."""
    listed = {"type": "array", "items": {"$ref": f"#/schemas/{schema}"}}
    answer = {"type": "object", "properties": {"found": listed, "total": TEXT}}
    spec = infer(
        api.describe(
            api.operation(f"GET {path}", answer if wrapped else listed),
            schemas={schema: {"type": "object", "properties": {"id": TEXT, "name": TEXT}}},
        )
    )
    (entity,) = spec.entities
    return entity.table, entity.name, [tool.name for tool in spec.tools]


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("path", "schema", "table", "name"),
    [
        ("/registrierkassen", "Registrierkasse", "registrierkassen", "Registrierkasse"),
        ("/Monatsbelege", "Monatsbeleg", "monatsbelege", "Monatsbeleg"),
        ("/orders", "Order", "orders", "Order"),
        ("/order", "Order", "orders", "Order"),
    ],
)
def test_forms_of_words_come_from_the_schema_of_the_list(api, path, schema, table, name, wrapped):
    assert tables(api, path, schema, wrapped) == (table, name, [f"list_{table}"])


def test_endings_of_english_are_left_to_its_rules(api):
    assert tables(api, "/status", "Stat")[0] != "status"
