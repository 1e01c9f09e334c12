"""RL rows: where an episode starts, what the user will want, and what has to be true at the end.

Whatever has no fixed shape (a state, a goal, tools) is one JSON text, in JSON Lines and in Parquet
alike, so that every reader gives the same value and no reader adds keys to it.
"""

from __future__ import annotations

from envfactory.dataset.conversation import Spoken, json_text
from envfactory.records import Stored
from envfactory.task.model import Difficulty, EnvironmentRef, Task
from envfactory.trajectory.prompt import task_prompt
from envfactory.trajectory.setting import Setting


class RlRow(Stored):
    """A task to practise on.

    Attributes:
        id: The task's id.
        category: What the task tests beside doing what is asked.
        prompt: The system prompt and the first request.
        requests: What the user asks in the later turns.
        tools: JSON: the tools on offer, in the OpenAI function format.
        environments: By name, content and scenario.
        initial_state: JSON: for each environment by name, the scenario that it starts in.
        hidden_tools: Tools of these environments that are not on offer.
        user_tools: Tools that only the user has, beside those that are marked so.
        injections: JSON: each `Injection`, a failure in the place of a call's result.
        goal: JSON: a `Goal`.
        gold: JSON: for each turn, the calls of the reference solution (tool and arguments).
        user: JSON: a `User`; what the user knows is for a simulator, not for the agent.
        difficulty: How hard the task is, measured on the reference solution.
    """

    id: str
    category: str
    prompt: tuple[Spoken, ...]
    requests: tuple[str, ...]
    tools: str
    environments: tuple[EnvironmentRef, ...]
    initial_state: str
    hidden_tools: tuple[str, ...]
    user_tools: tuple[str, ...]
    injections: str
    goal: str
    gold: str
    user: str
    difficulty: Difficulty


def unfit(task: Task, solved: bool | None) -> str | None:
    """Return why a task is not to be practised on, or None where it is fit.

    Args:
        task: The task.
        solved: Whether its reference solution reached the goal; None if nobody has tried.
    """
    if not all(check.passed for check in task.checks):
        return "a check of the task failed"
    if solved is False:
        return "the reference solution does not reach the goal"
    return None


def rl_row(task: Task, setting: Setting, tools: str) -> RlRow:
    """Return the row of a task that starts in `setting`."""
    first, *later = task.turns
    return RlRow(
        id=task.id,
        category=task.category,
        prompt=(
            Spoken(role="system", content=task_prompt(setting.system, task, setting.world.tools())),
            Spoken(role="user", content=first.request),
        ),
        requests=tuple(turn.request for turn in later),
        tools=tools,
        environments=task.environments,
        initial_state=json_text(setting.world.to_scenario()),
        hidden_tools=task.hidden_tools,
        user_tools=task.user_tools,
        injections=json_text(task.injections),
        goal=json_text(task.goal),
        gold=json_text(
            [
                [{"tool": call.tool, "arguments": call.arguments} for call in turn.calls]
                for turn in task.turns
            ]
        ),
        user=json_text(task.user),
        difficulty=task.difficulty,
    )


def content_of(row: RlRow) -> str:
    """Return what makes two rows the same to a learner."""
    return json_text(row.model_dump(mode="json", exclude={"id"}))
