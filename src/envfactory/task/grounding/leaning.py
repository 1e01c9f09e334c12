"""`Leaning`: what a task is to be like where its chain leaves a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.meaning import EntityMeaning

Favour = Callable[[EntityMeaning, RecordJson, Records], bool]
"""Says of a record of a kind, in a state, whether it is chosen before others."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What some kind of task needs, and takes where it can have it.

    Attributes:
        scenario: Where to start, in those environments that have a scenario of that name.
        apart: Whether each wish gets a message of its own.
        favour: Which records are chosen first.
    """

    scenario: str | None = None
    apart: bool = False
    favour: Favour | None = None


NO_LEANING = Leaning()
