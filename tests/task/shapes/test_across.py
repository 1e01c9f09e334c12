"""Questions about what belongs to a record that has to be found."""

from __future__ import annotations

import pytest

from envfactory.task import Task
from envfactory.task.category.bench import Bench
from envfactory.task.convey import unproven
from envfactory.task.convey.proof import outcomes
from envfactory.task.shapes.across import across
from tests.task.shapes.made import made_only


@pytest.fixture(scope="module")
def across_two(settings) -> list[tuple[Task, Bench]]:
    """Tasks of one turn that ask something of what belongs to a record."""
    return made_only(across, settings)


def test_what_belongs_to_a_record_is_asked_of_one_that_has_to_be_found(across_two) -> None:
    assert len(across_two) >= 3
    for task, bench in across_two:
        turn = task.turns[0]
        owner = next(each for each in turn.conveyed if each.kind == "description" and not each.path)
        assert owner.text in turn.request
        assert owner.proof is not None
        world = bench.world(task.environments)
        (key,) = outcomes(owner.proof, world, ())
        assert str(key) not in turn.request
        last = turn.calls[-1]
        criteria = task.goal.facts[0].over.criteria if task.goal.facts[0].over else ()
        used = [*last.arguments.values(), *(each.value for each in criteria)]
        assert key in used or task.goal.facts[0].over is None
        vague = owner.proof.model_copy(update={"criteria": ()})
        assert len(outcomes(vague, world, ())) > 1
        assert not list(unproven(task, lambda t=task, b=bench: b.world(t.environments)))
        assert all(check.passed for check in task.checks)
