"""A veterinary clinic: owners, their pets and the visits that are booked for them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field


class Species(StrEnum):
    """The animals that are treated."""

    DOG = "dog"
    CAT = "cat"
    RABBIT = "rabbit"
    BIRD = "bird"


@dataclass
class Owner:
    """Somebody who brings pets to the clinic."""

    owner_id: str
    name: str
    phone: str


@dataclass
class Pet:
    """An animal that is treated here."""

    pet_id: str
    owner_id: str
    name: str
    species: Species
    born: date | None = None


@dataclass
class Visit:
    """A visit of a pet to the clinic."""

    visit_id: str
    pet_id: str
    starts_at: datetime
    reason: str
    fee: Annotated[float, Field(ge=0, description="What it costs, in euros")]
    status: Literal["booked", "finished", "cancelled"] = "booked"


def list_owners(name: str | None = None) -> list[Owner]:
    """List owners.

    Args:
        name: Only those of this name.
    """


def list_pets(owner_id: str | None = None, species: Species | None = None) -> list[Pet]:
    """List pets.

    Args:
        owner_id: Only those of this owner.
        species: Only those of this species.
    """


def register_pet(owner_id: str, name: str, species: Species, born: date | None = None) -> Pet:
    """Register a new pet.

    Args:
        owner_id: Whose pet it is.
        name: What it is called.
        species: What kind of animal it is.
        born: Its day of birth, where it is known.
    """


def list_visits(
    pet_id: str | None = None, status: Literal["booked", "finished", "cancelled"] | None = None
) -> list[Visit]:
    """List visits.

    Args:
        pet_id: Only those of this pet.
        status: Only those with this status.
    """


def get_visit(visit_id: str) -> Visit:
    """Get a visit.

    Args:
        visit_id: Which visit.

    Raises:
        KeyError: If there is no such visit.
    """


def book_visit(
    pet_id: str, starts_at: datetime, reason: str, fee: Annotated[float, Field(ge=0)] = 40.0
) -> Visit:
    """Book a visit for a pet.

    Args:
        pet_id: Which pet.
        starts_at: When it begins.
        reason: Why the pet is brought.
        fee: What it costs, in euros.
    """


def reschedule_visit(visit_id: str, starts_at: datetime) -> Visit:
    """Change when a visit begins.

    Args:
        visit_id: Which visit.
        starts_at: When it begins now.
    """


def cancel_visit(visit_id: str) -> Visit:
    """Cancel a visit that is booked and not finished yet.

    Args:
        visit_id: Which visit.

    Raises:
        ValueError: If the visit is already finished or cancelled.
    """


def recommend_food(pet_id: str) -> str:
    """Recommend food for a pet by its age and weight.

    Args:
        pet_id: Which pet.
    """
