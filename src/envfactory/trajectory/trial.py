"""`try_in_episodes`: the claims of a task that only the whole loop can show, each tried in it."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.environment import ToolSpec
from envfactory.task.model import Check, Task
from envfactory.trajectory.episode import run_episode
from envfactory.trajectory.model import Message
from envfactory.trajectory.roles import Reply
from envfactory.trajectory.scripted import GoldPolicy
from envfactory.trajectory.setting import Setting
from envfactory.trajectory.user import user_for


class _Idle:
    """Calls nothing and says nothing that means anything."""

    name = "idle"

    def act(self, messages: Sequence[Message], tools: Sequence[ToolSpec]) -> Reply:
        return Reply(content="Okay.")


def try_in_episodes(task: Task, setting: Setting) -> tuple[Check, ...]:
    """Play the reference solution, and somebody who does nothing, and say what became of them.

    Args:
        task: What is claimed.
        setting: Where it starts; it is not changed.
    """
    user = user_for(task)
    gold = run_episode(task, setting.world, GoldPolicy(task), user, system=setting.system)
    idle = run_episode(task, setting.world, _Idle(), user, system=setting.system)
    return (
        Check(
            name="gold passes in an episode",
            passed=gold.outcome.reached is True,
            detail=gold.outcome.detail or f"{len(gold.steps)} calls",
        ),
        Check(name="idling fails in an episode", passed=idle.outcome.reached is False),
    )
