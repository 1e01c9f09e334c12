"""`Subject`: one package under verification, and what its checks share.

Everything is made on first use and kept: the package is loaded only once a check asks for it, the
exploration runs once, and the processes that replay it work while other checks run.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from envfactory.environment import Environment, ToolSpec
from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.package import CODE, MANIFEST, SPEC, TOOLS, Package, identity
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.world import Session
from envfactory.errors import InputError
from envfactory.records import Json, canonical_json
from envfactory.spec.model import EnvironmentSpec
from envfactory.verify.explore import Episode, Exploration, Explorer, Step, run, shorten
from envfactory.verify.ground import Ground
from envfactory.verify.hostile import Hostile, hostile
from envfactory.verify.laws import LAWS, Judge
from envfactory.verify.model import EFFORT
from envfactory.verify.pool import Pool
from envfactory.verify.replay import FreshReplays, Outcome, Replaying, Replays, perform
from envfactory.verify.sampler import Sampler
from envfactory.verify.usage import Seeker, Usage, refusals_in


@dataclass(frozen=True, slots=True)
class Probe:
    """A call with hostile arguments, made on a fork of a reached state.

    Attributes:
        tool: The tool.
        episode: How to get to the state.
        hostile: The arguments.
        outcome: What the call came to.
        untouched: Whether the state is the very state it was, by identity and by hash.
    """

    tool: str
    episode: Episode
    hostile: Hostile
    outcome: Outcome
    untouched: bool


class Subject:
    """A package under verification; close it, or use it as a context manager."""

    def __init__(
        self,
        path: Path,
        seed: int = 0,
        package: Package | None = None,
        replays: Replays | None = None,
        effort: int = EFFORT,
    ) -> None:
        """Point at a package without executing anything.

        Args:
            path: The package's folder.
            seed: Where all chance comes from.
            package: The package, where it has been loaded already.
            replays: Starts the processes that replay; new ones by default.
            effort: How much is tried by checks that could go on for ever; see `EFFORT`.

        Raises:
            InputError: If the folder is no environment package.
        """
        self.path = path
        self._starter = replays or FreshReplays()
        self.seed, self.effort = seed, effort
        kind = _kind(path)
        self.foreign, self.live = kind != "native", kind == "server"
        for name in (MANIFEST, TOOLS if self.live else CODE):
            if not (path / name).is_file():
                raise InputError(
                    str(path / name),
                    "no such file",
                    f"an environment package is a folder with {MANIFEST} and {CODE}",
                )
        self.identity = identity(path)
        self.source = b"" if self.live else (path / CODE).read_bytes()
        if package is not None:
            self.package = package
        self._replays: list[Replaying] = []
        self._pools: dict[str, Pool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that still run."""
        for replay in self._replays:
            replay.close()

    @cached_property
    def package(self) -> Package:
        """The package; its code is executed here, for the first time.

        Raises:
            InputError: If it cannot be loaded, or changed since its source was read.
        """
        package = Package.load(self.path)
        if package.identity != self.identity:
            raise InputError(str(self.path), "changed while it was being verified", "run it again")
        return self.prepared(package)

    def prepared(self, package: Package) -> Package:
        """Return a package as it is verified: as it is."""
        return package

    @property
    def name(self) -> str:
        """The name in the manifest, read without executing anything; empty if there is none."""
        try:
            name = tomllib.loads((self.path / MANIFEST).read_text(encoding="utf-8")).get("name")
        except (OSError, ValueError):
            return ""
        return name if isinstance(name, str) else ""

    @property
    def is_module(self) -> bool:
        """Whether the package holds a Python module that others have written."""
        return self.foreign and not self.live

    @property
    def module(self) -> ForeignModule | None:
        """The foreign module; None where the package is of another kind."""
        found = self.package.environment
        return found if isinstance(found, ForeignModule) else None

    @property
    def own_class(self) -> type[Environment] | None:
        """The environment class, where the package is of the kernel's own kind."""
        found = self.package.environment
        return found if isinstance(found, type) and issubclass(found, Environment) else None

    @cached_property
    def spec(self) -> EnvironmentSpec | None:
        """What the code was written from; None where the package does not say, or not readably."""
        try:
            return EnvironmentSpec.model_validate_json((self.path / SPEC).read_bytes())
        except (OSError, ValidationError):
            return None

    def random(self, purpose: str) -> random.Random:
        """Return random numbers of their own for one purpose."""
        return random.Random(f"{self.seed}:{purpose}")

    # ------------------------------------------------------------------ states
    @cached_property
    def tools(self) -> tuple[ToolSpec, ...]:
        """The tools of the environment."""
        return self.package.environment.tools()

    @cached_property
    def starts(self) -> Mapping[str, Session]:
        """A session per scenario that loads, the smallest first; to be forked, not used."""
        sessions: list[tuple[int, str, Session]] = []
        for name in self.package.scenarios:
            try:
                session = self.package.start(name)
            except InputError:
                continue  # the check of scenarios says so
            sessions.append((len(canonical_json(session.to_scenario())), name, session))
        return {name: session for _, name, session in sorted(sessions, key=lambda s: s[:2])}

    def load(self, scenario: Mapping[str, Json]) -> Session:
        """Return a session in the state that a scenario describes.

        Raises:
            ScenarioError: If it does not fit.
        """
        return self.package.environment.from_scenario(scenario)

    @cached_property
    def exploration(self) -> Exploration:
        """What a search and walks found."""
        return Explorer(
            self.tools,
            self.starts,
            self.package.environment.key_fields(),
            self.random("exploration"),
            guesses=self.foreign,
        ).explore()

    def visits(self) -> Iterator[tuple[Session, Episode]]:
        """Yield a session in every distinct state that was reached, and how it was reached.

        Foreign states are told apart by what is saved of them, so the ends of all episodes count.

        The sessions are the callee's to use.
        """
        seen: set[str] = set()
        for name, start in self.starts.items():
            seen.add(start.state_hash)
            yield start.fork(), Episode(name, ())
        for episode in self.exploration.episodes:
            session = self.starts[episode.scenario].fork()
            for number, step in enumerate(episode.steps, 1):
                perform(session, step.tool, step.arguments)
                last = self.foreign and number == len(episode.steps)  # it may hide what it keeps
                if last or step.state_hash not in seen:
                    seen.add(step.state_hash)
                    yield session.fork(), Episode(episode.scenario, episode.steps[:number])

    @cached_property
    def reloads(self) -> Sequence[tuple[Session, Session | ScenarioError, Episode]]:
        """For every reached state: a session, one loaded from its saved form or the refusal."""
        found: list[tuple[Session, Session | ScenarioError, Episode]] = []
        for session, episode in self.visits():
            try:
                loaded: Session | ScenarioError = self.load(session.to_scenario())
            except ScenarioError as error:
                loaded = error
            found.append((session, loaded, episode))
        return found

    @property
    def compared(self) -> Sequence[Episode]:
        """Calls that are made on both sides of a saved state."""
        return list(self.exploration.reached.values())

    # ------------------------------------------------------------------ hostile calls
    @cached_property
    def probes(self) -> Sequence[Probe]:
        """Every tool called with hostile arguments, in a state in which it can succeed."""
        found: list[Probe] = []
        for tool in self.tools:
            episode, base = self._base(tool)
            if episode is None:
                continue
            session = self.at(episode)
            mark, state_hash = session.snapshot(), session.state_hash
            for item in hostile(tool.input_schema, base):
                outcome = perform(session, tool.name, item.arguments)
                untouched = session.snapshot() == mark and session.state_hash == state_hash
                found.append(Probe(tool.name, episode, item, outcome, untouched))
                session.restore(mark)
                if outcome.endless:
                    break
        return found

    def _base(self, tool: ToolSpec) -> tuple[Episode | None, dict[str, Json]]:
        """Return how to get to a state, and the fullest arguments known that succeed there."""
        sampler = Sampler(tool.input_schema, self.random(f"base of {tool.name}"))
        reached = self.exploration.reached.get(tool.name)
        if reached is None:
            for name, start in self.starts.items():
                return Episode(name, ()), sampler.draw(self._pool(start), 2)
            return None, {}
        before = Episode(reached.scenario, reached.steps[:-1])
        session = self.at(before)
        arguments = reached.steps[-1].arguments
        for name, value in sampler.draw(self._pool(session), 2).items():
            fuller = {**arguments, name: value}
            if name not in arguments and perform(session.fork(), tool.name, fuller).ok:
                arguments = fuller
        return before, arguments

    def _pool(self, session: Session) -> Pool:
        known = self._pools.get(session.state_hash)
        if known is None:
            known = Pool.of(session.to_scenario(), self.package.environment.key_fields())
            self._pools[session.state_hash] = known
        return known

    def at(self, episode: Episode) -> Session:
        """Return a new session that has gone through an episode."""
        session = self.starts[episode.scenario].fork()
        for step in episode.steps:
            perform(session, step.tool, step.arguments)
        return session

    def hash_before(self, episode: Episode, number: int) -> str:
        """Return the hash of the state that the call with that number of an episode met."""
        if number == 0:
            return self.starts[episode.scenario].state_hash
        return episode.steps[number - 1].state_hash

    def shortened(self, episode: Episode, still: Callable[[tuple[Step, ...]], bool]) -> Episode:
        """Leave out the calls of an episode without which `still` holds as well."""
        start = self.starts[episode.scenario]
        made = [(step.tool, step.arguments) for step in episode.steps]
        kept = shorten(made, lambda some: still(run(start, some)))
        return Episode(episode.scenario, run(start, kept))

    # ------------------------------------------------------------------ shared tools
    @cached_property
    def ground(self) -> Ground:
        """What sequences of calls are made on, whoever chose them."""
        return Ground(self.package.environment, self.starts, self.spec, foreign=self.foreign)

    @cached_property
    def usage(self) -> Usage:
        """What tools offer, and the calls that use it."""
        seeker = Seeker(
            self.tools,
            {} if self.own_class is None else refusals_in(self.source.decode()),
            self.starts,
            self.package.environment.key_fields(),
            self.random("usage"),
        )
        return seeker.seek(self.exploration.recorded)

    @cached_property
    def judged(self) -> Sequence[Episode]:
        """What the laws are asked about: all that was recorded, and calls at the edges of tools."""
        recorded = [*self.exploration.recorded, *self.usage.episodes]
        if self.spec is None:
            return recorded
        judge = Judge(self.spec, LAWS)
        for episode in self.exploration.reached.values():
            before = Episode(episode.scenario, episode.steps[:-1])
            for step in judge.boundaries(self.at(before), episode.steps[-1]):
                if not step.outcome.faulted:
                    recorded.append(Episode(episode.scenario, (*before.steps, step)))
        return recorded

    @property
    def explored(self) -> bool:
        """Whether the exploration is done."""
        return "exploration" in self.__dict__

    def start_replays(self) -> Sequence[Replaying]:
        """Return processes that replay the exploration; the first time, they are started."""
        if not self._replays:
            recordings = [episode.recording() for episode in self.exploration.recorded]
            self._replays = self._starter.start(self.path, recordings)
        return self._replays


def _kind(path: Path) -> str:
    """Return the kind of a package, read without executing anything; native if it does not say."""
    try:
        kind = tomllib.loads((path / MANIFEST).read_text(encoding="utf-8")).get("kind")
    except (OSError, ValueError):
        return "native"
    return kind if isinstance(kind, str) else "native"
