"""Tasks on the shelf of `shelf`, made by executing their calls."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from envfactory.environment import Package, World, diff
from envfactory.records import Json
from envfactory.task.category.bench import sealed
from envfactory.task.goal import recorded
from envfactory.task.model import EnvironmentRef, Fact, Goal, GoldCall, Identifier, Task, Turn
from tests.trajectory.shop_task import MANIFEST, make_task

Call = tuple[str, dict[str, Json]]

EMAIL = Fact(
    turn=0,
    call=0,
    path="/email",
    value="ada@example.com",
    forms=("ada@example.com",),
    label="email",
    rivals=("grace@example.com",),
    details=("usr_1", "Ada Lovelace", "basic"),
)
"""What the errand asks for, with what could be taken for it."""

SIZES = ("small", "small", "small", "large", "small")


def make_shelf(folder: Path) -> Package:
    """Write the shelf as a package and load it."""
    (folder / "scenarios").mkdir(parents=True)
    (folder / "environment.toml").write_text(MANIFEST.replace('"shop"', '"shelf"'))
    shutil.copy(Path(__file__).parent / "shelf.py", folder / "environment.py")
    jars = [
        {"jar_id": f"jar_{n}", "label": f"Jam {n}", "size": size}
        for n, size in enumerate(SIZES, start=1)
    ]
    scenario = {"now": "2026-03-02T09:00:00Z", "seed": 7, "jars": jars}
    (folder / "scenarios" / "full.json").write_text(json.dumps(scenario))
    return Package.load(folder)


def make_jars(shelf: Package, shop: Package, *turns: list[Call], **changed: Any) -> Task:
    """Return a task whose goal is what the calls of some turns change.

    Args:
        shelf: Where they are made.
        shop: Lends the parts of a task that do not matter here.
        turns: The calls.
        changed: Fields of the task, and of its goal, that are to be otherwise.
    """
    world = World({"shelf": shelf.start("full")})
    before = world.snapshot()
    made = []
    for number, calls in enumerate(turns, start=1):
        gold = []
        for tool, arguments in calls:
            mark = world.snapshot()
            result = world.call(f"shelf__{tool}", arguments)
            assert result.ok, result
            gold.append(
                GoldCall(
                    tool=f"shelf__{tool}",
                    arguments=arguments,
                    origins={},
                    value=result.value,
                    changes_state=bool(diff(mark, world.snapshot())),
                )
            )
        answer = f"Part {number} is seen to."
        made.append(Turn(request="Please.", intent="", calls=tuple(gold), answer=answer))
    own = Identifier(
        environment="shelf", table="jars", path="/jar_id", names="jars", generated=True
    )
    goal = Goal(changes=recorded(diff(before, world.snapshot())), identifiers=(own,))
    goal = goal.model_copy(update={k: v for k, v in changed.items() if k in Goal.model_fields})
    fields: dict[str, Any] = {"turns": tuple(made), "goal": goal}
    ref = EnvironmentRef(name="shelf", identity=shelf.identity, scenario="full")
    fields |= {"environments": (ref,)}
    fields |= {k: v for k, v in changed.items() if k in Task.model_fields}
    return sealed(make_task(shop).model_copy(update=fields))


def size_of(number: int, *, label: str = "size") -> Fact:
    """Return the fact of how large a jar is, as a look at it shows."""
    size = SIZES[number - 1]
    others = tuple({"small", "large"} - {size})
    return Fact(turn=0, call=0, path="/size", value=size, forms=(size,), label=label, rivals=others)


def told(task: Task, *answers: str) -> Task:
    """Return the task with other reference answers."""
    turns = tuple(
        turn.model_copy(update={"answer": answer})
        for turn, answer in zip(task.turns, answers, strict=True)
    )
    return sealed(task.model_copy(update={"turns": turns}))
