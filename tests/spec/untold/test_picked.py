"""Reads that no schema describes, but whose inputs say which answer is meant."""

import pytest

from envfactory.spec import NoTools, infer
from envfactory.spec.model import EnvironmentSpec, ToolDesign
from tests.spec.conftest import describe, operation

TEXT = {"type": "string"}
PET = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}


def inferred(line: str, summary: str, **query: object) -> tuple[ToolDesign, EnvironmentSpec] | None:
    """Return the tool of one read that nothing describes, beside a list that is described."""
    read = operation(line, summary=summary, query=query)
    spec = infer(describe(operation("GET /pets", {"type": "array", "items": PET}), read))
    found = [tool for tool in spec.tools if tool.operation == line]
    return (found[0], spec) if found else None


@pytest.mark.parametrize(
    ("line", "summary", "query", "name", "fields"),
    [
        ("GET /lookup/md5/{md5}", "Lookup MD5.", {}, "get_md5", ["md5", "name", "description"]),
        ("GET /lookup/sha1/{sha1}", "Lookup SHA-1.", {}, "get_sha1", ["sha1", "name"]),
        ("GET /IPLookup", "Returns the geolocation data of an IP.", {"ip!": TEXT}, "get_ip",
         ["ip", "geolocation"]),
        ("GET /BINLookup", "Validate any BIN and retrieve the full details related to the bank.",
         {"bin!": TEXT}, "get_bin", ["bin", "name"]),
        ("GET /slice/{slice}/metadata", "Get the metadata for a slice in this dataset.", {},
         "get_slice_metadata", ["slice", "name"]),
        ("GET /cars/{id}/location", "Get a car's location", {}, "get_car_location", ["location"]),
        ("GET /configuration-link", "Get Configuration Link", {}, "get_configuration_link",
         ["configuration_link"]),
    ],
)  # fmt: skip
def test_inputs_pick_an_answer(
    line: str, summary: str, query: dict[str, object], name: str, fields: list[str]
) -> None:
    found = inferred(line, summary, **query)
    assert found is not None
    tool, spec = found
    assert (tool.name, tool.behaviour.kind) == (name, "get")
    assert "no response describes the record" in tool.inferred
    entity = next(one for one in spec.entities if one.table == tool.behaviour.table)
    assert {*fields} <= {field.name for field in entity.fields}
    assert all(field.inferred for field in entity.fields)


@pytest.mark.parametrize(
    ("line", "summary", "query"),
    [
        ("GET /convert", "Returns the amount in another currency", {"amount!": TEXT}),
        ("GET /chart", "Get a chart as an image", {"id!": TEXT}),
        ("GET /swatch", "Generate a color swatch for any color", {"color!": TEXT}),
        ("GET /validate/{email}", "Get whether an address is valid", {}),
        ("GET /child/{uuid}", "Get child UUID(s) from a specified project.", {}),
        ("GET /station/{name}", "Get data from the stations", {"period!": TEXT}),
        ("GET /board/{name}", "Get the next service between two stations", {}),
        ("GET /cve/{cve_id}", "Get an advisory for a vulnerability", {}),
        ("GET /tile/{x}/{y}", "Get a tile", {}),
        ("GET /point/{lat}/{lon}", "Get the forecast", {}),
        ("GET /days/{startdate}/{enddate}", "Get the weather", {}),
        ("GET /cars/{id}/battery", "Get a car's battery", {}),
        ("GET /version/{id}/issueCount", "Returns the number of issues for a version", {}),
        ("GET /calendar", "Get the moon calendar", {"filters": TEXT}),
        ("GET /info", "Get information about the service.", {}),
        ("GET /unlock/{thing}", "Unlock a thing", {}),
        ("GET /openapi", "Returns the specification of this API", {}),
    ],
)
def test_what_is_computed_or_not_told_is_left_out(
    line: str, summary: str, query: dict[str, object]
) -> None:
    assert inferred(line, summary, **query) is None


def test_what_a_number_of_is_told_is_a_field_of_it() -> None:
    found = inferred("GET /account/{id}", "Get account balance")
    assert found is not None
    tool, spec = found
    assert (tool.name, tool.result.shape) == ("get_account", "record")
    entity = next(one for one in spec.entities if one.table == tool.behaviour.table)
    balance = next(field for field in entity.fields if field.name == "balance")
    assert balance.type.model_dump()["type"] == "number"
    assert not balance.optional


def test_what_is_changed_on_the_same_path_is_described_by_its_changes_or_not_at_all() -> None:
    operations = (
        operation("GET /account/{id}", summary="Get account balance"),
        operation("POST /account", summary="Create new account"),
    )
    with pytest.raises(NoTools):
        infer(describe(*operations))
