"""`ForwardSearch`: how the tools of a live server are made to succeed with few calls.

The search of `explore` forks a state for every try, which costs a live server a process. This one
goes forward through one session: every other call is for a tool that has not succeeded yet, with
arguments from the state and from what the last calls returned.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from envfactory.environment import ToolSpec
from envfactory.environment.foreign.replayed import ReplayedSession
from envfactory.environment.foreign.settings import SCRATCH
from envfactory.environment.world import Session
from envfactory.errors import InfrastructureError
from envfactory.records import Json, canonical_json
from envfactory.verify.explore import Episode, Exploration, Step
from envfactory.verify.pool import Pool
from envfactory.verify.replay import Outcome, perform
from envfactory.verify.sampler import Sampler

_PLACES = frozenset(
    {"path", "file", "filename", "directory", "dir", "folder", "source", "destination", "repo"}
)
"""Last words of parameters that name a file or a folder."""

_FOLDERS = ("director", "dir", "folder", "repo", "list", "tree", "search")
"""What names of tools and parameters that want a folder have in them."""

SILENT = "no_answer"
"""What a call came to that was not answered in time."""

_RECENT = 6
"""From how many successes words and values are taken."""

_MOST_WORDS = 60
_WORD = re.compile(r"[\w./-]{3,60}")

_PATIENCE = 2
"""After so many calls without an answer a tool is not called any more."""

_LATE = "no answer within"


@dataclass(frozen=True, slots=True)
class LiveExploration(Exploration):
    """What was tried of a live server.

    Attributes:
        left: For each tool whose refusal left something behind, the calls that show it.
    """

    left: Mapping[str, Episode]

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """The sequences worth going through again: the walks alone, since each costs a process."""
        return self.walks

    @property
    def replayed(self) -> tuple[Episode, ...]:
        """What another process makes again."""
        return self.walks

    @property
    def recorded(self) -> tuple[Episode, ...]:
        """Everything that was recorded, except what broke the server."""
        return (*self.walks, *self.sweeps)


class ForwardSearch:
    """Searches one live server; use `explore` once."""

    def __init__(
        self,
        tools: Sequence[ToolSpec],
        key_fields: Mapping[str, str],
        rng: random.Random,
        places: Sequence[str] = (),
    ) -> None:
        """Prepare.

        Args:
            tools: The tools to reach.
            key_fields: The key field of each table.
            rng: Where all chance comes from.
            places: Folders of the session that the server was told to work in.
        """
        self._told = list(places)
        self._worked: dict[str, list[Json]] = {}
        self._key_fields, self._rng = key_fields, rng
        self._samplers = {t.name: Sampler(t.input_schema, rng, guesses=True) for t in tools}
        self._tries = {tool.name: 0 for tool in tools}
        self._steps: list[Step] = []
        self._writes: tuple[Step, ...] = ()
        self._reached: dict[str, Episode] = {}
        self._refusals: dict[str, str] = {}
        self._faulted: dict[str, Episode] = {}
        self._left: dict[str, Episode] = {}
        self._silences = dict.fromkeys(self._tries, 0)

    def explore(
        self, starts: Mapping[str, Session], calls: int, most: int, walk: int
    ) -> LiveExploration:
        """Search, and walk twice.

        Args:
            starts: A session per scenario; only a fork of the first one is used.
            calls: How many calls the search makes.
            most: How many it may make as long as there are tools that have not succeeded.
            walk: How long each of the two walks is.
        """
        walks: tuple[Episode, ...] = ()
        for scenario, start in list(starts.items())[:1]:
            session = start.fork()
            for made in range(most):
                pending = [n for n in self._tries if n not in self._reached | self._given_up()]
                if made >= calls and not pending:
                    break
                others = made % 2 or not pending  # what was done may be what is waited for
                turn = self._answering() if others else pending
                fewest = min(turn, key=lambda name: self._tries[name])
                # In a fixed order the same call might always undo what the next one needs.
                tool = fewest if others and self._tries[fewest] < 3 else self._rng.choice(turn)
                self._tries[tool] += 1
                self._call(scenario, session, tool)
            good = [step for step in self._steps if step.outcome.ok]
            walks = tuple(_walk(scenario, start, made[:walk]) for made in (good, good[::-1]))
        swept = (Episode(next(iter(starts)), tuple(self._steps)),) if self._steps else ()
        return LiveExploration(
            self._reached,
            self._tries,
            {name: text for name, text in self._refusals.items() if name not in self._reached},
            self._faulted,
            walks,
            swept,
            self._left,
        )

    def _call(self, scenario: str, session: Session, tool: str) -> None:
        arguments, before = self._drawn(session, tool), session.state_hash
        outcome = asked(session, tool, arguments)
        step = Step(tool, arguments, outcome, session.state_hash)
        episode = Episode(scenario, (*self._writes, step))
        if outcome.faulted:
            self._faulted.setdefault(tool, episode)
            return
        if outcome.kind == SILENT:
            self._silences[tool] += 1
        self._steps.append(step)
        if not outcome.ok:
            self._refusals.setdefault(tool, f"{outcome.kind}: {outcome.value}")
            if isinstance(session, ReplayedSession) and session.left_something:
                self._left.setdefault(tool, episode)
            return
        self._reached.setdefault(tool, episode)
        for name, value in arguments.items():
            self._worked.setdefault(name, []).append(value)
        if step.state_hash != before:
            self._writes = (*self._writes, step)

    def _given_up(self) -> dict[str, int]:
        """Return the tools whose silence has cost enough, and how often they were silent."""
        return {name: times for name, times in self._silences.items() if times >= _PATIENCE}

    def _answering(self) -> Sequence[str]:
        given_up = self._given_up()
        return [name for name in self._tries if name not in given_up] or list(self._tries)

    def _drawn(self, session: Session, tool: str) -> dict[str, Json]:
        recent: list[Json] = []
        for step in [step for step in self._steps if step.outcome.ok][: -_RECENT - 1 : -1]:
            recent += [step.arguments, step.outcome.value]
        state = session.to_scenario()
        pool = Pool.of(state, self._key_fields, recent)
        drawn = self._samplers[tool].draw(pool, self._tries[tool] - 1)
        files, folders = _places(state)
        seen = [word for value in recent for word in _words(value)][:_MOST_WORDS]
        found: dict[str, Json] = {}
        for name, value in drawn.items():
            wants_folder = any(word in f"{tool}/{name}".casefold() for word in _FOLDERS)
            if self._rng.random() < 0.2:
                wants_folder = not wants_folder
            told = self._told if wants_folder and self._rng.random() < 0.6 else ()
            places = (told or [*self._told, *folders]) if wants_folder else files
            found[name] = self._likelier(name, value, places, seen)
        return found

    def _likelier(self, name: str, value: Json, places: Sequence[str], seen: Sequence[str]) -> Json:
        """Return what worked under that name, a file or folder, or a word of an answer."""
        last = name.casefold().rpartition("_")[2]
        if last == "destination" and places:
            return f"{self._rng.choice(places)}_{self._rng.randrange(100)}"
        worked = self._worked.get(name)
        if worked and self._rng.random() < 0.5:
            return self._rng.choice(worked)
        named_place = bool({last, last.removesuffix("s")} & _PLACES)
        if not named_place and isinstance(value, str) and seen and self._rng.random() < 0.3:
            return self._rng.choice(seen)
        if not places or not named_place or self._rng.random() < 0.1:
            return value
        place = self._rng.choice(places)
        if isinstance(value, list):
            return [place]
        return place if isinstance(value, str) else value


def asked(session: Session, tool: str, arguments: Mapping[str, Json]) -> Outcome:
    """Call a tool of a live server; silence is no fault of its, and its end is one."""
    try:
        return perform(session, tool, arguments)
    except InfrastructureError as error:
        kind = SILENT if _LATE in error.problem else "fault"
        return Outcome(kind, canonical_json(error.problem).decode())


def _walk(scenario: str, start: Session, steps: Sequence[Step]) -> Episode:
    session = start.fork()
    made = []
    for step in steps:
        outcome = asked(session, step.tool, step.arguments)
        if not outcome.faulted:
            made.append(Step(step.tool, step.arguments, outcome, session.state_hash))
    return Episode(scenario, tuple(made))


def _words(value: Json) -> list[str]:
    """Return the words of the texts of an answer: in texts for people, names and keys are words."""
    if isinstance(value, str):
        return [word for word in _WORD.findall(value) if word.strip(".-/")]
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [word for part in inner for word in _words(part)]
    return []


def _places(state: Mapping[str, Json]) -> tuple[list[str], list[str]]:
    """Return the files and the folders of a session, as its arguments say them."""
    held = state.get("files")
    names = [PurePosixPath(name) for name in held] if isinstance(held, dict) else []
    shown = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    folders = {str(folder) for name in shown for folder in name.parents} - {"."}
    folders |= {name.parts[0] for name in names if len(name.parts) > 1}
    within = [f"{SCRATCH}/{name}" for name in sorted(folders) if not name.startswith(".")]
    return [f"{SCRATCH}/{name}" for name in shown], [SCRATCH, *within] if names else []
