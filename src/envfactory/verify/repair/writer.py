"""Writers: what answers feedback with changed code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from envfactory.environment.package import SPEC
from envfactory.spec.model import EnvironmentSpec
from envfactory.verify.repair.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate: the whole module, and in a few words what is different."""

    source: str
    change: str


class Writer(Protocol):
    """Answers feedback; rules, a person, or a language model."""

    def propose(self, source: str, feedback: Feedback) -> Iterable[Proposal]:
        """Return candidates, the most promising first; none where the writer knows no answer.

        Args:
            source: The module as it is.
            feedback: What is wrong with it.
        """


@dataclass(frozen=True, slots=True)
class _All:
    """Asks several writers, one after the other."""

    writers: Sequence[Writer]

    def propose(self, source: str, feedback: Feedback) -> Iterable[Proposal]:
        """Return the candidates of every writer in turn."""
        for writer in self.writers:
            yield from writer.propose(source, feedback)


def offline_writers(package: Path) -> Writer:
    """Return what needs no model: rules, and the compiler where the package has a specification."""
    from envfactory.verify.repair.regenerate import Regenerate
    from envfactory.verify.repair.rules import ByRules

    writers: list[Writer] = [ByRules()]
    try:
        spec = EnvironmentSpec.model_validate_json((package / SPEC).read_bytes())
    except (OSError, ValidationError):
        return _All(writers)
    return _All([Regenerate(spec), *writers])
