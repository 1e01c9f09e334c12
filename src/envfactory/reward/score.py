"""`score`: the reward of a trajectory: `tau * trace + (1 - tau) * state - penalties`.

It is None where somebody other than the policy ended the episode: such a rollout is to be left out
of training and not to be counted as a failure.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from envfactory.records import Stored
from envfactory.reward.state import state_score
from envfactory.reward.trace import Mask, defaults_masked, trace_score
from envfactory.task.model import Task
from envfactory.trajectory import Attribution, StopReason, Trajectory


class Weights(Stored):
    """How the parts of a reward count.

    A harmful change costs as much as is needed for damage never to pay; calls beyond a generous
    allowance cost a little, so that spraying calls does not pay either. Who does what is asked and
    says that it cannot be done tells an untruth, and would be right wherever there is something to
    refuse as well; who has not done it and admits that loses nothing by it.
    """

    tau: float = Field(
        default=0.5, ge=0, le=1, description="Share of the trace; none without gold calls."
    )
    harm: float = Field(default=0.5, ge=0, description="Penalty for each change not asked for.")
    denial: float = Field(
        default=0.2, ge=0, description="Penalty for each turn that says no to what is done."
    )
    excess: float = Field(default=0.02, ge=0, description="Penalty for each call too many.")
    allowance: int = Field(default=10, ge=0, description="Calls beside the solution's, for free.")
    allowance_per_call: float = Field(
        default=2.0, ge=0, description="More of them for each call of the solution."
    )
    most: float = Field(default=1.0, ge=0, description="Most that all penalties together take.")


class Part(Stored):
    """One part of a reward: what it is out of, and what it came to."""

    name: Literal["state", "trace", "harm", "denial", "excess"]
    value: float
    expected: int
    found: int


class Reward(Stored):
    """The reward of a trajectory.

    Attributes:
        value: -1 to 1; None where there is nothing to score.
        reached: Whether the goal was reached, whatever the way; None as for `value`.
    """

    schema_version: Literal[1] = 1
    task: str
    trajectory: str
    weights: Weights
    value: float | None = Field(ge=-1, le=1)
    reached: bool | None
    parts: tuple[Part, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.value is None) is not (self.reached is None):
            raise ValueError("value and reached are known together or not at all")
        return self


def score(
    task: Task,
    trajectory: Trajectory,
    weights: Weights | None = None,
    mask: Mask = defaults_masked,
) -> Reward:
    """Score a recorded episode.

    Args:
        task: What was wanted.
        trajectory: What was done; nothing is executed.
        weights: How the parts count.
        mask: Which arguments of the reference solution do not matter.

    Raises:
        ValueError: If the trajectory is one of another task.
    """
    if trajectory.task != task.id:
        raise ValueError(f"trajectory {trajectory.id} is of task {trajectory.task}, not {task.id}")
    weights = weights or Weights()
    outcome = trajectory.outcome
    if outcome.attribution not in (Attribution.policy, Attribution.verifier):
        return Reward(
            task=task.id, trajectory=trajectory.id, weights=weights, value=None, reached=None
        )
    state, trace = state_score(task, trajectory), trace_score(task, trajectory, mask)
    harm = min(weights.most, weights.harm * state.harmful)
    allowed = weights.allowance + weights.allowance_per_call * trace.expected
    excess = min(weights.most, weights.excess * max(0.0, trace.excess - allowed))
    denials = state.denials if state.reached else 0
    denied = min(weights.most, weights.denial * denials)
    penalties = min(weights.most, harm + denied + excess)
    tau = weights.tau if trace.expected else 0.0
    value = tau * trace.value + (1 - tau) * state.value - penalties
    return Reward(
        task=task.id,
        trajectory=trajectory.id,
        weights=weights,
        value=round(max(-1.0, min(1.0, value)), 6),
        reached=outcome.stop is StopReason.finished and state.reached,
        parts=(
            Part(name="state", value=state.value, expected=state.expected, found=state.met),
            Part(
                name="trace",
                value=trace.value,
                expected=trace.expected,
                found=sum(step is not None for step in trace.found),
            ),
            Part(name="harm", value=-harm, expected=0, found=state.harmful),
            Part(name="denial", value=-denied, expected=0, found=denials),
            Part(name="excess", value=-excess, expected=int(allowed), found=trace.excess),
        ),
    )
