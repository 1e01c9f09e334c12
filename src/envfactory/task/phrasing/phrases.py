"""The request templates of this room, read from `phrases.toml`."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Line = tuple[str, ...]
"""Templates that belong together: how it is asked for, and how its being done is reported."""

_BY_LABEL, _BY_TONE = 1.2, 1.0
"""How readily lines for a label, and for a tone, are taken, where one that always fits weighs 1."""


@dataclass(frozen=True)
class Phrases:
    """Templates by section and name, as `update.date`.

    Attributes:
        common: Those that always fit.
        by_label: Those for details that are called so, by label and name.
        by_tone: Those for people of a tone, by tone and name.
    """

    common: Mapping[str, tuple[Line, ...]]
    by_label: Mapping[tuple[str, str], tuple[Line, ...]]
    by_tone: Mapping[tuple[str, str], tuple[Line, ...]]

    def choose(
        self,
        name: str,
        rng: random.Random,
        tone: str = "",
        label: str = "",
        fits: Callable[[Line], bool] = lambda line: True,
    ) -> Line:
        """Return one of the lines of a name that fit a tone, a label, and what they are to hold."""
        pools = [
            (self.common.get(name, ()), 1.0),
            (self.by_label.get((label, name), ()), _BY_LABEL),
            (self.by_tone.get((tone, name), ()), _BY_TONE),
        ]
        full = [
            (fitting, weight)
            for lines, weight in pools
            if (fitting := tuple(line for line in lines if fits(line)))
        ]
        lines = rng.choices([lines for lines, _ in full], [weight for _, weight in full])[0]
        return rng.choice(lines)


@cache
def load_phrases() -> Phrases:
    """Return the templates that come with the package; they are read once."""
    text = resources.files("envfactory.task.phrasing").joinpath("phrases.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    labels, tones = data.pop("label"), data.pop("tone")
    return Phrases(
        common=dict(_lines(data)),
        by_label={(label, name): line for label in labels for name, line in _lines(labels[label])},
        by_tone={(tone, name): line for tone in tones for name, line in _lines(tones[tone])},
    )


def _lines(data: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for section, entries in data.items():
        for name, lines in entries.items():
            yield (
                f"{section}.{name}",
                tuple((x,) if isinstance(x, str) else tuple(x) for x in lines),
            )
