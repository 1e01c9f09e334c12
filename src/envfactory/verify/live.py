"""`LiveSubject`: a live server under verification, with so many calls and no more.

Each session of a live server is a process or a connection, and each fork makes another one. So what
the checks look at is cut down to a share of the calls that there are (`effort`, one call each):

    half        tools in turns; as many again while there are some that have not succeeded, and
                five times as many where a refusal costs no process
    a sixth     unusual arguments that the schemas allow
    the rest    two short walks: made, made again, in turns with each other, in another process,
                and a few calls on a state that was saved and loaded

Calls that a session makes again to get back to a state are not counted. A call that is not answered
within `SECONDS` counts as refused, and a server that ends as broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from jsonschema_rs import Draft202012Validator

from envfactory.environment import ToolSpec
from envfactory.environment.foreign.remote import ForeignServer
from envfactory.environment.foreign.settings import SCRATCH
from envfactory.environment.package import Package
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.world import Session
from envfactory.errors import InfrastructureError, InputError
from envfactory.records import canonical_json
from envfactory.verify.explore import Episode
from envfactory.verify.forward import SILENT, ForwardSearch, LiveExploration, asked
from envfactory.verify.hostile import Hostile, hostile
from envfactory.verify.replay import (
    SETTINGS,
    Answer,
    Recording,
    ReplayError,
    Replaying,
    replay,
)
from envfactory.verify.subject import Probe, Subject

SECONDS = 10.0
"""How long one call may take while a server is verified."""

_HARMFUL = ("a path",)
"""Unusual arguments with which a careless server would harm the machine."""

_COMPARED = 2


class LiveSubject(Subject):
    """A live server under verification; see the module's docstring."""

    def prepared(self, package: Package) -> Package:
        """Return the package, with a server that is not waited for longer than `SECONDS`."""
        return replace(package, environment=_server(package).changed(seconds=SECONDS))

    @cached_property
    def starts(self) -> Mapping[str, Session]:
        """A session in the smallest scenario that loads; the check of scenarios loads them all."""
        for name in sorted(self.package.scenarios, key=self._size):
            try:
                return {name: self.package.start(name)}
            except (InputError, InfrastructureError):
                continue  # the check of scenarios says so
        return {}

    @cached_property
    def exploration(self) -> LiveExploration:
        """What a search through one session found, and two walks."""
        search = ForwardSearch(
            self.tools,
            self.package.environment.key_fields(),
            self.random("exploration"),
            [part for part in _server(self.package).settings.command if SCRATCH in part],
        )
        calls, walk = self.effort // 2, min(self.effort // 12, 12)
        dear = _server(self.package).settings.state == "calls"  # each refusal costs a process
        return search.explore(self.starts, calls, self.effort * (1 if dear else 3), walk)

    @cached_property
    def probes(self) -> Sequence[Probe]:
        """Unusual arguments that the schemas allow, for tools that have succeeded."""
        offered = [list(self._unusual(tool)) for tool in self.tools]
        turns = max(map(len, offered), default=0)
        chosen = [probes[turn] for turn in range(turns) for probes in offered if turn < len(probes)]
        sessions: dict[str, Session] = {}
        return [self._probe(sessions, *probe) for probe in chosen[: self.effort // 6]]

    @cached_property
    def reloads(self) -> Sequence[tuple[Session, Session | ScenarioError, Episode]]:
        """The state after each walk: a session, and one loaded from its saved form."""
        found: list[tuple[Session, Session | ScenarioError, Episode]] = []
        for walk in self.exploration.walks:
            session = self.at(walk)
            try:
                loaded: Session | ScenarioError = self.load(session.to_scenario())
            except ScenarioError as error:
                loaded = error
            found.append((session, loaded, walk))
        return found

    @property
    def compared(self) -> Sequence[Episode]:
        """The calls that are made on both sides of a saved state: a few."""
        return list(self.exploration.reached.values())[:_COMPARED]

    def start_replays(self) -> Sequence[Replaying]:
        """Return the walks, made again by a server that is started with other variables."""
        if not self._replays and _server(self.package).settings.command:
            recordings = [walk.recording() for walk in self.exploration.walks]
            self._replays = [_Elsewhere(self.package, recordings, SETTINGS[0])]
        return self._replays

    def close(self) -> None:
        """End the sessions and the server's processes."""
        super().close()
        if "package" in self.__dict__:
            _server(self.package).close()

    def _size(self, name: str) -> tuple[int, str]:
        return len(canonical_json(self.package.scenario(name))), name

    def _unusual(self, tool: ToolSpec) -> Iterator[tuple[str, Episode, Hostile]]:
        reached = self.exploration.reached.get(tool.name)
        if reached is None:
            return
        before = Episode(reached.scenario, reached.steps[:-1])
        takes = Draft202012Validator(tool.input_schema)
        items = hostile(tool.input_schema, reached.steps[-1].arguments)
        self.random(f"unusual {tool.name}").shuffle(items)
        for item in items:
            sent = (
                item.plain and isinstance(item.arguments, dict) and takes.is_valid(item.arguments)
            )
            if sent and not item.what.endswith(_HARMFUL):
                yield tool.name, before, item

    def _probe(
        self, sessions: dict[str, Session], tool: str, before: Episode, item: Hostile
    ) -> Probe:
        """Call a tool in the state before it succeeded; a session is gone on with if it can be."""
        session = sessions.pop(tool, None) or self.at(before)
        mark = session.snapshot()
        outcome = asked(session, tool, item.arguments)
        untouched = session.state_hash == mark.hash
        if untouched and outcome.kind != SILENT:
            sessions[tool] = session
        return Probe(tool, before, item, outcome, untouched)


class _Elsewhere:
    """Recordings that another process of the server replays, when it is asked for the answers."""

    def __init__(
        self, package: Package, recordings: Sequence[Recording], setting: Mapping[str, str]
    ) -> None:
        self.setting = dict(setting)
        self._package, self._recordings = package, recordings

    def answers(self) -> list[list[Answer]]:
        """Replay; see `replay.Replaying`.

        Raises:
            ReplayError: If the server does not answer.
        """
        other = _server(self._package).changed(environment=self.setting)
        try:
            return replay(replace(self._package, environment=other), self._recordings)
        except InfrastructureError as error:
            raise ReplayError(error.problem) from error
        finally:
            other.close()

    def close(self) -> None:
        """Leave nothing behind; there is nothing that runs."""


def _server(package: Package) -> ForeignServer:
    found = package.environment
    assert isinstance(found, ForeignServer)
    return found
