"""Tagging: three operations about names and values on any resource, at whatever address."""

from __future__ import annotations

import orjson
import pytest

from envfactory.compiler import compile_environment
from envfactory.environment import Package
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.verify import CHECKS, verify

LOOKS = [check for check in CHECKS if check.id in ("load", "reachability", "behaviour")]
ARN = {"shape": "Arn"}
PAIR = {
    "type": "structure",
    "members": {"Key": {"shape": "Text"}, "Value": {"shape": "Text"}},
    "required": ["Key", "Value"],
}
TAGS = {
    "pairs": {"type": "list", "member": {"shape": "Tag"}},
    "map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
}
ADDRESSES = {
    "json": ("/", "/", "/"),
    "rest-json": ("/tags/{ResourceArn}", "/tags/{ResourceArn}", "/tags/{ResourceArn}"),
}


def service(protocol: str, tags: str, **changes: object) -> dict:
    """A service model whose only operations are those about tags."""
    place = {"location": "uri", "locationName": "ResourceArn"} if protocol != "json" else {}
    keys = {"location": "querystring", "locationName": "tagKeys"} if protocol != "json" else {}
    given = {"ResourceArn": {**ARN, **place}}
    shapes = {
        "Arn": {"type": "string"},
        "Text": {"type": "string", "max": 128},
        "Tag": PAIR,
        "Tags": TAGS[tags],
        "Keys": {"type": "list", "member": {"shape": "Text"}},
        "TagInput": _input({**given, "Tags": {"shape": "Tags"}}),
        "UntagInput": _input({**given, "TagKeys": {"shape": "Keys", **keys}}),
        "ListInput": _input(given),
        "ListOutput": {"type": "structure", "members": {"Tags": {"shape": "Tags"}}},
        **changes,
    }
    methods = {"Tag": "POST", "Untag": "DELETE", "List": "GET"}
    names = {"Tag": "TagResource", "Untag": "UntagResource", "List": "ListTagsForResource"}
    operations = {
        names[does]: {
            "http": {"method": method if protocol != "json" else "POST", "requestUri": address},
            "input": {"shape": f"{does}Input"},
            **({"output": {"shape": "ListOutput"}} if does == "List" else {}),
        }
        for (does, method), address in zip(methods.items(), ADDRESSES[protocol], strict=True)
    }
    about = {"protocol": protocol, "serviceId": "Shelf", "apiVersion": "2026-01-01"}
    return {"metadata": about, "operations": operations, "shapes": shapes}


def _input(members: dict) -> dict:
    return {"type": "structure", "members": members, "required": [*members]}


def spec_of(tmp_path, model):
    (tmp_path / "service-2.json").write_bytes(orjson.dumps(model))
    return infer(read_source(tmp_path / "service-2.json"))


@pytest.mark.parametrize("protocol", ADDRESSES)
@pytest.mark.parametrize("tags", TAGS)
def test_tags_are_put_overwritten_listed_and_taken_away(tmp_path, protocol, tags):
    path = compile_environment(spec_of(tmp_path, service(protocol, tags)), tmp_path / "out", 0)
    session = Package.load(path).environment()
    mine = {"resource_arn": "arn:aws:shelf:eu-west-1:123456789012:book/1"}

    def put(**values: str) -> None:
        pairs = [{"tag_key": name, "tag_value": value} for name, value in values.items()]
        given = dict(values) if tags == "map" else pairs
        assert session.call("tag_resource", {**mine, "tags": given}).ok

    def held(**whose: str) -> dict[str, str]:
        found = session.call("list_tags_for_resource", {**mine, **whose}).value
        return {one["tag_key"]: one["tag_value"] for one in found}

    put(team="north", stage="test")
    put(stage="live", owner="Ada")
    assert held() == {"team": "north", "stage": "live", "owner": "Ada"}
    assert held(resource_arn=mine["resource_arn"][:-1] + "2") == {}
    assert session.call("untag_resource", {**mine, "tag_keys": ["team", "none"]}).ok
    assert held() == {"stage": "live", "owner": "Ada"}


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("if resource_tag is None:", "if True:", "does not overwrite"),
        ("tag_value=item.tag_value", "tag_value='x'", "does not hold what was given"),
        ("find(resource_arn=resource_arn, ", "find(", "records are called"),
    ],
)
def test_what_tags_do_is_verified(tmp_path, right, wrong, told):
    path = compile_environment(spec_of(tmp_path, service("json", "pairs")), tmp_path / "out", 0)
    assert verify(path, checks=LOOKS, effort=10).verified
    code = path / "environment.py"
    broken = code.read_text().replace(right, wrong)
    assert broken != code.read_text()
    code.write_text(broken)
    found = verify(path, checks=LOOKS, effort=10).result("behaviour").findings
    assert any(told in one.message for one in found)


@pytest.mark.parametrize(
    "change",
    [
        {"ListOutput": {"type": "structure", "members": {"Count": {"shape": "Text"}}}},
        {"TagInput": _input({"ResourceArn": ARN, "Tags": {"shape": "Text"}})},
        {"TagInput": _input({"Tags": {"shape": "Tags"}})},
    ],
)
def test_other_operations_stay_as_they_are(tmp_path, change):
    try:
        spec = spec_of(tmp_path, service("json", "pairs", **change))
    except ValueError:
        return
    assert all(getattr(tool.behaviour, "named_by", None) is None for tool in spec.tools)
