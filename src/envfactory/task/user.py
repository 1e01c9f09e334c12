"""`User`: who asks, how they talk, what they know, and what they agree to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from envfactory.records import Json, Stored


class Knowledge(Stored):
    """One thing that the user knows and can tell."""

    about: str = Field(description="What it is, in words: 'due date of the task'.")
    value: Json
    said: str = Field(description="How the user says it.")
    turn: int = Field(default=0, ge=0, description="The turn in which it matters.")
    withheld: bool = Field(default=False, description="It is told only when asked for.")
    call: int | None = Field(default=None, description="The gold call that needs it.")
    path: str | None = Field(default=None, description="JSON Pointer into its arguments.")


class Persona(Stored):
    """How a user talks."""

    tone: Literal["plain", "polite", "terse", "chatty", "formal"] = "plain"
    engineer: bool = Field(default=False, description="Uses names of tools and fields.")
    typos: float = Field(default=0, ge=0, le=1, description="Share of words mistyped.")
    quotes: Literal["‘’", "“”", '""', "''"] = Field(
        default="‘’", description="The quotation marks that they type."
    )


class Consent(Stored):
    """What the user says when something else is offered than what was asked for."""

    turn: int
    words: tuple[str, ...] = Field(min_length=1, description="An offer of it holds one of these.")
    agrees: bool
    said: str


class User(Stored):
    """Who asks."""

    name: str
    profile: str = ""
    persona: Persona = Persona()
    knows: tuple[Knowledge, ...] = ()
    consents: tuple[Consent, ...] = ()
