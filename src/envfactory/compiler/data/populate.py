"""`populate`: a scenario with natural, linked data for an environment, from a seed.

Tables are filled parents first. Every record has a life (created before updated before now, after
its parents), a place and people of its own, a title that a person would use; a few titles are
nearly alike, none are equal. References point to records that exist, parents have many children or
none, and records that refer to their own table form no cycles.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from faker import Faker

from envfactory.compiler.data.agree import agree
from envfactory.compiler.data.evidence import with_known_choices
from envfactory.compiler.data.filling import TableFiller
from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.compiler.data.moment import iso
from envfactory.compiler.data.outside import Outside
from envfactory.compiler.data.persona import with_persona_references
from envfactory.compiler.data.plan import Size, fill_order, row_counts
from envfactory.compiler.data.rows import Source
from envfactory.compiler.data.shape import slug
from envfactory.compiler.data.stocked import stocked
from envfactory.records import Json
from envfactory.spec.model import EnvironmentSpec

_SIZES: tuple[Size, ...] = ("small", "medium", "large")
_FIRST_DAY = datetime(2026, 2, 2, tzinfo=UTC)


def populate(spec: EnvironmentSpec, seed: int, size: Size = "medium") -> dict[str, Json]:
    """Return a scenario for `spec`: the same one for the same arguments, in every process.

    Args:
        spec: The environment.
        seed: Decides all that is random; not negative.
        size: How many records: main tables get 5 to 8, 9 to 14, or 18 to 30, children more.

    Raises:
        DefinitionError: If a field asks for values that cannot be made (an unreadable pattern).
    """
    spec = with_known_choices(with_persona_references(spec))
    rng = random.Random(f"{spec.name}/{size}/{seed}")
    faker = _faker()
    faker.seed_instance(rng.getrandbits(64))
    lexicon = load_lexicon()
    source = Source(
        rng=rng,
        faker=faker,
        lexicon=lexicon,
        now=_a_morning(rng),
        home=rng.choice(lexicon.places),
        domain=f"{slug(spec.name)}.example.com",
        outside=Outside.of(spec),
    )
    counts = row_counts(spec, size, rng)
    filler = TableFiller(spec, source, counts)
    for entity in fill_order(spec):
        filler.fill(entity)
    filled = filler.tables()
    agree(spec, filled)
    stocked(spec, filled)
    tables: dict[str, Json] = {table: list(rows) for table, rows in filled.items()}
    asks: dict[str, Json] = {} if spec.persona is None else {spec.persona.value: filler.me}
    return {"now": iso(source.now), "seed": seed, **asks, **tables}


def scenarios(spec: EnvironmentSpec, seed: int, count: int = 3) -> Mapping[str, dict[str, Json]]:
    """Return several scenarios of different sizes by name: `small`, `medium`, `large`, `small_2`.

    Raises:
        DefinitionError: See `populate`.
    """
    named: dict[str, dict[str, Json]] = {}
    for number in range(count):
        size, turn = _SIZES[number % len(_SIZES)], number // len(_SIZES)
        name = f"{size}_{turn + 1}" if turn else size
        named[name] = populate(spec, seed + turn, size)
    return named


def _a_morning(rng: random.Random) -> datetime:
    """Return a weekday morning in 2026."""
    day = _FIRST_DAY + timedelta(weeks=rng.randint(0, 43), days=rng.randint(0, 4))
    return day.replace(hour=rng.randint(8, 10), minute=rng.choice((0, 15, 30, 45)))


@cache
def _faker() -> Faker:
    """Return the source of names, which is slow to make; it is seeded before every use."""
    return Faker("en_US")
