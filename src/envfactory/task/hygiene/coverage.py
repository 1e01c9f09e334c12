"""`coverage_of`: which tools, entities and pairs of tools a set of tasks uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pydantic import Field

from envfactory.records import Stored
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.model import Task


class Coverage(Stored):
    """What gold solutions use, of what there is."""

    tasks: int
    tools: dict[str, int] = Field(description="How many tasks call a tool, most used first.")
    entities: dict[str, int] = Field(description="How many tasks read or change such records.")
    pairs: int = Field(description="Different tools that follow each other.")
    unused_tools: tuple[str, ...] = Field(description="Offered, and called by no task.")
    unused_entities: tuple[str, ...] = ()


def coverage_of(tasks: Sequence[Task], glossary: Glossary | None = None) -> Coverage:
    """Return what tasks use.

    Args:
        tasks: What to count.
        glossary: What there is, and what tools are about; without it nothing is known of what is
            not used, and entities are those that tasks change.
    """
    tools: Counter[str] = Counter()
    entities: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    for task in tasks:
        called = [call.tool for turn in task.turns for call in turn.calls]
        tools.update(dict.fromkeys(called, 1))
        pairs.update(pairwise(called))
        about = {f"{change.environment}.{change.table}" for change in task.goal.changes}
        for name in called:
            tool = glossary.tools.get(name) if glossary is not None else None
            if tool is not None and tool.table is not None:
                about.add(f"{tool.environment}.{tool.table}")
        entities.update(dict.fromkeys(sorted(about), 1))
    there = () if glossary is None else tuple(sorted(set(glossary.tools) - set(tools)))
    known = () if glossary is None else tuple(".".join(place) for place in glossary.entities)
    return Coverage(
        tasks=len(tasks),
        tools=_ranked(tools),
        entities=_ranked(entities),
        pairs=len(pairs),
        unused_tools=there,
        unused_entities=tuple(sorted(set(known) - set(entities))),
    )


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
