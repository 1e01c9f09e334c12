"""The templates of this folder, read from `shapes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

Line = tuple[str, str]
"""How something is asked for, and how its being done is reported."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates by name.

    Attributes:
        acts: By the kind of tool.
        both: For one act on a condition and another one otherwise.
        counted: The same where the condition is how many records there are.
        tests: By the kind of comparison.
        totals: For what several records come to: question, the same inside a sentence, answer.
        again: For what was done before and is to be done to others.
    """

    acts: Mapping[str, tuple[Line, ...]]
    both: tuple[Line, ...]
    counted: tuple[Line, ...]
    tests: Mapping[str, tuple[str, ...]]
    totals: Mapping[str, tuple[tuple[str, str, str], ...]]
    again: tuple[str, ...]


@cache
def load_templates() -> Templates:
    """Return the templates that come with the package; they are read once."""
    text = resources.files("envfactory.task.shapes").joinpath("shapes.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Templates(
        acts={kind: tuple((do, done) for do, done in lines) for kind, lines in data["act"].items()},
        both=tuple((do, done) for do, done in data["if"]["both"]),
        counted=tuple((do, done) for do, done in data["if"]["counted"]),
        tests={name: tuple(lines) for name, lines in data["test"].items()},
        totals={
            kind: tuple((ask, inner, answer) for ask, inner, answer in lines)
            for kind, lines in data["total"].items()
        },
        again=tuple(data["again"]["same"]),
    )
