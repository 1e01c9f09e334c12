"""Dual control: what only the user can do is done by the user, when the agent says so."""

from __future__ import annotations

import random

import pytest

from envfactory.environment import Package
from envfactory.records import Json
from envfactory.task import Dropped, Goal, Task
from envfactory.task.category.bench import Bench, play, sealed
from envfactory.task.category.dual_control import hand_over
from envfactory.task.category.own import seems_own
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.model import Difficulty, EnvironmentRef, GoldCall, Origin, Turn
from envfactory.task.user import User
from envfactory.trajectory import (
    Episode,
    GoldPolicy,
    Reply,
    RequestedCall,
    Setting,
    run_episode,
    try_in_episodes,
)
from envfactory.trajectory.user import user_for


@pytest.fixture(scope="module")
def bench(pantry: Package) -> Bench:
    packages = {"pantry": pantry}
    return Bench(packages, read_glossary(packages))


def task_of(bench: Bench, *turns: tuple[tuple[str, dict[str, Json]], ...]) -> Task:
    """Return a task in which each turn makes some calls."""
    home = EnvironmentRef(
        name="pantry", identity=bench.packages["pantry"].identity, scenario="home"
    )
    world, made = bench.world([home]), []
    for calls in turns:
        gold = []
        for tool, arguments in calls:
            before = world.state_hash
            result = world.call(f"pantry__{tool}", arguments)
            assert result.ok
            gold.append(
                GoldCall(
                    tool=f"pantry__{tool}",
                    arguments=arguments,
                    origins={f"/{name}": Origin(kind="scenario") for name in arguments},
                    value=result.value,
                    changes_state=world.state_hash != before,
                )
            )
        said = "Somebody should taste jar b."
        made.append(Turn(request=said, intent="", calls=tuple(gold), answer="It is done."))
    changes = play(bench.world([home]), [call for turn in made for call in turn.calls]).changes
    return sealed(
        Task(
            id="",
            seed=1,
            chain="by hand",
            environments=(home,),
            turns=tuple(made),
            goal=Goal(changes=changes),
            user=User(name="Ada"),
            checks=(),
            difficulty=Difficulty(
                turns=1, calls=2, writes=1, lookups=1, tools_offered=7, implicitness=0
            ),
        )
    )


APPROVE = (("list_jars", {}), ("approve_jar", {"jar_id": "jar_2"}))


@pytest.fixture(scope="module")
def handed(bench: Bench) -> Task:
    made = hand_over(task_of(bench, APPROVE), bench, random.Random(1))
    assert isinstance(made, Task)
    return made


def test_the_user_does_it_when_told_to(handed: Task, bench: Bench) -> None:
    setting = Setting.open(handed.environments, {p.identity: p for p in bench.packages.values()})
    assert all(check.passed for check in try_in_episodes(handed, setting))
    gold = run_episode(
        handed, setting.world, GoldPolicy(handed), user_for(handed), system=setting.system
    )
    assert [(step.actor, step.tool) for step in gold.steps] == [
        ("agent", "pantry__list_jars"),
        ("user", "pantry__approve_jar"),
    ]
    assert gold.steps[1].arguments == {"jar_id": "jar_2"}
    (told,) = handed.handovers
    assert (told.why, told.known_by) == ("its name says so: approve", {"jar_id": ("label",)})
    assert "the jar" in told.text
    assert "jar_2" not in told.text
    assert "approve jar (jar id, note): Taste" in (gold.messages[0].content or "")


def test_the_agent_can_neither_see_it_nor_call_it(handed: Task, bench: Bench) -> None:
    setting = Setting.open(handed.environments, {p.identity: p for p in bench.packages.values()})
    episode = Episode(handed, setting.world, user_for(handed), policy="hasty")
    assert "pantry__approve_jar" not in {tool.name for tool in episode.tools}
    assert len(episode.tools) == handed.difficulty.tools_offered
    episode.submit(Reply(calls=(RequestedCall("pantry__approve_jar", {"jar_id": "jar_2"}),)))
    assert '"permission_denied"' in (episode.messages[-1].content or "")
    episode.submit(Reply(content="It is done."))
    assert episode.trajectory.outcome.reached is False


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        (
            ((("update_jar", {"jar_id": "jar_2", "label": "z"}),),),
            "no act that people do in person",
        ),
        ((APPROVE, (("approve_jar", {"jar_id": "jar_1"}),)), "used in other turns as well"),
    ],
)
def test_what_cannot_be_handed_over_is_dropped(bench: Bench, turns, reason: str) -> None:
    made = hand_over(task_of(bench, *turns), bench, random.Random(1))
    assert isinstance(made, Dropped)
    assert reason in made.reason


def test_a_result_that_is_needed_stays_with_the_agent(bench: Bench) -> None:
    task = task_of(bench, APPROVE, (("update_jar", {"jar_id": "jar_2", "label": "z"}),))
    call = task.turns[1].calls[0]
    origin = Origin(kind="result", call=1, path="/jar_id")
    fed = call.model_copy(update={"origins": {"/jar_id": origin, "/label": Origin(kind="user")}})
    turn = task.turns[1].model_copy(update={"calls": (fed,)})
    tied = task.model_copy(update={"turns": (task.turns[0], turn)})
    assert hand_over(tied, bench, random.Random(1)) == Dropped(
        "its result is needed", "pantry__approve_jar"
    )


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        ((("delete_jar", {"jar_id": "jar_2"}),), "jars that are deleted cannot be brought back"),
        ((("approve_jar", {"jar_id": "jar_2"}),), "its name says so: approve"),
    ],
)
def test_every_tool_that_is_the_users_own_says_why(bench: Bench, calls, why: str) -> None:
    made = hand_over(task_of(bench, calls), bench, random.Random(1))
    assert isinstance(made, Task)
    assert [each.why for each in made.handovers] == [why]
    assert any(why in check.detail for check in made.checks)


def test_the_best_evidence_counts(bench: Bench) -> None:
    both = task_of(bench, (("delete_jar", {"jar_id": "jar_1"}),), APPROVE)
    for seed in range(4):
        made = hand_over(both, bench, random.Random(seed))
        assert isinstance(made, Task)
        assert made.user_tools == ("pantry__approve_jar",)


def test_a_tool_may_seem_ones_own_by_its_name() -> None:
    assert all(map(seems_own, ("pos__pay_order", "x__delete_task", "x__update_device")))
    assert not any(map(seems_own, ("pos__list_orders", "hris__update_ticket", "x__get")))
