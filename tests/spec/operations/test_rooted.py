"""`GET /` reads what there is to say of a service."""

from __future__ import annotations

import pytest

from envfactory.errors import InputError
from envfactory.spec import infer

TEXT = {"type": "string"}


def body(*names):
    return {"type": "object", "properties": dict.fromkeys(names, TEXT)}


@pytest.mark.parametrize(
    ("summary", "name"),
    [("Status", "get_status"), ("Get the API version", "get_version"), ("", "get_root")],
)
def test_the_root_is_called_as_its_summary_says(api, summary, name):
    spec = infer(
        api.describe(
            api.operation("GET /", body("status", "uptime"), summary=summary),
            api.operation("GET /languages", {"type": "array", "items": TEXT}),
        )
    )
    tool = next(tool for tool in spec.tools if tool.operation == "GET /")
    assert (tool.name, tool.behaviour.kind, tool.behaviour.by) == (name, "get", "only")
    assert spec.entity(tool.behaviour.table).singleton


@pytest.mark.parametrize("answer", [body("message"), body("message", "_links"), TEXT, None])
def test_a_root_that_only_welcomes_reads_nothing(api, answer):
    with pytest.raises(InputError):
        infer(api.describe(api.operation("GET /", answer, summary="Welcome")))
