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
        greet, scene, talk, close: How often they greet, say where a wish comes from, say why they
            ask, say goodbye.
        state: How often they state what should be so, rather than ask for it to be done.
        direct: How often they ask straight out.
        rethink: How often they change their mind about a value.
        greetings, closings: What they begin a conversation and end a message with.
        later: What they begin a later message with.
        onward: The same, where a bare wish follows.
        do, more: Frames for the first and the further wishes of a message.
        ask: Frames for questions asked directly.
        look, noun, either: Frames for questions inside a sentence: as a clause, as a noun, as any.
        rethinks: Frames for a change of mind within a message.
        new_aside, more_aside: Frames for values of a new record, and further values of an old
            one, that have to be asked for.
        name_aside: Sentences for a new record of which nothing but the name has to be asked for.
    """

    greet: float
    scene: float
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
    noun: tuple[str, ...]
    either: tuple[str, ...]
    closings: tuple[str, ...]
    rethinks: tuple[str, ...]
    new_aside: tuple[str, ...]
    name_aside: tuple[str, ...]
    more_aside: tuple[str, ...]


@dataclass(frozen=True)
class Wordings:
    """All tones, and what they share.

    Attributes:
        tones: By tone.
        engineer: Frames that name the tool.
        weave: Frames for several wishes in one sentence.
        change: Frames for changes of mind between messages.
    """

    tones: Mapping[str, Wording]
    engineer: tuple[str, ...]
    weave: Mapping[str, tuple[str, ...]]
    change: Mapping[str, tuple[str, ...]]


TONES = ("plain", "polite", "terse", "chatty", "formal")


@cache
def load_wordings() -> Wordings:
    """Return the wordings that come with the package; they are read once."""
    text = resources.files("envfactory.task.surface").joinpath("surface.toml").read_text("utf-8")
    data: dict[str, dict[str, Any]] = tomllib.loads(text)
    return Wordings(
        tones={tone: _wording(data[tone]) for tone in TONES},
        engineer=tuple(data["engineer"]["do"]),
        weave={name: tuple(lines) for name, lines in data["weave"].items()},
        change={name: tuple(lines) for name, lines in data["change"].items()},
    )


def _wording(section: Mapping[str, Any]) -> Wording:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in section.items()
    }
    return Wording(**values)
