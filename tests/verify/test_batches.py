"""The law of tools that create many: each item is told from the others, however alike they are."""

import json
from pathlib import Path

import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.records import Json
from envfactory.source import read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.verify.laws import LAWS, Judge

TEXT = {"type": "string"}
NEW = {
    "type": "object",
    "required": ["label"],
    "properties": {"label": TEXT, "percentage": {"type": "number"}, "region": TEXT},
}
TAX = {
    "type": "object",
    "required": ["uuid", "label"],
    "properties": {"uuid": {**TEXT, "format": "uuid"}, **NEW["properties"]},  # type: ignore[dict-item]
}


def _answer(schema: Json) -> Json:
    return {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}


MANY: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Tax"}}
NEW_MANY: Json = {"type": "array", "items": {"$ref": "#/components/schemas/NewTax"}}
API: Json = {
    "openapi": "3.0.0",
    "info": {"title": "Taxes", "version": "1"},
    "paths": {
        "/taxes": {
            "get": {"operationId": "listTaxes", "responses": _answer(MANY)},
            "post": {
                "operationId": "createTaxes",
                "requestBody": {"content": {"application/json": {"schema": NEW_MANY}}},
                "responses": _answer(MANY),
            },
        },
    },
    "components": {"schemas": {"Tax": TAX, "NewTax": NEW}},  # type: ignore[dict-item]
}
ITEMS: Json = [
    {"label": "Dues"},
    {"label": "Dues", "percentage": 5},
    {"label": "Dues", "region": "North"},
    {"label": "Dues", "percentage": 5, "region": "North"},
    {"label": "Dues"},
]


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> EnvironmentSpec:
    path = tmp_path_factory.mktemp("api") / "taxes.json"
    path.write_text(json.dumps(API))
    return infer(read_source(path))


@pytest.mark.parametrize("seed", range(4))
def test_items_that_hold_less_leave_the_others_their_records(
    spec: EnvironmentSpec, tmp_path: Path, seed: int
) -> None:
    path = compile_environment(spec, tmp_path, seed)
    judgement = Judge(spec, LAWS).call(Package.load(path).start(), "create_taxes", {"taxes": ITEMS})
    assert judgement.outcome.ok
    assert judgement.problems == ()


@pytest.mark.parametrize("lost", ["percentage", "region"])
def test_an_item_of_which_something_is_lost_is_found(
    spec: EnvironmentSpec, tmp_path: Path, lost: str
) -> None:
    path = compile_environment(spec, tmp_path, 0)
    code = path / "environment.py"
    source = code.read_text()
    assert f"{lost}=item.{lost}" in source
    code.write_text(source.replace(f"{lost}=item.{lost}", f"{lost}=None"))
    judgement = Judge(spec, LAWS).call(Package.load(path).start(), "create_taxes", {"taxes": ITEMS})
    assert [law.id for law, _ in judgement.problems] == ["create many"]
    assert lost in judgement.problems[0][1]
