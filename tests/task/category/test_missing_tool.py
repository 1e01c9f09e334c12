"""Missing tool: what cannot be done is refused, and the proof that it cannot is one."""

from __future__ import annotations

import random

import pytest

from envfactory.chain import TopologySampler, sample_chains
from envfactory.environment import Package, World
from envfactory.graph import ToolGraph, build_graph
from envfactory.task import Task, TaskMaker, judge
from envfactory.task.category import VariedMaker
from envfactory.task.category.bench import Bench, calls_of, play, sealed
from envfactory.task.category.missing_tool import miss_tool
from envfactory.task.category.search import Search
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.model import GoldCall
from envfactory.trajectory import (
    Episode,
    Reply,
    RequestedCall,
    ScriptedUser,
    Setting,
    agent_tools,
    try_in_episodes,
)


@pytest.fixture(scope="module")
def missing(errands) -> list[Task]:
    maker = VariedMaker(errands.maker(), errands.packages)
    chains = sample_chains(errands.sampler(), 11, 30)
    made = [maker.make(chain, number, "missing_tool") for number, chain in enumerate(chains)]
    return [task for task in made if isinstance(task, Task)]


def test_the_agent_refuses_and_what_was_done_before_stays(missing, errands) -> None:
    assert len(missing) > 5
    packages = {package.identity: package for package in errands.packages.values()}
    for task in missing:
        assert task == sealed(task)
        assert task.category == "missing_tool"
        assert [refusal.turn for refusal in task.goal.refusals] == [len(task.turns) - 1]
        assert task.turns[-1].calls == ()
        setting = Setting.open(task.environments, packages)
        offered = {spec.name for spec in agent_tools(setting.world.tools(), task.hidden_tools)}
        assert len(offered) == task.difficulty.tools_offered
        assert not offered & set(task.hidden_tools)
        assert all(check.passed for check in try_in_episodes(task, setting))


def test_a_tool_that_is_kept_back_is_none(missing, errands) -> None:
    packages = {package.identity: package for package in errands.packages.values()}
    task = missing[0]
    setting = Setting.open(task.environments, packages)
    episode = Episode(task, setting.world, ScriptedUser(task), policy="curious")
    episode.submit(Reply(calls=(RequestedCall(task.hidden_tools[0], {}),)))
    assert '"unknown_tool"' in (episode.messages[-1].content or "")
    assert task.hidden_tools[0] not in {spec.name for spec in episode.tools}


def test_every_other_answer_than_a_refusal_fails(missing, errands) -> None:
    bench = Bench(errands.packages, errands.glossary)
    for task in missing:
        changes = play(bench.world(task.environments), calls_of(task)).changes
        answers = [turn.answer for turn in task.turns]
        assert judge(task.goal, changes, answers).reached
        for last in ("", "Done.", "Okay.", "I have taken care of it.", "Which one do you mean?"):
            assert not judge(task.goal, changes, [*answers[:-1], last]).reached


def test_who_refuses_everything_is_wrong(missing) -> None:
    for task in missing:
        assert len(task.turns) > 1
        refusals = [task.turns[-1].answer] * len(task.turns)
        assert not judge(task.goal, (), refusals).reached


def after_talk(task: Task) -> Task:
    """Return the task with a turn before it in which nothing is wanted."""
    talk = task.turns[0].model_copy(update={"calls": (), "conveyed": (), "asks": ()})
    return task.model_copy(update={"turns": (talk, *task.turns)})


def search(package: Package, tool: str, **arguments) -> Search:
    glossary = read_glossary({"pantry": package})
    world = World({"pantry": package.start("home")})
    call = GoldCall(
        tool=f"pantry__{tool}", arguments=arguments, origins={}, value=None, changes_state=True
    )
    wanted = play(world.fork(), [call]).changes
    return Search(world, glossary, [call], wanted)


@pytest.mark.parametrize(
    ("tool", "arguments", "others", "found"),
    [
        ("delete_jar", {"jar_id": "jar_2"}, ("list_jars", "tidy"), "tidy"),
        ("delete_jar", {"jar_id": "jar_2"}, ("list_jars", "update_jar", "create_jar"), None),
        ("delete_jar", {"jar_id": "jar_2"}, ("empty_all",), None),
        ("update_jar", {"jar_id": "jar_1", "label": "z"}, ("create_jar", "tidy"), None),
        ("create_jar", {"label": "z"}, ("update_jar", "delete_jar"), None),
    ],
)
def test_the_search_finds_what_does_the_same_by_doing_it(
    pantry, tool, arguments, others, found
) -> None:
    looking = search(pantry, tool, **arguments)
    before = looking.world.state_hash
    nearer = looking.nearer([f"pantry__{name}" for name in others])
    assert nearer == (found and f"pantry__{found}")
    assert looking.tried
    assert looking.world.state_hash == before


def test_what_does_the_same_is_kept_back_as_well(pantry) -> None:
    packages = {"pantry": pantry}
    graph: ToolGraph = build_graph({"pantry": pantry.environment.tools()}, None)
    maker = TaskMaker(graph, packages)
    chains = sample_chains(TopologySampler(graph), 3, 30)
    bench, rng = Bench(packages, maker.glossary), random.Random(3)
    tasks = [maker.make(chain, number) for number, chain in enumerate(chains)]
    made = [miss_tool(after_talk(task), bench, rng) for task in tasks if isinstance(task, Task)]
    hidden = [set(task.hidden_tools) for task in made if isinstance(task, Task)]
    assert any("pantry__delete_jar" in names for names in hidden)
    for names in hidden:
        assert "pantry__delete_jar" not in names or "pantry__tidy" in names
