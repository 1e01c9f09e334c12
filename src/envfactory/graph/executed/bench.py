"""`Bench`: calls on forks of a state, each made once however often it is asked for.

Judging many edges into one tool asks for the same calls again and again: the same controls, the
same values under other names. What a call comes to depends on the state and the arguments alone,
so both together are the key under which it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envfactory.environment import Session
from envfactory.errors import EnvironmentFault
from envfactory.records import Json, canonical_json

FAULT = "fault"
"""The code of a call that broke the environment."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A state that calls can start from; only forks of its session are used."""

    session: Session
    state_hash: str

    @classmethod
    def of(cls, session: Session) -> Place:
        """Return the present state of a session, which from here on belongs to the place."""
        return cls(session, session.state_hash)


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """What a call came to.

    Attributes:
        code: Empty for a success, else the error's code.
        value: The result of a success.
        after: The state afterwards; that before the call where nothing changed.
        changed: Whether the call changed the state.
        weight: How many of the result's single values say something; see `weigh`.
    """

    code: str
    value: Json
    after: Place
    changed: bool
    weight: int

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return not self.code


class Bench:
    """Makes calls, remembers them, and stops when there were enough."""

    def __init__(self, calls: int) -> None:
        """Prepare for at most that many calls."""
        self.left = calls
        self.made = 0
        self._known: dict[tuple[str, str, bytes], Done] = {}

    def call(self, place: Place, tool: str, arguments: Mapping[str, Json]) -> Done | None:
        """Return what a call in a state comes to; None where no more calls may be made."""
        key = (place.state_hash, tool, canonical_json(arguments))
        done = self._known.get(key)
        if done is None and self.left > 0:
            self.left -= 1
            self.made += 1
            done = self._known[key] = _perform(place, tool, arguments)
        return done


def _perform(place: Place, tool: str, arguments: Mapping[str, Json]) -> Done:
    session = place.session.fork()
    try:
        result = session.call(tool, arguments)
    except EnvironmentFault:
        return Done(FAULT, None, place, False, 0)
    if result.error is not None:
        return Done(result.error.code, None, place, False, 0)
    state_hash = session.state_hash
    changed = state_hash != place.state_hash
    after = Place(session, state_hash) if changed else place
    return Done("", result.value, after, changed, weigh(result.value))


def weigh(value: Json) -> int:
    """Return how many single values of a result say something: neither null, nor empty, nor zero.

    It tells an answer from an empty one whatever its form: `{"items": [], "total": 0}` weighs 0,
    and a page that repeats its arguments weighs the same for every argument that finds nothing.
    """
    if isinstance(value, dict):
        return sum(map(weigh, value.values()))
    if isinstance(value, list):
        return sum(map(weigh, value))
    return 1 if isinstance(value, bool) or value else 0
