from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.graph import ToolGraph, values_at
from envfactory.graph.executed.arguments import fitted, lean, put
from envfactory.graph.executed.bench import weigh

PATHS = st.lists(st.sampled_from(["a", "b", "*", "~0~1", "~2"]), min_size=1, max_size=5)


@given(PATHS)
def test_what_is_put_at_a_path_is_found_there(parts: list[str]) -> None:
    path = "".join(f"/{part}" for part in ["top", *parts])
    assert [value for _, value in values_at(put({}, path, "x"), path)] == ["x"]


def test_putting_replaces_and_leaves_the_rest_and_the_original() -> None:
    before: dict[str, Any] = {"items": [{"id": 1, "n": 2}, {"id": 3}], "q": "x"}
    after = put(before, "/items/*/id", 9)
    assert after == {"items": [{"id": 9, "n": 2}], "q": "x"}
    assert before["items"][0]["id"] == 1
    assert put({"map": {"k": {"id": 1}}}, "/map/*/id", 2) == {"map": {"k": {"id": 2}}}


def test_lean_arguments_are_the_required_ones_and_the_one_in_question(typed: ToolGraph) -> None:
    node = typed.tool("library__list_loans")
    full = {"reader_id": "rd_1", "due_before": "2026-05-01"}
    assert lean(node, full, "/reader_id") == {"reader_id": "rd_1"}
    assert lean(node, full, "/due_before") == full


def test_other_identities_come_from_the_record_around_the_value(typed: ToolGraph) -> None:
    consumer, producer = typed.tool("library__get_loan"), typed.tool("library__list_loans")
    result = [{"id": "ln_1", "reader_id": "rd_2"}, {"id": "ln_2", "reader_id": "rd_3"}]
    known = {"reader_id": "rd_9", "loan_id": "ln_9"}
    fit = fitted(consumer, "/loan_id", known, producer, {"reader_id": "rd_8"}, result, "/1/id")
    assert fit == {"reader_id": "rd_3", "loan_id": "ln_9"}
    elsewhere = fitted(consumer, "/loan_id", known, producer, {"reader_id": "rd_8"}, [1], "/0")
    assert elsewhere["reader_id"] == "rd_8"


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        (None, 0),
        ({"items": [], "total": 0, "next": None}, 0),
        ({"items": [{"id": "a", "done": False}], "total": 1}, 3),
        ([[], {}, ""], 0),
        ("text", 1),
    ],
)
def test_an_answer_weighs_what_it_says(value: Any, weight: int) -> None:
    assert weigh(value) == weight
