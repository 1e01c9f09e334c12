"""`Course`: a sequence of calls in the making; `Moment`: one of them, to be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from envfactory.environment.world import Session
from envfactory.verify.explore import Episode, Step
from envfactory.verify.ground import Ground
from envfactory.verify.replay import perform


@dataclass(frozen=True)
class Moment:
    """A call that was made, the state before it and the state after it.

    Attributes:
        ground: What it was made on.
        scenario: Where the sequence starts.
        earlier: The calls before it.
        step: The call.
        before: A session in the state before it; only to be forked.
        after: A session in the state after it; only to be forked.
        unmoved: Whether the state after it is the very state before it, by identity and by hash.
        seconds: How long a call may take; see `replay.perform`.
    """

    ground: Ground
    scenario: str
    earlier: tuple[Step, ...]
    step: Step
    before: Session
    after: Session
    unmoved: bool
    seconds: float | None = None

    @property
    def episode(self) -> Episode:
        """The sequence, the call included."""
        return Episode(self.scenario, (*self.earlier, self.step))

    @property
    def changed(self) -> bool:
        """Whether the call left another state."""
        return self.step.state_hash != self.before.state_hash

    @cached_property
    def again(self) -> Step:
        """The same call, made once more from the state before it."""
        return self.made_on(self.before)

    def made_on(self, session: Session) -> Step:
        """Return what the same call comes to on a fork of another session."""
        fork, step = session.fork(), self.step
        outcome = perform(fork, step.tool, step.arguments, self.seconds)
        return Step(step.tool, step.arguments, outcome, fork.state_hash)


class Course:
    """A sequence of calls in the making.

    Args:
        ground: What it is made on.
        scenario: Where it starts.
        seconds: How long each call may take; see `replay.perform`.
    """

    def __init__(self, ground: Ground, scenario: str, seconds: float | None = None) -> None:
        self._ground, self._scenario, self._seconds = ground, scenario, seconds
        self._steps: tuple[Step, ...] = ()
        self.session = ground.starts[scenario].fork()

    def make(self, tool: str, arguments: Any) -> Moment:
        """Make the next call."""
        session, before, earlier = self.session, self.session.fork(), self._steps
        mark, state_hash = session.snapshot(), session.state_hash
        outcome = perform(session, tool, arguments, self._seconds)
        step = Step(tool, arguments, outcome, session.state_hash)
        unmoved = session.snapshot() == mark and step.state_hash == state_hash
        self._steps = (*earlier, step)
        return Moment(
            self._ground,
            self._scenario,
            earlier,
            step,
            before,
            session.fork(),
            unmoved,
            self._seconds,
        )
