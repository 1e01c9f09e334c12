"""`Wording`: the wordings that people of one tone choose from, read from `surface.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Wording:
    """How people of one tone talk.

    Attributes:
        greet, talk, close: How often they greet, say something beside the matter, say goodbye.
        state: How often they state what should be so, rather than ask for it to be done.
        direct: How often they ask straight out.
        rethink: How often they change their mind about a value.
        greetings, closings: What they begin a conversation and end a message with.
        later: What they begin a later message with.
        onward: The same, where a bare wish follows.
        do, more: Frames for the first and the further wishes of a message.
        ask, look: Frames for questions asked directly, and inside a sentence.
    """

    greet: float
    talk: float
    close: float
    state: float
    direct: float
    rethink: float
    greetings: tuple[str, ...]
    later: tuple[str, ...]
    onward: tuple[str, ...]
    do: tuple[str, ...]
    more: tuple[str, ...]
    ask: tuple[str, ...]
    look: tuple[str, ...]
    closings: tuple[str, ...]


@dataclass(frozen=True)
class Wordings:
    """All tones, and what they share.

    Attributes:
        tones: By tone.
        engineer: Frames that name the tool.
        talk: Small talk by what it leads up to.
        parts: What fills the gaps in small talk.
        weave: Frames for several wishes in one sentence.
        change: Frames for changes of mind.
        aside: Frames for values that have to be asked for.
    """

    tones: Mapping[str, Wording]
    engineer: tuple[str, ...]
    talk: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]
    weave: Mapping[str, tuple[str, ...]]
    change: Mapping[str, tuple[str, ...]]
    aside: Mapping[str, tuple[str, ...]]


TONES = ("plain", "polite", "terse", "chatty", "formal")


@cache
def load_wordings() -> Wordings:
    """Return the wordings that come with the package; they are read once."""
    text = resources.files("envfactory.task.surface").joinpath("surface.toml").read_text("utf-8")
    data: dict[str, dict[str, Any]] = tomllib.loads(text)
    return Wordings(
        tones={tone: _wording(data[tone]) for tone in TONES},
        engineer=tuple(data["engineer"]["do"]),
        talk={name: tuple(lines) for name, lines in data["talk"].items() if name != "parts"},
        parts={name: tuple(lines) for name, lines in data["talk"]["parts"].items()},
        weave={name: tuple(lines) for name, lines in data["weave"].items()},
        change={name: tuple(lines) for name, lines in data["change"].items()},
        aside={name: tuple(lines) for name, lines in data["aside"].items()},
    )


def _wording(section: Mapping[str, Any]) -> Wording:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in section.items()
    }
    return Wording(**values)
