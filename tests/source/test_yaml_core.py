"""YAML as JSON values: the core schema, and the documents that must be refused."""

import contextlib
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from envfactory.source.yaml_core import MAX_DEPTH, YamlProblem, parse_yaml

TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]))
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
        ("12:30:45", "12:30:45"),
        ("0o17", 15),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("+12", 12),
        ("-1.5e3", -1500.0),
        (".5", 0.5),
        ("0", 0),
        ("-0.5", -0.5),
        ("012", "012"),
        ("00.5", "00.5"),
        ("3.", 3.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("99999999999999999999", 1e20),
        ("9" * 5000, "9" * 5000),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("! 12", "12"),
        ("!!timestamp 2026-03-02", "2026-03-02"),
    ],
)
def test_scalars_resolve_by_the_core_schema(text: str, value: object) -> None:
    parsed = parse_yaml(text)
    assert parsed == value
    assert type(parsed) is type(value)


def test_keys_keep_their_text() -> None:
    text = "{200: a, on: b, no: c, null: d, 1.10: e, 2026-03-02: f, true: g}"
    parsed: Any = parse_yaml(text)
    assert list(parsed) == ["200", "on", "no", "null", "1.10", "2026-03-02", "true"]


@given(JSON_VALUES)
def test_json_is_yaml(value: object) -> None:
    assert parse_yaml(json.dumps(value, ensure_ascii=False)) == value


@given(JSON_VALUES)
def test_what_pyyaml_writes_is_read_back(value: object) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    assert parse_yaml(text) == value


def test_aliases_are_shared_and_merge_keys_inherit() -> None:
    text = "a: &x {p: 1, q: 2}\nb: *x\nc: {<<: *x, q: 3}\nd: {q: 4, <<: [*x, {p: 9, r: 5}]}"
    parsed = parse_yaml(text)
    assert isinstance(parsed, dict)
    assert parsed["b"] is parsed["a"]
    assert parsed["c"] == {"p": 1, "q": 3}
    assert parsed["d"] == {"p": 1, "q": 4, "r": 5}


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("a: 1\nb: 2\na: 3", "duplicate key 'a'", (3, 1)),
        ("a: 1\n'a': 3", "duplicate key 'a'", (2, 1)),
        ("[1]: 2", "a mapping key must be plain text", (1, 1)),
        ("a: &x [1]\n*x : 2", "a mapping key must be plain text", (2, 1)),
        ("a: !!python/object:os.system x", "tag", (1, 4)),
        ("a: !!python/object/apply:os.system [x]", "tag", (1, 4)),
        ("a: !!set {b}", "tag", (1, 4)),
        ("a: &x [*x]", "stands inside what it names", (1, 8)),
        ("a: *x", "names no earlier anchor", (1, 4)),
        ("a: {<<: 1}", "merges mappings only", (1, 9)),
        ("a: 1\n---\nb: 2", "a second YAML document", (2, 1)),
        ("a: b: c", "mapping values are not allowed", (1, 5)),
        ("a:\n\t- 1", "cannot start any token", (2, 1)),
        ("a: 'x", "unexpected end of stream", (1, 6)),
        ("a: 1\nb: \x07", "control characters", (2, 4)),
        ('a: "\\ud800"', "Unicode", (1, 7)),
    ],
)
def test_bad_documents_are_refused_with_their_place(
    text: str, problem: str, place: tuple[int, int]
) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse_yaml(text)
    assert problem in caught.value.problem
    assert (caught.value.line, caught.value.column) == place


def test_billion_laughs_are_refused_before_they_are_written_out() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(YamlProblem, match="once its aliases are written out"):
        parse_yaml("\n".join(lines))


def test_one_long_text_repeated_by_aliases_is_refused() -> None:
    text = "a: &a " + "x" * 1_000_000 + "\nb: [" + "*a, " * 10_000 + "]"
    with pytest.raises(YamlProblem, match="once its aliases are written out"):
        parse_yaml(text)


def test_merge_bomb_is_refused() -> None:
    base = "a0: &a0 {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}"
    merges = "b: [" + ", ".join("{<<: *a0}" for _ in range(5000)) + "]"
    with pytest.raises(YamlProblem, match="once its aliases are written out"):
        parse_yaml(f"{base}\n{merges}")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(opening: str) -> None:
    with pytest.raises(YamlProblem):
        parse_yaml(opening * 10_000)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    with pytest.raises(YamlProblem, match="nested deeper"):
        parse_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


def test_the_weight_limit_counts_plain_documents_too() -> None:
    assert parse_yaml("[1, 2, 3]", max_weight=4) == [1, 2, 3]
    with pytest.raises(YamlProblem):
        parse_yaml("[1, 2, 3]", max_weight=3)


@given(st.text(alphabet="abc:[]{},&*!<>|'\"\\#%@`-? \n\t01.~é", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(YamlProblem):
        json.dumps(parse_yaml(text), allow_nan=False)


def test_the_pure_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x {p: 1, q: [no, 2026-03-02, 'é']}\nb:\n  <<: *x\n  q: |\n    two\n    lines\n"
    fast = parse_yaml(text)
    monkeypatch.setattr("envfactory.source.yaml_core._EVENTS", yaml.SafeLoader)
    assert parse_yaml(text) == fast
    with pytest.raises(YamlProblem, match="nested deeper"):
        parse_yaml("[" * (MAX_DEPTH + 1))
