from hypothesis import given
from hypothesis import strategies as st

from envfactory.graph.path import escape, names, prefixes, segments, unescape, values_at
from envfactory.records import Json

KEYS = st.text(max_size=4) | st.sampled_from(["*", "~", "/", "~1", "~2", "", "0"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(KEYS)
def test_any_key_is_one_segment_and_comes_back(key: str) -> None:
    assert unescape(escape(key)) == key
    assert segments(f"/{escape(key)}") == (escape(key),)
    assert escape(key) != "*"


@given(VALUES)
def test_a_concrete_path_reaches_exactly_its_own_value(value: Json) -> None:
    for path in ("", "/*", "/*/*", "/*/*/*"):
        for concrete, found in values_at(value, path):
            assert list(values_at(value, concrete)) == [(concrete, found)]


def test_stars_visit_every_member_in_order() -> None:
    value: Json = {"items": [{"id": "a"}, {"id": "b"}, {"no": 1}], "total": 3}
    assert list(values_at(value, "/items/*/id")) == [("/items/0/id", "a"), ("/items/1/id", "b")]
    assert list(values_at(value, "/nothing/*")) == []
    assert list(values_at(value, "/total/*")) == []
    assert list(values_at(value, "/items/7/id")) == []
    assert list(values_at(value, "")) == [("", value)]


def test_names_and_prefixes() -> None:
    assert names("/items/*/a~1b") == ("items", "a/b")
    assert list(prefixes("/a/*/b")) == ["", "/a", "/a/*"]
    assert list(prefixes("")) == []
