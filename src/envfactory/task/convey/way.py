"""`Way`: one way to tell something, with the proof that it is clear."""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.task.model import Proof
from envfactory.task.phrasing.manner import Manner


@dataclass(frozen=True, slots=True)
class Way:
    """One way to tell something, with its proof; an explicit one needs none."""

    manner: Manner
    proof: Proof | None = None
