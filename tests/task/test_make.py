import os
import re
import subprocess
import sys
from collections import Counter

import pytest

from envfactory.chain import sample_chains
from envfactory.environment import World, diff
from envfactory.records import json_hash
from envfactory.task import Dropped, Task, judge, recorded

COUNT = 40


@pytest.fixture(scope="module")
def made(errands, compiled) -> dict[str, list[Task | Dropped]]:
    made: dict[str, list[Task | Dropped]] = {}
    for name, setting in {"errands": errands, **compiled}.items():
        maker = setting.maker()
        chains = sample_chains(setting.sampler(), 11, COUNT)
        made[name] = [maker.make(chain, number) for number, chain in enumerate(chains)]
    return made


def tasks(made: dict[str, list[Task | Dropped]]) -> list[Task]:
    return [task for group in made.values() for task in group if isinstance(task, Task)]


def test_at_least_half_of_the_chains_become_tasks(made) -> None:
    for name, group in made.items():
        drops = Counter(item.reason for item in group if isinstance(item, Dropped))
        assert drops.total() <= COUNT / 2, (name, drops)


def test_identity_is_the_content(made) -> None:
    for task in tasks(made):
        assert task.id == json_hash(task.model_copy(update={"id": ""}).model_dump(mode="json"))
        assert Task.model_validate_json(task.to_line()) == task


def test_gold_reaches_the_goal_and_prefixes_of_it_do_not(made, errands, compiled) -> None:
    settings = {"errands": errands, **compiled}
    for name, group in made.items():
        package = settings[name].packages[name]
        for task in group:
            if not isinstance(task, Task):
                continue
            world = World({name: package.start(task.environments[0].scenario)})
            start = world.snapshot()
            answers: list[str] = []
            for turn in task.turns:
                assert not judge(
                    task.goal, recorded(diff(start, world.snapshot())), answers
                ).reached
                for call in turn.calls:
                    result = world.call(call.tool, call.arguments)
                    assert result.ok
                    assert result.value == call.value
                answers.append(turn.answer)
            assert judge(task.goal, recorded(diff(start, world.snapshot())), answers).reached


def test_origins_lead_to_the_values(made) -> None:
    for task in tasks(made):
        calls = [call for turn in task.turns for call in turn.calls]
        for number, call in enumerate(calls):
            for pointer, origin in call.origins.items():
                value = at(call.arguments, pointer)
                if origin.kind == "result":
                    assert origin.call < number
                    assert at(calls[origin.call].value, origin.path) == value


def test_keys_come_from_the_records_themselves(made, errands, compiled) -> None:
    """Found again without the code that grounds: a key's place in a result names no other kind."""
    settings = {"errands": errands, **compiled}
    keys = 0
    for name, group in made.items():
        graph = settings[name].graph
        for task in group:
            calls = [] if isinstance(task, Dropped) else [c for t in task.turns for c in t.calls]
            for call in calls:
                inputs = {
                    port.path.replace("/*", "/0"): port for port in graph.tool(call.tool).inputs
                }
                for pointer, origin in call.origins.items():
                    port = inputs.get(pointer)
                    if port is None or port.entity is None or origin.kind != "result":
                        continue
                    pattern = re.sub(r"/[0-9]+(?=/|$)", "/*", origin.path)
                    outputs = graph.tool(calls[origin.call].tool).outputs
                    (source,) = [p for p in outputs if p.path == pattern]
                    assert source.is_key
                    assert source.entity == port.entity
                    keys += 1
    assert keys > 50


def test_requests_hold_no_keys_and_no_jargon(made) -> None:
    for task in tasks(made):
        generated = {
            at(call.arguments, pointer)
            for turn in task.turns
            for call in turn.calls
            for pointer, origin in call.origins.items()
            if origin.kind == "result"
            and re.fullmatch(r"[a-z]+_\d+", str(at(call.arguments, pointer)))
        }
        tools = {call.tool for turn in task.turns for call in turn.calls}
        for turn in task.turns:
            words = set(re.findall(r"[\w]+", turn.request))
            assert not words & {str(key) for key in generated}
            assert not any(tool in turn.request for tool in tools)
            assert not re.search(r"[a-z]_[a-z]|[{}]|  | ,|\.\.", turn.request), turn.request
            if task.user.persona.tone != "terse":
                assert re.match(r"^[A-Z“‘\"'].*[.?!][’”\"']?$", turn.request), turn.request


def test_goal_facts_are_in_the_answers_and_results(made) -> None:
    facts = 0
    for task in tasks(made):
        calls = [call for turn in task.turns for call in turn.calls]
        for fact in task.goal.facts:
            held = at(calls[fact.call].value, fact.path)
            assert fact.value in (held, len(held) if isinstance(held, list) else None)
            facts += 1
    assert facts > 10


def test_turns_and_kinds_vary(made) -> None:
    found = tasks(made)
    assert {len(task.turns) for task in found} >= {1, 2, 3}
    kinds = {change.kind for task in found for change in task.goal.changes}
    assert kinds >= {"insert", "update", "delete"}
    openings = Counter(turn.request.split()[0] for task in found for turn in task.turns)
    assert len(openings) > 12


def is_key(value: object) -> bool:
    return re.fullmatch(r"[a-z]+_\d+", str(value)) is not None


def at(value, pointer: str):
    for key in pointer.split("/")[1:]:
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


SCRIPT = """
import sys
from pathlib import Path
from envfactory.chain import TopologySampler, sample_chains
from envfactory.environment import Package
from envfactory.graph import build_graph
from envfactory.task import Task, TaskMaker
package = Package.load(Path(sys.argv[1]))
name = package.manifest.name
graph = build_graph({name: package.environment.tools()}, None)
maker = TaskMaker(graph, {name: package})
for number, chain in enumerate(sample_chains(TopologySampler(graph), 5, 12)):
    made = maker.make(chain, number)
    print(made.id if isinstance(made, Task) else made)
"""


def test_the_same_seed_gives_the_same_tasks_under_any_hash_seed(errands) -> None:
    path = errands.packages["errands"].path
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "4711")
    }
    assert len(outputs) == 1
    assert "sha256:" in outputs.pop()
