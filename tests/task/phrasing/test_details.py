"""Further details of a record are told after it, or in a sentence of their own."""

import random
import re
from datetime import UTC, datetime

import pytest

from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.slots import Slot
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.phrasing.details import Details
from envfactory.task.phrasing.refer import Discourse
from envfactory.task.phrasing.saying import Saying

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEEDS = range(60)
SLOTS = {
    "due": Slot("/due", "due date", Shape("datetime"), "/due"),
    "starts": Slot("/starts", "start time", Shape("datetime"), "/starts"),
    "ends": Slot("/ends", "end time", Shape("datetime"), "/ends"),
    "grade": Slot("/grade", "grade", Shape("choice", choices=("fine", "coarse")), "/grade"),
    "status": Slot("/status", "status", Shape("choice", choices=("open", "done")), "/status"),
    "places": Slot("/places", "places", Shape("integer"), "/places"),
}
VALUES = {
    "due": "2026-03-03T12:00:00Z",
    "starts": "2026-03-03T09:00:00Z",
    "ends": "2026-03-03T10:00:00Z",
    "grade": "fine",
    "status": "open",
    "places": 4,
}


def told(errands, seed: int, *names: str, brackets: bool = True) -> str:
    """Return what follows a record, with these details of it."""
    details, call, leaves = setting(errands, seed, *names)
    return details.following(call, 0, leaves, brackets=brackets)


def setting(errands, seed: int, *names: str) -> tuple[Details, Call, list[tuple[str, Leaf]]]:
    discourse = Discourse(random.Random(seed), Speaker(NOW))
    leaves = [(f"/{name}", Leaf("said", SLOTS[name])) for name in names]
    records = errands.records("home")
    call = Call(
        errands.glossary.tools["errands__create_todo"],
        {name: VALUES[name] for name in names},
        dict(leaves),
        None,
        (),
        records,
        records,
    )
    return Details(Saying(errands.glossary, discourse), discourse), call, leaves


def test_details_follow_with_and_in_brackets_and_after_commas(errands) -> None:
    styles = {told(errands, seed, "grade", "places") for seed in SEEDS}
    assert styles == {
        " with the grade fine and 4 places",
        " (grade fine, places 4)",
        ", grade fine, places 4",
    }


def test_nothing_is_put_in_brackets_that_could_be_of_something_else(errands) -> None:
    styles = {told(errands, seed, "grade", brackets=False) for seed in SEEDS}
    assert styles == {" with the grade fine", ", grade fine"}


def test_when_it_is_goes_without_labels(errands) -> None:
    for seed in SEEDS:
        assert re.fullmatch(r" from .+ to .+", told(errands, seed, "starts", "ends"))
        assert told(errands, seed, "due").startswith(", due ")


@pytest.mark.parametrize(
    ("name", "words"), [("status", "open status"), ("grade", "the grade fine")]
)
def test_what_is_a_state_comes_before_its_label(errands, name: str, words: str) -> None:
    assert f" with {words}" in {told(errands, seed, name) for seed in SEEDS}


def test_a_sentence_of_their_own_tells_every_detail_once(errands) -> None:
    apart = set()
    for seed in SEEDS:
        details, call, leaves = setting(errands, seed, "grade", "places")
        said = {leaf.slot.field_name: (p, leaf) for p, leaf in leaves if leaf.slot}
        text = details.apart(call, 0, said, ())
        assert bool(text) != bool(said), "told here, or left to be told"
        if text:
            apart.add(text)
            assert text.count("fine") == text.count("4") == 1
            assert re.match(r"[A-Z].*\.$", text)
            assert not re.search(r"places is|their", text)
    assert len(apart) > 8
