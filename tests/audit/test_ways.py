"""Other tools and other words for the same thing are as right, and only those."""

from __future__ import annotations

import pytest

from envfactory.audit import Auditor
from envfactory.audit.rehearsal import Rehearsal
from envfactory.audit.ways import other_tools
from envfactory.environment import Package, World
from envfactory.task.model import Task
from tests.audit.jars import Call, make_jars, make_shelf, size_of, told

RELABEL: Call = ("relabel", {"jar_id": "jar_1", "label": "Quince"})
RELABEL_TOO: Call = ("relabel", {"jar_id": "jar_2", "label": "Plum"})
REPLACE: Call = ("replace", {"jar_id": "jar_1", "label": "Quince", "size": "small"})
REMOVE = [("remove", {"jar_id": f"jar_{n}"}) for n in (1, 2, 3)]
REMOVE_MANY: Call = ("remove_many", {"jar_ids": ["jar_1", "jar_2"]})
ADD = [("add_jar", {"label": label}) for label in ("Quince", "Plum")]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_shelf(tmp_path_factory.mktemp("packages") / "shelf")


def ways(task: Task, shelf: Package) -> list[bool]:
    auditor = Auditor({shelf.identity: shelf}, seed=3)
    rehearsal = Rehearsal(task, World({"shelf": shelf.start("full")}))
    return list(other_tools(rehearsal, auditor.room(task)))


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([RELABEL], 2),  # by replacing it, and as the only one of many
        ([RELABEL, RELABEL_TOO], 5),  # each by itself, and both at once
        ([REPLACE], 0),
        ([REMOVE_MANY], 1),  # one by one
        (REMOVE, 4),  # each by itself, and all at once
        (ADD, 3),  # in the other order too: keys are not compared
        ([("get_jar", {"jar_id": "jar_1"})], 0),
    ],
)
def test_other_tools_are_found_by_what_they_do(package, shelf, calls, found) -> None:
    assert ways(make_jars(shelf, package, calls), shelf) == [True] * found


def test_a_goal_that_insists_on_one_order_is_found(package, shelf) -> None:
    """Keys that the environment makes are compared, and the other tool makes the last one first."""
    rigid = make_jars(shelf, package, ADD, identifiers=())
    assert False in ways(rigid, shelf)
    audit = Auditor({shelf.identity: shelf}, seed=3).audit(rigid)
    assert (audit.weakness or "").startswith("a right way is refused: ")


@pytest.mark.parametrize(("rival", "refused"), [("large", 0), ("Jam 1", 0), ("Value", 1)])
def test_a_fact_that_may_not_stand_among_others_is_found(package, shelf, rival, refused) -> None:
    """The head of a table is taken for another size; what is labelled as something else is not."""
    fact = size_of(1).model_copy(update={"rivals": (rival,)})
    look: list[Call] = [("get_jar", {"jar_id": "jar_1"})]
    task = told(make_jars(shelf, package, look, facts=(fact,)), "The size is small.")
    record = Auditor({shelf.identity: shelf}, seed=3).audit(task).task.robustness
    assert record is not None
    (words,) = (a for a in record.attempts if a.name == "other words")
    assert words.tried - words.passed == refused
