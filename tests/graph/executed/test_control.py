import random
import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from envfactory.graph.executed.control import is_scalar, made_up

SEEDS = st.integers(0, 2**32)
IDS = st.from_regex(r"[a-z]{2,4}_[0-9a-f]{1,8}", fullmatch=True)


@given(IDS, SEEDS)
def test_made_up_identifiers_keep_their_form_and_stand_for_nothing(value: str, seed: int) -> None:
    prefix = value.partition("_")[0]
    held = {value, *(f"{prefix}_{n}" for n in range(10))}
    for control in made_up(value, (held,), random.Random(seed)):
        assert isinstance(control, str)
        assert control not in held
        assert control.startswith(f"{prefix}_")
        assert re.fullmatch(r"[a-z]+_[0-9a-f]+", control)


@given(st.text(min_size=1), SEEDS)
def test_no_text_is_its_own_control(value: str, seed: int) -> None:
    assert value not in made_up(value, (), random.Random(seed))


@given(st.integers(-1000, 1000), st.frozensets(st.integers(-1000, 1000)))
def test_numbers_get_the_nearest_free_neighbours(value: int, held: frozenset[int]) -> None:
    below, above = sorted(made_up(value, (held, {value}), random.Random(0)))
    assert isinstance(below, int)
    assert isinstance(above, int)
    assert below < value < above
    assert {below, above}.isdisjoint(held)
    assert set(range(below + 1, above)) - {value} <= held


@given(st.dates(date(1, 1, 3), date(9999, 12, 28)))
def test_days_get_neighbours_on_both_sides(day: date) -> None:
    before, after = sorted(map(str, made_up(f"{day}T10:30:00Z", (), random.Random(0))))
    assert before < f"{day}T10:30:00Z" < after
    assert {before[10:], after[10:]} == {"T10:30:00Z"}


def test_what_looks_like_a_day_and_is_none_is_a_text() -> None:
    assert all(isinstance(c, str) for c in made_up("2026-13-45 x", (), random.Random(1)))
    assert made_up("9999-12-31", (), random.Random(1))


def test_there_is_no_control_for_what_has_no_other_form() -> None:
    assert made_up("-", ({"-"} | {f"-{n}" for n in range(10)},), random.Random(1)) == []


def test_empty_texts_and_truth_values_identify_nothing() -> None:
    assert [v for v in ("a", 0, 1.5, "", True, None, [], {}) if is_scalar(v)] == ["a", 0, 1.5]
