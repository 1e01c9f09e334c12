"""Things that records name and no table holds: the same few of them in all tables.

Accounts, connections and devices that callers have to name before they reach anything are often
described nowhere. What lies with one of them can be asked for together only where the tables know
the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from envfactory.compiler.data.evidence import fields_that_tools_need
from envfactory.compiler.data.meaning import text_meaning
from envfactory.records import Json
from envfactory.spec.model import EnvironmentSpec, FieldSpec, Scalar

_MOST = 4
"""How many things of a kind there are."""


@dataclass
class Outside:
    """What records of a scenario name that no table of it holds.

    Attributes:
        names: The fields that say which thing is meant.
    """

    names: frozenset[str] = frozenset()
    _known: dict[str, list[Json]] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: EnvironmentSpec) -> Outside:
        """Return what the tools of several tables ask for by the same identifier."""
        asked: dict[str, list[FieldSpec]] = {}
        for entity in spec.entities:
            for name in sorted(fields_that_tools_need(spec, entity) - {entity.key}):
                asked.setdefault(name, []).append(entity.field(name))
        return cls(frozenset(name for name, fields in asked.items() if _is_one_thing(fields)))

    def value(self, name: str, make: Callable[[], Json], rng: random.Random) -> Json:
        """Return one of the things that `name` may say, a new one of `make` while they are few."""
        known = self._known.setdefault(name, [])
        if len(known) < _MOST:
            made = make()
            if made is not None and made not in known:
                known.append(made)
            return made
        return rng.choice(known)

    def values(self, name: str, make: Callable[[], Json], rng: random.Random) -> list[Json]:
        """Return all things that `name` may say."""
        for _ in range(_MOST):
            self.value(name, make, rng)
        return list(self._known[name])


def _is_one_thing(fields: list[FieldSpec]) -> bool:
    """Tell whether fields of several tables identify the same kind of thing, kept in none."""
    first = fields[0].type
    return (
        len(fields) > 1
        and isinstance(first, Scalar)
        and not first.choices
        and all(one.type == first and one.reference is None and not one.unique for one in fields)
        and _is_identifier(fields[0].name, first)
    )


def _is_identifier(name: str, type_: Scalar) -> bool:
    if type_.type == "integer":
        return name.endswith("_id")
    meaning = text_meaning(name, type_.format) if type_.type == "string" else None
    return meaning is not None and meaning.kind in ("identifier", "uuid")
