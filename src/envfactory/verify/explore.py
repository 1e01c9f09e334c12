"""Exploring an environment: how every tool is made to succeed, and walks through its states.

The search keeps states it has reached, starting with the scenarios. It tries every tool that has
not succeeded yet on forks of these states; a success that changes the state adds a new one, so a
tool that needs another's effect is reached over it. When nothing new succeeds, it changes states
at random with the tools that it can already call, and goes on from there. The walks then mix
successes and refusals, and are what the other checks replay, reload and interleave.

Every budget counts calls, not seconds, so the same seed finds the same things on any machine.
Cost: O(tools x states tried x tries) calls, plus one pass over a state whenever it changes.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from envfactory.environment import ToolSpec
from envfactory.environment.world import Session
from envfactory.records import Json
from envfactory.verify.pool import Pool
from envfactory.verify.replay import Outcome, Recording, perform
from envfactory.verify.sampler import Sampler

TRIES = 40
"""Draws of one tool's arguments in one state."""

TRIES_IN_ALL = 1_200
"""Draws of one tool's arguments in a whole search."""

FULLER = 8
"""Further draws after a success that returned nothing, in the hope of one that does."""

MAX_STATES = 48
MAX_CALLS = 6
"""Longest sequence that the search looks for."""

WALK_LENGTH = 16

SWEEP = 16
"""Draws of each tool's arguments in every scenario, whatever they come to."""


@dataclass(frozen=True, slots=True)
class Step:
    """A call, what it came to, and the hash of the state after it."""

    tool: str
    arguments: dict[str, Json]
    outcome: Outcome
    state_hash: str


@dataclass(frozen=True, slots=True)
class Episode:
    """Calls made one after the other from a scenario."""

    scenario: str
    steps: tuple[Step, ...]

    def recording(self) -> Recording:
        """Return what another process needs to do the same."""
        return Recording(self.scenario, tuple((s.tool, s.arguments) for s in self.steps))


@dataclass(frozen=True, slots=True)
class Exploration:
    """What was tried and what succeeded.

    Attributes:
        reached: For each tool that succeeded, the shortest sequence found; its last call is the
            tool's.
        tries: How many calls of each tool the search made until it succeeded or was given up.
        refusals: For each tool that never succeeded, the most frequent refusal.
        faulted: Sequences whose last call broke the environment, at most one per tool.
        walks: Random walks, refusals included.
        sweeps: Single calls of every tool in every scenario, on different records.
    """

    reached: Mapping[str, Episode]
    tries: Mapping[str, int]
    refusals: Mapping[str, str]
    faulted: Mapping[str, Episode]
    walks: tuple[Episode, ...]
    sweeps: tuple[Episode, ...]

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The sequences worth going through again: those that reach a tool, and the walks."""
        return (*self.reached.values(), *self.walks)

    @property
    def replayed(self) -> tuple[Episode, ...]:
        """What another process makes again."""
        return self.recorded

    @property
    def recorded(self) -> tuple[Episode, ...]:
        """Everything that was recorded, except what broke the environment."""
        return (*self.episodes, *self.sweeps)


@dataclass(slots=True)
class _Node:
    """A state that the search has reached."""

    scenario: str
    session: Session
    steps: tuple[Step, ...]
    pool: Pool


@dataclass(slots=True)
class Explorer:
    """Searches one environment; use `explore` once.

    Attributes:
        tools: The tools to reach.
        starts: A session per scenario, by the scenario's name. Only forks of them are used.
        key_fields: The key field of each table.
        rng: Where all chance comes from.
        guesses: Whether parameters may take keys though their schemas do not say so.
    """

    tools: Sequence[ToolSpec]
    starts: Mapping[str, Session]
    key_fields: Mapping[str, str]
    rng: random.Random
    guesses: bool = False
    _samplers: dict[str, Sampler] = field(init=False)
    _nodes: list[_Node] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _reached: dict[str, Episode] = field(default_factory=dict)
    _tries: dict[str, int] = field(init=False)
    _refused: dict[str, dict[str, int]] = field(init=False)
    _faulted: dict[str, Episode] = field(default_factory=dict)
    _endless: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._samplers = {
            tool.name: Sampler(
                tool.input_schema, self.rng, returns=tool.output_schema, guesses=self.guesses
            )
            for tool in self.tools
        }
        self._tries = {tool.name: 0 for tool in self.tools}
        self._refused = {tool.name: {} for tool in self.tools}

    def explore(self) -> Exploration:
        """Search, shorten what was found, and walk."""
        for name, session in self.starts.items():
            self._enter(name, session.fork(), ())
        self._search()
        return Exploration(
            {t.name: self._shortened(t.name) for t in self.tools if t.name in self._reached},
            self._tries,
            {
                name: max(counts, key=lambda text: counts[text])
                for name, counts in self._refused.items()
                if counts and name not in self._reached
            },
            self._faulted,
            self._walks(),
            self._sweeps(),
        )

    # ------------------------------------------------------------------ the search
    def _search(self) -> None:
        """Try tools on states until all have succeeded or nothing new can be reached."""
        tried: set[tuple[str, int]] = set()
        while True:
            before = len(self._nodes)
            for tool in self.tools:
                for at in range(len(self._nodes)):
                    if tool.name in self._reached or (tool.name, at) in tried:
                        continue
                    if tool.name in self._endless:
                        break
                    tried.add((tool.name, at))
                    self._try(tool.name, self._nodes[at])
            done = self._reached.keys() | self._endless
            pending = [t.name for t in self.tools if t.name not in done]
            hopeless = all(self._tries[name] >= TRIES_IN_ALL for name in pending)
            if hopeless or (len(self._nodes) == before and not self._deepen()):
                return

    def _try(self, tool: str, node: _Node) -> None:
        """Look for arguments with which a tool succeeds in one state."""
        best: tuple[Step, Session] | None = None
        left = TRIES
        for number in range(TRIES):
            if left == 0 or self._tries[tool] >= TRIES_IN_ALL:
                break
            left -= 1
            step, session = self._call(tool, node, number)
            if best is None:
                self._tries[tool] += 1
            if step.outcome.endless:
                break
            if not step.outcome.ok:
                continue
            if best is None or not _says_nothing(step.outcome):
                left = FULLER if best is None else 0
                best = step, session
            if step.state_hash != node.session.state_hash or not _says_nothing(step.outcome):
                break
        if best is not None:
            step, session = best
            self._reached[tool] = Episode(node.scenario, (*node.steps, step))
            self._enter(node.scenario, session, (*node.steps, step))

    def _call(self, tool: str, node: _Node, number: int) -> tuple[Step, Session]:
        return self._make(tool, self._samplers[tool].draw(node.pool, number), node)

    def _make(self, tool: str, arguments: dict[str, Json], node: _Node) -> tuple[Step, Session]:
        session = node.session.fork()
        outcome = perform(session, tool, arguments)
        step = Step(tool, arguments, outcome, session.state_hash)
        if outcome.faulted:
            self._fault(tool, Episode(node.scenario, (*node.steps, step)))
        elif not outcome.ok:
            counts = self._refused[tool]
            text = f"{outcome.kind}: {outcome.value}"
            counts[text] = counts.get(text, 0) + 1
        return step, session

    def _fault(self, tool: str, episode: Episode) -> None:
        """Note that a tool broke; one that does not return is not called in vain for long."""
        self._faulted.setdefault(tool, episode)
        if episode.steps[-1].outcome.endless:
            self._endless.add(tool)

    def _enter(self, scenario: str, session: Session, steps: tuple[Step, ...]) -> None:
        """Keep a state to search from, unless it is known or there are enough."""
        if session.state_hash in self._known or len(self._nodes) >= MAX_STATES:
            return
        self._known.add(session.state_hash)
        self._nodes.append(_Node(scenario, session, steps, self._pool(session, steps)))

    def _pool(self, session: Session, steps: Sequence[Step]) -> Pool:
        recent: list[Json] = []
        for step in reversed(steps[-3:]):
            recent += [step.arguments, step.outcome.value if step.outcome.ok else None]
        return Pool.of(session.to_scenario(), self.key_fields, recent)

    def _deepen(self) -> bool:
        """Reach new states with the tools that are known to succeed; False if none is new."""
        pending = any(t.name not in self._reached.keys() | self._endless for t in self.tools)
        writers = [
            name
            for name, episode in self._reached.items()
            if name not in self._endless and _changes(episode, self.starts)
        ]
        if not pending or not writers:
            return False
        before = len(self._nodes)
        for _ in range(60):
            # The shallower of two, so that short sequences are found first.
            one, other = self.rng.choice(self._nodes), self.rng.choice(self._nodes)
            node = one if len(one.steps) <= len(other.steps) else other
            if len(node.steps) + 1 >= MAX_CALLS:
                continue
            step, session = self._call(self.rng.choice(writers), node, self.rng.randrange(12))
            if step.outcome.ok:
                self._enter(node.scenario, session, (*node.steps, step))
            if len(self._nodes) >= before + 8:
                break
        return len(self._nodes) > before

    def _shortened(self, tool: str) -> Episode:
        """Leave out the calls that a sequence does not need."""
        episode = self._reached[tool]
        start = self.starts[episode.scenario]
        calls = [(step.tool, step.arguments) for step in episode.steps]
        kept = shorten(calls, lambda some: run(start, some)[-1].outcome.ok)
        if len(kept) == len(calls):
            return episode
        return Episode(episode.scenario, run(start, kept))

    # ------------------------------------------------------------------ the walks
    def _walks(self) -> tuple[Episode, ...]:
        """Walk from every scenario, as often as there are tools to meet."""
        names = [tool.name for tool in self.tools if tool.name not in self._endless]
        if not names or not self.starts:
            return ()
        count = max(2, -(-2 * len(names) // (WALK_LENGTH * len(self.starts))) + 1)
        return tuple(
            self._walk(scenario, session.fork(), names)
            for scenario, session in self.starts.items()
            for _ in range(count)
        )

    def _walk(self, scenario: str, session: Session, names: Sequence[str]) -> Episode:
        steps: tuple[Step, ...] = ()
        pool = self._pool(session, steps)
        state_hash = session.state_hash
        for _ in range(WALK_LENGTH):
            tool = self.rng.choice(names)
            arguments = self._samplers[tool].draw(pool, self.rng.randrange(12))
            if tool in self._endless:  # since this walk began, or an earlier one
                continue
            outcome = perform(session, tool, arguments)
            step = Step(tool, arguments, outcome, session.state_hash)
            if outcome.faulted:
                self._fault(tool, Episode(scenario, (*steps, step)))
                continue
            steps = (*steps, step)
            if step.state_hash != state_hash:
                state_hash = step.state_hash
                pool = self._pool(session, steps)
        return Episode(scenario, steps)

    def _sweeps(self) -> tuple[Episode, ...]:
        """Call every tool on many records of every scenario: what one takes may break another."""
        found: list[Episode] = []
        for scenario, session in self.starts.items():
            node = _Node(scenario, session, (), self._pool(session, ()))
            for tool in self.tools:
                seen: list[dict[str, Json]] = []
                for number in range(SWEEP):
                    if tool.name in self._endless:
                        break
                    arguments = self._samplers[tool.name].draw(node.pool, number)
                    if arguments in seen:
                        continue
                    seen.append(arguments)
                    step, _ = self._make(tool.name, arguments, node)
                    if not step.outcome.faulted:
                        found.append(Episode(scenario, (step,)))
        return tuple(found)


def run(start: Session, calls: Sequence[tuple[str, Any]]) -> tuple[Step, ...]:
    """Make calls on a fork of a session and return the steps."""
    session = start.fork()
    steps = []
    for tool, arguments in calls:
        outcome = perform(session, tool, arguments)
        steps.append(Step(tool, arguments, outcome, session.state_hash))
    return tuple(steps)


def shorten(
    calls: Sequence[tuple[str, Any]], still: Callable[[Sequence[tuple[str, Any]]], bool]
) -> list[tuple[str, Any]]:
    """Leave out calls, one at a time and never the last, as long as `still` holds. O(n^2) runs."""
    kept = list(calls)
    at = 0
    while at < len(kept) - 1:
        fewer = kept[:at] + kept[at + 1 :]
        if still(fewer):
            kept, at = fewer, 0
        else:
            at += 1
    return kept


def _says_nothing(outcome: Outcome) -> bool:
    """Whether a value holds no record and no text: an empty list, or a page without items."""
    return outcome.value in (None, [], {}) or (
        "[]" in outcome.text and '{"' not in outcome.text[1:]
    )


def _changes(episode: Episode, starts: Mapping[str, Session]) -> bool:
    steps = episode.steps
    before = steps[-2].state_hash if len(steps) > 1 else starts[episode.scenario].state_hash
    return steps[-1].state_hash != before
