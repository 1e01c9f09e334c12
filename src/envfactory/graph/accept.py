"""`Accept`: which edges a reader trusts, by kinds of evidence and how much of each.

As text, what is joined by `+` must all hold, and one of the parts between commas suffices:
`type, semantic>=0.8+executed` takes the edges between values of one entity, and those that are both
very similar and were seen to work.
"""

from __future__ import annotations

import re
from typing import Self, cast, get_args

from pydantic import Field

from envfactory.errors import InputError
from envfactory.graph.model import Edge, EvidenceKind, Score
from envfactory.records import Stored

_KINDS: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
_LEAST: dict[EvidenceKind, float] = {
    "type": 0.01,
    "semantic": 0.01,
    "model": 0.5,
    "executed": 0.5,
}
"""What a kind of evidence needs to count where nobody says how much."""
_PART = re.compile(r"\s*([a-z]+)\s*(?:>=\s*(0(?:\.\d+)?|1(?:\.0+)?|\.\d+))?\s*")


class Accept(Stored):
    """Which edges a reader trusts: those that meet every threshold of at least one alternative.

    `Accept(alternatives=({"type": 1.0}, {"semantic": 0.8, "executed": 0.5}))` takes edges between
    values of one entity, and edges that are both similar and were seen to work.
    """

    alternatives: tuple[dict[EvidenceKind, Score], ...] = Field(
        default=tuple({kind: least} for kind, least in _LEAST.items()), min_length=1
    )
    refuted: bool = Field(
        default=True, description="Whether edges count that were tried and did not work."
    )

    def __call__(self, edge: Edge) -> bool:
        """Say whether the edge meets at least one alternative."""
        if not self.refuted and edge.refuted:
            return False
        return any(
            all(edge.score(kind) >= least for kind, least in alternative.items())
            for alternative in self.alternatives
        )

    @classmethod
    def parse(cls, text: str, *, refuted: bool = True) -> Self:
        """Read a choice from text, as in `type, semantic>=0.8+executed`.

        Args:
            text: Alternatives between commas, each of kinds joined by `+`, each with its least
                score or without one.
            refuted: Whether edges count that were tried and did not work.

        Raises:
            InputError: If the text names an unknown kind, or is not of that form.
        """
        return cls(alternatives=tuple(map(_alternative, text.split(","))), refuted=refuted)


def _alternative(text: str) -> dict[EvidenceKind, Score]:
    found: dict[EvidenceKind, Score] = {}
    for part in text.split("+"):
        match = _PART.fullmatch(part)
        if match is None or match[1] not in _KINDS:
            raise InputError(
                "evidence",
                f"{part.strip()!r:.60} is no kind of evidence with a least score",
                f"write as in 'type, semantic>=0.8+executed'; there are {', '.join(_KINDS)}",
            )
        kind = cast(EvidenceKind, match[1])
        found[kind] = float(match[2]) if match[2] else _LEAST[kind]
    return found
