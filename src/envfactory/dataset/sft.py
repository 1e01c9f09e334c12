"""SFT rows: a conversation as OpenAI messages, and the tools that were on offer.

In Parquet a message is one JSON document (the Arrow type `arrow.json`), which `datasets` reads back
as the very object that was written: a struct would add every key that any other message or any
other tool's arguments have, as null, and so teach a model arguments that do not exist. `tools` is
one JSON text, the form that trainers accept whatever the schemas in it look like.
"""

from __future__ import annotations

from envfactory.dataset.conversation import OpenAiMessage, json_text, openai_message
from envfactory.records import Stored
from envfactory.task.model import Task
from envfactory.trajectory.model import Attribution, Trajectory


class SftRow(Stored):
    """A trajectory to learn from."""

    id: str
    task: str
    policy: str
    category: str
    environments: tuple[str, ...]
    messages: tuple[OpenAiMessage, ...]
    tools: str


def unfit(trajectory: Trajectory) -> str | None:
    """Return why nothing may be learnt from a trajectory, or None where it is fit.

    A fault of anyone but the policy is never fit, whatever the goal came to.
    """
    outcome = trajectory.outcome
    if outcome.attribution is not Attribution.policy:
        return f"{outcome.attribution} fault"
    if outcome.reached is not True:
        return f"goal not reached: {outcome.stop}"
    return None


def sft_row(trajectory: Trajectory, task: Task, tools: str) -> SftRow:
    """Return the row of a trajectory of a task that is not `unfit`.

    Raises:
        ValueError: If it is.
    """
    if (reason := unfit(trajectory)) is not None:
        raise ValueError(f"trajectory {trajectory.id} is no training data: {reason}")
    return SftRow(
        id=trajectory.id,
        task=trajectory.task,
        policy=trajectory.policy,
        category=task.category,
        environments=tuple(ref.name for ref in task.environments),
        messages=tuple(openai_message(message) for message in trajectory.messages),
        tools=tools,
    )


def content_of(row: SftRow) -> str:
    """Return what makes two rows the same to a learner."""
    return json_text([row.messages, row.tools])
