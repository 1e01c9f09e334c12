"""What an agent sees of the tools."""

from hypothesis import given
from hypothesis import strategies as st
from shop import Shop

from envfactory.trajectory import agent_tools, function_tool
from envfactory.trajectory.tools import without_annotations

literals = st.none() | st.integers() | st.text(max_size=5)
names = st.sampled_from(["x-entity", "x-key", "x-", "name", "properties", "items"])


def schemas() -> st.SearchStrategy[dict]:
    def node(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
        return st.fixed_dictionaries(
            {},
            optional={
                "properties": st.dictionaries(names, inner, max_size=3),
                "items": inner,
                "anyOf": st.lists(inner, max_size=2),
                "default": st.dictionaries(names, literals, max_size=2),
                "enum": st.lists(st.dictionaries(names, literals, max_size=2), max_size=2),
                "x-entity": literals,
                "x-key": st.just(True),
                "x-nested": st.just({"x-entity": "users"}),
            },
        )

    return st.recursive(st.just({}), node, max_leaves=6)


def keywords(node: object) -> set[str]:
    """Every keyword used in a schema, without names of properties and without values."""
    if isinstance(node, list):
        return set().union(*(keywords(item) for item in node))
    if not isinstance(node, dict):
        return set()
    found = set(node)
    for key, value in node.items():
        if key == "properties":
            found |= set().union(*(keywords(schema) for schema in value.values()))
        elif key not in ("default", "enum"):
            found |= keywords(value)
    return found


@given(schemas())
def test_no_annotation_is_left_and_no_data_is_lost(schema):
    seen = without_annotations(schema)
    assert not any(keyword.startswith("x-") for keyword in keywords(seen))
    assert seen.get("properties", {}).keys() == schema.get("properties", {}).keys()
    assert seen.get("enum") == schema.get("enum")
    assert seen.get("default") == schema.get("default")
    assert without_annotations(seen) == seen


def test_the_shops_tools():
    specs = agent_tools(Shop.tools())
    tool = function_tool(specs[0])
    assert tool["type"] == "function"
    assert tool["function"]["name"] == "get_user"
    assert "x-" not in str([function_tool(spec) for spec in specs])
    assert tool["function"]["parameters"]["required"] == ["user_id"]
