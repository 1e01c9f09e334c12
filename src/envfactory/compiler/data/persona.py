"""The person who asks: an ordinary record of its table, to whom a good part of the data belongs."""

from __future__ import annotations

import random

from envfactory.records import Json
from envfactory.spec.model import (
    EntitySpec,
    EnvironmentSpec,
    FieldSpec,
    Reference,
    Scalar,
    ToolDesign,
)

_OWN_SHARE = (0.34, 0.48)
_USUAL = ("active", "enabled", "verified", "confirmed", "approved", "available", "open", "online")
_UNUSUAL = (
    "inactive", "suspend", "delet", "block", "bann", "invit", "pending", "archiv", "disab", "clos",
    "deactiv", "lock", "expir", "cancel", "reject", "unver", "declin", "fail", "remov", "offline",
)  # fmt: skip


def place_of(count: int, rng: random.Random) -> int:
    """Return the place of the persona among the records of its table: one of the first."""
    return rng.randrange(max(1, min(3, count - 1)))


def own_places(eligible: list[int], count: int, rng: random.Random) -> frozenset[int]:
    """Return the records of a table that belong to the persona: from a third to half of them.

    Args:
        eligible: The places that may belong to it.
        count: How many records the table has.
        rng: Decides.
    """
    wanted = max(round(count * rng.uniform(*_OWN_SHARE)), 1)
    return frozenset(rng.sample(eligible, min(wanted, len(eligible))))


def usual(field: FieldSpec, values: tuple[Json, ...]) -> Json:
    """Return the state that an ordinary person is in: active, and neither blocked nor invited."""
    if set(map(repr, values)) == {"True", "False"}:
        return not _is_unusual(field.name)
    for word in _USUAL:
        for value in values:
            if str(value).lower() == word:
                return value
    calm = [value for value in values if not _is_unusual(str(value).lower())]
    return (calm or list(values))[0]


def _is_unusual(text: str) -> bool:
    return any(part in text for part in _UNUSUAL)


def with_persona_references(spec: EnvironmentSpec) -> EnvironmentSpec:
    """Return `spec` with a reference in each field that tools compare with the persona's key."""
    persona = spec.persona
    if persona is None:
        return spec
    meant = {
        (tool.behaviour.table, name) for tool in spec.tools for name in _fields_of_persona(tool)
    }
    people = spec.entity(persona.table)
    key = people.field(people.key).type
    kind = key.type if isinstance(key, Scalar) else ""
    entities = [_referring(entity, persona.table, kind, meant) for entity in spec.entities]
    return spec.model_copy(update={"entities": tuple(entities)})


def _referring(
    entity: EntitySpec, table: str, kind: str, meant: set[tuple[str, str]]
) -> EntitySpec:
    fields = [
        field.model_copy(update={"reference": Reference(table=table)})
        if (entity.table, field.name) in meant
        and field.reference is None
        and field.name != entity.key
        and isinstance(field.type, Scalar)
        and field.type.type == kind
        and not field.type.choices
        else field
        for field in entity.fields
    ]
    return entity.model_copy(update={"fields": tuple(fields)})


def _fields_of_persona(tool: ToolDesign) -> list[str]:
    behaviour = tool.behaviour
    matches = [*getattr(behaviour, "matches", ()), *getattr(behaviour, "scope", ())]
    named = [match.field for match in matches if match.source == "me" and match.field]
    return named + [a.field for a in getattr(behaviour, "assigns", ()) if a.source == "me"]
