"""Clock and chance for code that was not written for replay: both follow from the state.

The modules of an environment are handed stand-ins for `random`, `secrets`, `uuid`, `time`,
`datetime`, `asyncio`, `functools` and `itertools`. What they draw is decided by the state before
the call, so the same call in the same state gives the same ids and times in any process; the time
stands still for calls that change nothing, and moves on by a second with each call that does.
Waiting only moves the clock. Caches and counters are plain objects, so that they belong to the
session.

Not covered: what other installed packages draw for themselves, `os.urandom`, `hash` of a text and
the order of a set, which differ from process to process.
"""

from __future__ import annotations

import asyncio
import datetime as real
import functools
import itertools
import random
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, timedelta
from types import ModuleType
from typing import Any

from pydantic_core import core_schema

from envfactory.environment.foreign.plain import Count, lru_cache

EPOCH = real.datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""The time of a session that has not changed anything yet."""

STEP = timedelta(seconds=1)
_TICK = timedelta(milliseconds=1)


class Chance:
    """The time and the random numbers of the call that is being made.

    Attributes:
        clock_read: Whether the code has ever asked for the time.
    """

    def __init__(self, salt: str = "", shift: timedelta = timedelta()) -> None:
        """Prepare; nothing is drawn before `begin`.

        Args:
            salt: Makes the random numbers others than without.
            shift: How far the clock is from what sessions set it to.
        """
        self._salt, self._shift = salt, shift
        self.clock_read = False
        self._now = EPOCH
        self._seed: Callable[[], str] = lambda: "import"
        self._rng: random.Random | None = None

    def begin(self, now: real.datetime, seed: Callable[[], str]) -> None:
        """Set the time, and what numbers follow from; `seed` is asked only if one is drawn."""
        self._now, self._seed, self._rng = now + self._shift, seed, None

    def numbers(self) -> random.Random:
        """Return the random numbers of this call."""
        if self._rng is None:
            self._rng = random.Random(f"{self._salt}{self._seed()}")
        return self._rng

    def now(self) -> real.datetime:
        """Return the time; each reading is a millisecond after the one before."""
        self.clock_read = True
        self._now += _TICK
        return self._now

    def wait(self, seconds: float) -> None:
        """Let time pass at once."""
        self._now += timedelta(seconds=max(float(seconds), 0.0))


class StandIn(ModuleType):
    """A module with other content under some names; the rest comes from the real one."""

    def __init__(self, original: ModuleType, **content: Any) -> None:
        super().__init__(original.__name__, original.__doc__)
        self.__dict__.update(content)
        self.__dict__["_original"] = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_original"], name)


def stand_ins(chance: Chance) -> dict[str, ModuleType]:
    """Return what the code of an environment imports instead of the real modules, by name."""
    return {
        "random": _random(chance),
        "secrets": _secrets(chance),
        "uuid": _uuid(chance),
        "time": _time(chance),
        "datetime": _datetime(chance),
        "asyncio": _asyncio(chance),
        "functools": StandIn(functools, lru_cache=lru_cache, cache=lru_cache(maxsize=None)),
        "itertools": StandIn(itertools, count=Count),
    }


def _random(chance: Chance) -> ModuleType:
    class Random(random.Random):
        __module__ = "random"

        def __init__(self, x: Any = None) -> None:
            super().__init__(chance.numbers().getrandbits(64) if x is None else x)

    def drawn(name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: getattr(chance.numbers(), name)(*args, **kwargs)

    names = [name for name in random.__all__ if name not in ("Random", "SystemRandom")]
    functions = {name: drawn(name) for name in names}
    return StandIn(random, Random=Random, SystemRandom=Random, **functions)


def _secrets(chance: Chance) -> ModuleType:
    def token_bytes(nbytes: int | None = None) -> bytes:
        return chance.numbers().randbytes(32 if nbytes is None else nbytes)

    def token_hex(nbytes: int | None = None) -> str:
        return token_bytes(nbytes).hex()

    def token_urlsafe(nbytes: int | None = None) -> str:
        import base64

        return base64.urlsafe_b64encode(token_bytes(nbytes)).rstrip(b"=").decode("ascii")

    return StandIn(
        secrets,
        token_bytes=token_bytes,
        token_hex=token_hex,
        token_urlsafe=token_urlsafe,
        choice=lambda items: chance.numbers().choice(items),
        randbelow=lambda limit: chance.numbers().randrange(limit),
        randbits=lambda count: chance.numbers().getrandbits(count),
    )


def _uuid(chance: Chance) -> ModuleType:
    def drawn(*_: Any, **__: Any) -> uuid.UUID:
        return uuid.UUID(int=chance.numbers().getrandbits(128), version=4)

    return StandIn(uuid, uuid1=drawn, uuid4=drawn)


def _time(chance: Chance) -> ModuleType:
    def seconds() -> float:
        return chance.now().timestamp()

    def nanoseconds() -> int:
        return round(chance.now().timestamp() * 1000) * 1_000_000

    def of(function: Callable[[float], Any]) -> Callable[..., Any]:
        return lambda secs=None: function(seconds() if secs is None else secs)

    def strftime(pattern: str, moment: Any = None) -> str:
        return time.strftime(pattern, time.gmtime(seconds()) if moment is None else moment)

    return StandIn(
        time,
        time=seconds,
        monotonic=seconds,
        perf_counter=seconds,
        time_ns=nanoseconds,
        monotonic_ns=nanoseconds,
        perf_counter_ns=nanoseconds,
        gmtime=of(time.gmtime),
        localtime=of(time.gmtime),
        ctime=of(lambda secs: time.asctime(time.gmtime(secs))),
        strftime=strftime,
        sleep=chance.wait,
    )


def _asyncio(chance: Chance) -> ModuleType:
    async def sleep(delay: float, result: Any = None) -> Any:
        chance.wait(delay)
        return result

    return StandIn(asyncio, sleep=sleep)


class _Behind(type):
    """Makes every real date or time an instance of the class that stands for it."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return cls in other.__mro__ or issubclass(other, cls.__mro__[1])


def _datetime(chance: Chance) -> ModuleType:
    class Datetime(real.datetime, metaclass=_Behind):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real.datetime(*args, **kwargs)

        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> Any:
            return chance.now().replace(tzinfo=None) if tz is None else chance.now().astimezone(tz)

        @classmethod
        def utcnow(cls) -> Any:
            return chance.now().replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return chance.now().replace(tzinfo=None)

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return core_schema.datetime_schema()

    class Date(real.date, metaclass=_Behind):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real.date(*args, **kwargs)

        @classmethod
        def today(cls) -> Any:
            return chance.now().date()

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return core_schema.date_schema()

    Datetime.__name__ = Datetime.__qualname__ = "datetime"
    Date.__name__ = Date.__qualname__ = "date"
    return StandIn(real, datetime=Datetime, date=Date)
