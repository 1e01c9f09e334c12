"""`PersonaMix`: which kinds of people ask, by weights, and one of them drawn."""

from __future__ import annotations

import random
from difflib import get_close_matches

from pydantic import Field

from envfactory.errors import InputError
from envfactory.records import Stored
from envfactory.task.surface.protect import QUOTATION_MARKS
from envfactory.task.surface.wording import TONES
from envfactory.task.user import Persona

_ENGINEER = "engineer"
_KNOWN = (*TONES, _ENGINEER)
_ENGINEERS_TONES = ("plain", "terse")
DEFAULT_PERSONAS = "plain=4,polite=2,terse=2,chatty=3,formal=1"


class PersonaMix(Stored):
    """Kinds of people with their weights."""

    weights: tuple[tuple[str, float], ...] = Field(
        description="Weight by kind: a tone, or `engineer`, who names tools."
    )
    typos: float = Field(
        default=0, ge=0, le=1, description="Share of words mistyped, but by formal people."
    )

    @classmethod
    def parse(cls, text: str = DEFAULT_PERSONAS, typos: float = 0.0) -> PersonaMix:
        """Return the mix that a text like `plain=3,polite=1` means; a kind alone weighs one.

        Raises:
            InputError: If a kind is unknown or given twice, a weight is no positive number, or the
                share of typos is not between 0 and 1.
        """
        weights: dict[str, float] = {}
        for part in text.split(","):
            kind, _, number = (piece.strip() for piece in part.partition("="))
            if kind not in _KNOWN:
                near = get_close_matches(kind, _KNOWN, n=1)
                hint = f"did you mean {near[0]}?" if near else f"choose from {', '.join(_KNOWN)}"
                raise InputError("personas", f"no kind of person is called {kind!r}", hint)
            if kind in weights:
                raise InputError("personas", f"{kind} is given twice", "give each kind once")
            weights[kind] = _weight(kind, number)
        if not any(weights.values()):
            raise InputError("personas", "every weight is 0", "give one kind a weight above 0")
        if not 0 <= typos <= 1:
            raise InputError("typos", f"{typos} is no share", "give a number from 0 to 1")
        return cls(weights=tuple(weights.items()), typos=typos)

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return ",".join(f"{kind}={weight:g}" for kind, weight in self.weights)

    def draw(self, rng: random.Random) -> Persona:
        """Return one person."""
        kinds = [kind for kind, _ in self.weights]
        kind = rng.choices(kinds, [weight for _, weight in self.weights])[0]
        engineer = kind == _ENGINEER
        tone = rng.choice(_ENGINEERS_TONES) if engineer else kind
        typos = 0.0 if tone == "formal" else self.typos
        quotes = rng.choice(QUOTATION_MARKS)
        return Persona.model_validate(
            {"tone": tone, "engineer": engineer, "typos": typos, "quotes": quotes}
        )


def _weight(kind: str, number: str) -> float:
    try:
        weight = float(number) if number else 1.0
    except ValueError:
        weight = -1.0
    if not 0 <= weight < 1e9:
        raise InputError("personas", f"{kind} has the weight {number!r}", "give a number from 0 up")
    return weight
