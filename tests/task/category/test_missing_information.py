"""Missing information: whoever asks can do it, and whoever guesses cannot."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import ToolSpec
from envfactory.graph.path import names
from envfactory.task import Dropped, Task
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, calls_of, sealed
from envfactory.task.category.missing_information import ASKED, GUESSED, withhold
from envfactory.task.meanings.glossary import read_glossary
from envfactory.trajectory import (
    GoldPolicy,
    InformedUser,
    Message,
    Reply,
    Setting,
    run_episode,
    try_in_episodes,
    user_for,
)


@pytest.fixture(scope="module")
def bench(errands) -> Bench:
    return Bench(errands.packages, read_glossary(errands.packages))


@pytest.fixture(scope="module")
def withholding(errands) -> list[Task]:
    maker = VariedMaker(errands.maker(), errands.packages)
    chains = sample_chains(errands.sampler(), 4, 40)
    made = [maker.make(chain, n, "missing_information") for n, chain in enumerate(chains)]
    tasks = [each for each in made if isinstance(each, Task)]
    assert len(tasks) >= 4
    return tasks


def setting(task: Task, errands) -> Setting:
    return Setting.open(task.environments, {p.identity: p for p in errands.packages.values()})


class Hasty(GoldPolicy):
    """Knows everything, but does not ask, and fills in what it was not told with what it likes."""

    def __init__(self, task: Task) -> None:
        calls = calls_of(task)
        names_of = {k.call: names(k.path or "")[:1] for k in task.user.knows if k.withheld}
        true = [calls[n].arguments.get(name) for n, path in names_of.items() for name in path]
        turns = []
        for turn in task.turns:
            guessed = tuple(
                call.model_copy(
                    update={
                        "arguments": {n: "?" if v in true else v for n, v in call.arguments.items()}
                    }
                )
                for call in turn.calls
            )
            turns.append(turn.model_copy(update={"asks": (), "calls": guessed}))
        super().__init__(task.model_copy(update={"turns": tuple(turns)}))


def test_each_task_withholds_asks_and_says_what_was_tried(withholding: list[Task]) -> None:
    for task in withholding:
        assert task.category == "missing_information"
        withheld = [known for known in task.user.knows if known.withheld]
        assert withheld
        assert {k.about for k in withheld} <= {a.about for t in task.turns for a in t.asks}
        tried = [check.name for check in task.checks]
        assert len(tried) == len(set(tried))
        assert {ASKED, GUESSED} <= set(tried)
        assert all(check.passed for check in task.checks)
        assert sealed(task).id == task.id


def test_the_reference_solution_asks_and_succeeds(withholding: list[Task], errands) -> None:
    for task in withholding:
        assert all(check.passed for check in try_in_episodes(task, setting(task, errands)))
        start = setting(task, errands)
        played = run_episode(task, start.world, GoldPolicy(task), user_for(task))
        assert isinstance(user_for(task), InformedUser)
        told = " ".join(m.content or "" for m in played.messages if m.role == "user")
        for known in task.user.knows:
            assert not known.withheld or known.said in told


def test_who_does_not_ask_fails(withholding: list[Task], errands) -> None:
    for task in withholding:
        if not task.goal.changes:
            continue  # the answer, which it knows, is all that counts
        played = run_episode(task, setting(task, errands).world, Hasty(task), user_for(task))
        assert played.outcome.reached is False


def test_who_asks_for_nothing_in_particular_learns_nothing(
    withholding: list[Task], errands
) -> None:
    class Vague:
        name = "vague"

        def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
            return Reply(content="Could you give me more details?")

    for task in withholding:
        played = run_episode(task, setting(task, errands).world, Vague(), user_for(task))
        told = " ".join(m.content or "" for m in played.messages if m.role == "user")
        assert played.outcome.reached is False
        for known in task.user.knows:
            assert not known.withheld or known.path == "" or f"is {known.said}" not in told


def test_a_task_that_tells_everything_is_no_such_task(errands, bench: Bench) -> None:
    maker = errands.maker()
    made = [maker.make(chain, 4) for chain in sample_chains(errands.sampler(), 4, 12)]
    told = [t for t in made if isinstance(t, Task) and not any(turn.asks for turn in t.turns)]
    assert told
    for task in told:
        found = withhold(task, bench, random.Random(1))
        assert isinstance(found, Dropped)
        assert found.reason == "nothing is withheld"
