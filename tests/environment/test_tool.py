"""Tools: schemas agree with what is accepted and returned, and bad definitions fail early."""

from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from shop import Shop

from envfactory.environment import (
    Environment,
    InvalidArgument,
    Key,
    Record,
    Ref,
    Table,
    tool,
)
from envfactory.environment.tool import MAX_ARGUMENT_BYTES
from envfactory.errors import DefinitionError, EnvironmentFault

SPECS = {spec.name: spec for spec in Shop.tools()}


class Node(Record):
    """A node of a tree."""

    node_id: Annotated[str, Key("n")]
    children: list["Node"] = []


class Probe(Environment):
    """Tools with every kind of parameter."""

    nodes: Table[Node]

    @tool
    def echo(
        self,
        text: Annotated[str, Field(min_length=1, max_length=5), "Some text"],
        number: Annotated[int, Field(ge=-3, le=3), "A number"] = 0,
        ratio: float | None = None,
        size: Literal["S", "M", 3] = "S",
        flags: list[bool] | None = None,
        node_id: Annotated[str, Ref("nodes")] | None = None,
    ) -> dict[str, int]:
        """Echo the arguments.

        Nothing is stored.

        Args:
            ratio: How much of it.
            node_id: The node that it is about.
        """
        return {"length": len(text), "number": number}

    @tool
    def get_node(self, node_id: Annotated[str, Ref("nodes"), "Which"]) -> Node:
        """Return a node."""
        return self.nodes.get(node_id)

    @tool
    def wrong(self, how: str) -> Annotated[int, Field(ge=0)]:
        """Return what is not declared."""
        return {"text": "x", "negative": -1, "none": None, "fine": 1}[how]

    @tool
    def refuse(self, total: Annotated[float, "Anything"]) -> Node:
        """Make a record from what the caller says."""
        return self.nodes.insert(Node(node_id="", children=[total]))

    @tool
    def crash(self, how: str) -> None:
        """Break."""
        if how == "forgotten":
            self.nodes.insert(Node(children=[]))
        if how == "misnamed":
            self.nodes.insert(node_id="a", colour="red")
        if how == "mutated":
            self.nodes.insert(node_id="a").children.append(1)
        if how == "hidden":
            self.cache = {}
        if how == "deep":
            self.crash("deep")
        raise KeyError(how)


PROBE = {spec.name: spec for spec in Probe.tools()}
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-4, 4) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*PROBE["echo"].input_schema["properties"], "other"]),
        values | st.sampled_from(["S", "M", "abc", 3, True]),
        max_size=5,
    )
)
def test_a_tool_accepts_exactly_what_its_schema_allows(arguments):
    validator = jsonschema.Draft202012Validator(PROBE["echo"].input_schema)
    integral = any(isinstance(v, float) and v == int(v) for v in arguments.values())
    result = Probe().call("echo", arguments)
    if not integral:  # to JSON Schema 1.0 is an integer; to a person and to Python it is not
        assert result.ok == validator.is_valid(arguments), (arguments, result)
    if not result.ok:
        assert result.error.code == "invalid_argument"


@pytest.mark.parametrize(
    "change",
    [{"number": "2"}, {"number": 2.5}, {"number": True}, {"ratio": "0.5"}, {"flags": ["true"]}],
)
def test_nothing_is_coerced_into_what_the_schema_asks_for(change):
    result = Probe().call("echo", {"text": "abc", **change})
    assert result.error.code == "invalid_argument"
    assert not jsonschema.Draft202012Validator(PROBE["echo"].input_schema).is_valid(
        {"text": "abc", **change}
    )


@pytest.mark.parametrize("quantity", ["2", True, 2.0])
def test_nothing_inside_a_record_is_coerced_either(quantity):
    user = {"user_id": "usr_1", "name": "Ada", "email": "a@x"}
    product = {"sku": "A", "title": "Tea", "price": 3, "stock": 9}
    shop = Shop.from_scenario({"users": [user], "products": [product]})
    line = {"sku": "A", "quantity": quantity}
    assert shop.call("place_order", {"user_id": "usr_1", "lines": [line]}).error.code == (
        "invalid_argument"
    )


def test_every_schema_is_valid_and_every_tool_and_parameter_is_described():
    for spec in Shop.tools():
        jsonschema.Draft202012Validator.check_schema(spec.input_schema)
        jsonschema.Draft202012Validator.check_schema(spec.output_schema)
        assert spec.description
        for name, schema in spec.input_schema["properties"].items():
            assert schema["description"], f"{spec.name}.{name}"


def test_schemas_say_which_entity_a_value_identifies():
    place = SPECS["place_order"]
    assert place.input_schema["properties"]["user_id"]["x-entity"] == "users"
    line = place.input_schema["properties"]["lines"]["items"]
    assert line["properties"]["sku"]["x-entity"] == "products"
    key = place.output_schema["properties"]["order_id"]
    assert (key["x-entity"], key["x-key"]) == ("orders", True)
    assert "x-record" not in str(place.output_schema)


def test_descriptions_come_from_annotations_and_docstrings():
    echo = PROBE["echo"]
    assert echo.description == "Echo the arguments. Nothing is stored."
    properties = echo.input_schema["properties"]
    assert properties["text"]["description"] == "Some text"
    assert properties["ratio"]["description"] == "How much of it."
    assert properties["node_id"]["description"] == "The node that it is about."
    assert properties["size"]["default"] == "S"
    assert echo.input_schema["required"] == ["text"]


@pytest.mark.parametrize(
    "text", [": : 0", ":param x: y", "Returns: all\n\nof them.", "Example:\n\n  x", "@x: y", ""]
)
def test_a_docstring_without_an_args_section_is_taken_as_it_is(text):
    def peculiar(self) -> None: ...

    peculiar.__doc__ = text
    kind = type("Peculiar", (Environment,), {"peculiar": tool(peculiar)})
    assert kind.tools()[0].description == " ".join(text.split())


def test_recursive_records_keep_one_definition():
    schema = PROBE["get_node"].output_schema
    assert list(schema["$defs"]) == ["Node"]
    jsonschema.validate({"node_id": "a", "children": [{"node_id": "b", "children": []}]}, schema)


def test_who_may_call_is_told():
    assert SPECS["set_currency"].actor == "user"
    assert SPECS["get_user"].actor == "agent"


@pytest.mark.parametrize("how", ["text", "negative", "none"])
def test_a_result_outside_its_annotation_is_a_fault(how):
    with pytest.raises(EnvironmentFault, match="wrong: returned what its annotation"):
        Probe().call("wrong", {"how": how})
    assert Probe().call("wrong", {"how": "fine"}).value == 1


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("forgotten", "node_id"),
        ("misnamed", "colour"),
        ("mutated", "changed in place"),
        ("hidden", "not part of the state"),
        ("deep", "RecursionError"),
        ("other", "KeyError"),
    ],
)
def test_a_broken_body_is_a_fault_and_leaves_no_trace(how, problem):
    probe = Probe()
    before = probe.snapshot()
    with pytest.raises(EnvironmentFault, match=problem):
        probe.call("crash", {"how": how})
    assert probe.snapshot() is before


def test_an_argument_that_a_record_refuses_is_the_callers_mistake():
    result = Probe().call("refuse", {"total": 1.5})
    assert result.error.code == "invalid_argument"
    assert "children" in result.error.message


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "arguments",
    [
        {"user_id": "x" * (MAX_ARGUMENT_BYTES + 1)},
        {"user_id": "\ud800"},
        {"user_id": float("nan")},
        {"user_id": object()},
        {"user_id": deep(100_000)},
        {1: "usr_1"},
        {"user_id": {"usr_1"}},
        "{}",
        [],
        7,
    ],
)
def test_arguments_that_are_no_json_object_are_refused(arguments):
    result = Shop().call("get_user", arguments)
    assert result.error.code == "invalid_argument"
    assert len(result.error.message) <= 700


def test_any_mapping_of_arguments_will_do():
    result = Probe().call("echo", MappingProxyType({"text": "abc"}))
    assert result.value == {"length": 3, "number": 0}


def test_an_unknown_tool_is_a_typed_refusal():
    result = Shop().call("get_usr", {})
    assert result.error.code == "unknown_tool"
    assert "get_user" in result.error.message


def test_errors_say_what_to_change():
    result = Shop().call("place_order", {"user_id": 5, "lines": [{"quantity": 100}], "x": 1})
    message = result.error.message
    assert "user_id: Input should be a valid string, got 5" in message
    assert "lines.0.sku is required" in message
    assert "and 1 more" in message


def bad_tools():
    async def later(self) -> None: ...
    def unstated(self): ...
    def untyped(self, x) -> None: ...
    def many(self, *args: int) -> None: ...
    def named(self, **kwargs: int) -> None: ...
    def positional(self, x: int, /) -> None: ...
    def sets(self, x: set[str]) -> None: ...
    def result(self) -> set[str]: ...
    def missing(self) -> "Nowhere": ...  # noqa: F821
    def endless(self) -> list[int]:
        yield 1

    def call(self) -> None: ...

    return [
        (later, "plain function"),
        (unstated, "say what it returns"),
        (untyped, "has no type"),
        (many, "name every parameter"),
        (named, "name every parameter"),
        (positional, "remove '/'"),
        (sets, "use list"),
        (result, "use list"),
        (missing, "Nowhere"),
        (endless, "remove async or yield"),
        (call, "the name is taken"),
    ]


@pytest.mark.parametrize(
    ("method", "fix"), bad_tools(), ids=lambda item: getattr(item, "__name__", "")
)
def test_bad_tools_fail_when_the_class_is_defined(method, fix):
    with pytest.raises(DefinitionError) as error:
        type("Bad", (Environment,), {method.__name__: tool(method)})
    assert fix in str(error.value)
    assert f"Bad.{method.__name__}" in str(error.value)


def test_a_tool_error_without_a_message_still_says_its_code():
    class Quiet(Environment):
        """Says little."""

        @tool
        def refuse(self) -> datetime:
            """Refuse."""
            raise InvalidArgument

    assert Quiet().call("refuse").error.message == "invalid_argument"


class Dials(Environment):
    """Numbers to choose from."""

    nodes: Table[Node]

    @tool
    def turn(
        self,
        to: Annotated[Literal[0, 1], "Where to"],
        over: Annotated[list[Literal[1, 2]] | None, "On the way"] = None,
    ) -> int:
        """Turn a dial."""
        return to


@pytest.mark.parametrize("wrong", [{"to": True}, {"to": 0, "over": [1, True]}])
def test_true_is_no_choice_among_numbers(wrong: dict[str, object]) -> None:
    dials = Dials()
    assert dials.call("turn", {"to": 1, "over": [2]}).value == 1
    result = dials.call("turn", wrong)
    assert result.error is not None
    assert result.error.code == "invalid_argument"
