"""Singles: settings that are read and changed, in whoever's name that is done."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

SETTINGS = {
    "type": "object",
    "required": ["targetUrl", "throttle"],
    "properties": {"targetUrl": {"type": "string"}, "throttle": {"type": "integer"}},
}
HOOK = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}},
}


def settings(api, path, method):
    one, many = f"{path}/hooks/{{hookId}}", f"{path}/hooks"
    return infer(
        api.describe(
            api.operation(f"GET {path}/settings", SETTINGS),
            api.operation(f"{method} {path}/settings", SETTINGS, SETTINGS),
            api.operation(f"GET {many}", {"type": "array", "items": HOOK}),
            api.operation(f"POST {many}", HOOK, HOOK),
            api.operation(f"GET {one}", HOOK),
            api.operation(f"DELETE {one}"),
        )
    )


@pytest.mark.parametrize("path", ["", "/webhooks/v3/{appId}", "/v1/{tenant}"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_settings_are_changed_in_whoevers_name(api, path, method):
    spec = settings(api, path, method)
    line = f"{method} {path}/settings"
    tool = next(tool for tool in spec.tools if tool.operation == line)
    assert tool.behaviour.kind == "update"
    assert tool.behaviour.by == "only"
    assert {parameter.name for parameter in tool.parameters} == {"target_url", "throttle"}
    left_out = [o.where for o in spec.omissions if o.reason == "transport"]
    assert not path or any(where.startswith(line) for where in left_out)


def test_settings_of_one_of_several_records_are_no_single(api):
    many = {"type": "array", "items": HOOK}
    spec = infer(
        api.describe(
            api.operation("GET /hooks", many),
            api.operation("GET /hooks/{hookId}", HOOK),
            api.operation("GET /status", SETTINGS),
            api.operation("GET /hooks/{hookId}/settings", SETTINGS),
            api.operation("PUT /hooks/{hookId}/settings", SETTINGS, SETTINGS),
        )
    )
    line = "PUT /hooks/{hookId}/settings"
    changes = [tool.behaviour for tool in spec.tools if tool.operation == line]
    assert all(behaviour.by != "only" for behaviour in changes)
