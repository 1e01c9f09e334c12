"""Records that several parts of a path tell apart."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}
ZONE = {
    "type": "object",
    "required": ["id", "area"],
    "properties": {"id": TEXT, "area": TEXT, "location": TEXT, "offset": {"type": "integer"}},
}


def zones(api, *more):
    listed = {"type": "array", "items": {"$ref": "#/schemas/Zone"}}
    return infer(
        api.describe(
            api.operation("GET /zones", listed),
            api.operation("GET /zones/{area}/{location}", {"$ref": "#/schemas/Zone"}),
            *more,
            schemas={"Zone": ZONE},
        )
    )


def test_two_parts_of_a_path_tell_records_apart(api):
    spec = zones(api)
    tool = next(tool for tool in spec.tools if "{area}" in tool.operation)
    assert spec.entity("zones").identity == ("area", "location")
    assert tool.behaviour.by == "scope"
    assert [match.field for match in tool.behaviour.scope] == ["area", "location"]
    assert not spec.entity("zones").field("location").optional


def test_records_that_callers_make_may_lack_such_values(api):
    spec = zones(api, api.operation("POST /zones", {"$ref": "#/schemas/Zone"}, ZONE))
    assert not spec.entity("zones").identity
