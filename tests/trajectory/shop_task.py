"""A task in the hand-written shop, made by executing its gold calls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from envfactory.environment import Package, World, diff
from envfactory.records import Json, json_hash
from envfactory.task.goal import recorded
from envfactory.task.model import (
    Check,
    Difficulty,
    EnvironmentRef,
    Fact,
    Goal,
    GoldCall,
    Task,
    Turn,
)
from envfactory.task.user import Knowledge, User
from envfactory.trajectory import GoldPolicy, ScriptedUser, Setting, Trajectory, run_episode

MANIFEST = """
name = "shop"
title = "A shop"
domain = "commerce and payments"
licence = "Apache-2.0"

[source]
format = "hand-written"
origin = "the kernel's tests"
licence = "Apache-2.0"
"""
SCENARIO: dict[str, Json] = {
    "now": "2026-03-02T09:00:00Z",
    "seed": 7,
    "users": [
        {"user_id": "usr_1", "name": "Ada Lovelace", "email": "ada@example.com"},
        {"user_id": "usr_2", "name": "Grace Hopper", "email": "grace@example.com"},
    ],
    "products": [{"sku": "TEA-1", "title": "Teapot", "price": 19.99, "stock": 5}],
}
POLICY = "Never sell more than five teapots at once.\n"

Call = tuple[str, dict[str, Json]]
"""A tool without its environment's name, and its arguments."""

CALLS: tuple[tuple[Call, ...], ...] = (
    (
        ("get_user", {"user_id": "usr_1"}),
        ("place_order", {"user_id": "usr_1", "lines": [{"sku": "TEA-1", "quantity": 2}]}),
    ),
    (("cancel_order", {"order_id": 1}),),
)


def make_package(folder: Path, policy: str | None = POLICY) -> Package:
    """Write the shop as a package and load it."""
    (folder / "scenarios").mkdir(parents=True)
    (folder / "environment.toml").write_text(MANIFEST)
    shop = Path(__file__).parents[1] / "environment" / "shop.py"
    shutil.copy(shop, folder / "environment.py")
    (folder / "scenarios" / "small.json").write_text(json.dumps(SCENARIO))
    if policy is not None:
        (folder / "policy.md").write_text(policy)
    return Package.load(folder)


def make_task(
    package: Package,
    calls: tuple[tuple[Call, ...], ...] = CALLS,
    *,
    name: str = "shop",
    request: str = "Please order two teapots for Ada Lovelace.",
    answer: str = "Done: order 1 is placed for Ada Lovelace.",
    seed: int = 1,
) -> Task:
    """Return a task whose goal is what `calls` change and that the first answer names the order."""
    world = World({name: package.start("small")})
    before = world.snapshot()
    turns = []
    for number, part in enumerate(calls):
        gold = tuple(_executed(world, f"{name}__{tool}", arguments) for tool, arguments in part)
        turns.append(
            Turn(
                request=request if number == 0 else "Actually, cancel that order.",
                intent="",
                calls=gold,
                answer=answer if number == 0 else "Order 1 is cancelled.",
            )
        )
    changes = recorded(diff(before, world.snapshot()))
    fact = Fact(turn=0, call=0, path="/name", value="Ada Lovelace", forms=("Ada Lovelace",))
    draft = Task(
        id="",
        seed=seed,
        chain="hand-made",
        environments=(EnvironmentRef(name=name, identity=package.identity, scenario="small"),),
        turns=tuple(turns),
        goal=Goal(changes=changes, facts=(fact,)),
        user=User(
            name="Ada", knows=(Knowledge(about="name", value="Ada Lovelace", said="Ada Lovelace"),)
        ),
        checks=(Check(name="gold", passed=True),),
        difficulty=Difficulty(
            turns=len(turns), calls=3, writes=2, lookups=1, tools_offered=12, implicitness=0.5
        ),
    )
    return draft.model_copy(update={"id": json_hash(draft.model_dump(mode="json"))})


def solve(task: Task, package: Package) -> Trajectory:
    """Run the gold calls of a task in an episode."""
    setting = Setting.open(task.environments, {package.identity: package})
    return run_episode(
        task, setting.world, GoldPolicy(task), ScriptedUser(task), system=setting.system
    )


def _executed(world: World, tool: str, arguments: dict[str, Json]) -> GoldCall:
    before = world.state_hash
    result = world.call(tool, arguments)
    assert result.ok, result
    return GoldCall(
        tool=tool,
        arguments=arguments,
        origins={},
        value=result.value,
        changes_state=world.state_hash != before,
    )
