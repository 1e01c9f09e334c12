"""`instruction`: how an agent tells a user what to do, in the words of a person.

Records go by the names that the user knows them by, never by their keys; values as they were said.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.category.bench import Bench, calls_of, play
from envfactory.task.category.own import verb_of
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.mention import Mention, describe
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.meanings.words import joined, spaced, with_article
from envfactory.task.model import Handover, Task
from envfactory.task.phrasing.refer import Discourse

_OPENINGS = ("Please {do} on your side", "I can't do that myself: please {do} on your side")


@dataclass(frozen=True, slots=True)
class _Told:
    """An argument in words, and the fields by which the user knows the record that it names."""

    words: str
    known_by: tuple[str, ...] = ()


def instruction(
    task: Task, number: int, why: str, bench: Bench, rng: random.Random
) -> Handover | Dropped:
    """Return how the user is told to make a gold call, or why nobody could tell them.

    Args:
        task: The task.
        number: The call, counted over the whole task.
        why: What makes the tool the user's own.
        bench: Where the calls before are made, to see what is there by then.
        rng: Decides among wordings.
    """
    calls = calls_of(task)
    call, tool = calls[number], bench.glossary.tools[calls[number].tool]
    world = bench.world(task.environments)
    play(world, calls[:number])
    records = Records.of(world)
    discourse = Discourse(rng, Speaker(records.now(tool.environment)))
    tables = [tool.arguments.fields[n].entity for n in call.arguments if n in tool.arguments.fields]
    if any(table is not None and tables.count(table) > 1 for table in tables):
        return Dropped("several records of one kind", tool.tool)
    told: dict[str, _Told] = {}
    for name, value in call.arguments.items():
        each = _argument(task, number, name, value, tool, records, discourse, bench)
        if each is None:
            return Dropped("nobody could say the values", f"{tool.tool}: {name}")
        told[name] = each
    entity = bench.glossary.entity(tool.environment, tool.table)
    text = rng.choice(_OPENINGS).format(do=_asked(tool, entity, told)) + "."
    return Handover(
        call=number,
        tool=tool.tool,
        why=why,
        text=" ".join([text, *_details(tool, told)]),
        known_by={name: each.known_by for name, each in told.items() if each.known_by},
    )


def _argument(
    task: Task,
    number: int,
    name: str,
    value: Json,
    tool: ToolMeaning,
    records: Records,
    discourse: Discourse,
    bench: Bench,
) -> _Told | None:
    """Return how one argument is told; None where nobody could say it."""
    shape = tool.arguments.fields.get(name)
    if shape is None or isinstance(value, dict | list) or value is None:
        return None
    if shape.entity is not None:
        entity = bench.glossary.entity(tool.environment, shape.entity)
        mention = None if entity is None else _mention(entity, value, records, bench, discourse)
        if entity is None or mention is None:
            return None
        named = (entity.called,) if mention.title is not None and entity.called else ()
        known_by = (*named, *(each.field for each in mention.properties))
        return _Told(_plainly(mention, discourse), known_by)
    known = [k for k in task.user.knows if (k.call, k.path) == (number, f"/{escape(name)}")]
    forms = discourse.speaker.forms(value, shape)
    said = known[0].said if known else forms[0] if forms else ""
    kind = discourse.speaker.kind(value, shape)
    words = discourse.quoted(said) if kind == "text" else said
    return _Told(f"the {spaced(tool.sets.get(name, name))} {words}") if said else None


def _plainly(mention: Mention, discourse: Discourse) -> str:
    """Return how a record is called by an agent, who has none of its own."""
    entity = mention.entity
    if mention.title is None or mention.properties or entity.person:
        return discourse.in_full(mention)
    return f"the {entity.noun} {discourse.quoted(mention.title)}"


def _mention(
    entity: EntityMeaning, key: Json, records: Records, bench: Bench, discourse: Discourse
) -> Mention | None:
    """Return how a record is known by itself, without what it belongs to."""
    row = records.get(entity, key)
    if row is None:
        return None
    mention = describe(entity, row, records, bench.glossary, discourse.speaker)
    return None if mention is None or mention.parent is not None else mention


def _asked(tool: ToolMeaning, entity: EntityMeaning | None, told: dict[str, _Told]) -> str:
    """Return what is to be done, with the record that it is done to."""
    noun = entity.noun if entity is not None else ""
    verb = verb_of(tool, noun) if noun else ""
    named = spaced(tool.short)
    if tool.key in told and verb and verb != named:
        return f"{verb} {told[tool.key].words}"
    if tool.key in told:
        return f"use {named} for {told[tool.key].words}"
    return f"{verb} {with_article(noun)}" if verb and verb != named else f"use {named}"


def _details(tool: ToolMeaning, told: dict[str, _Told]) -> Iterator[str]:
    """Yield what else is to be entered."""
    parts = [each.words for name, each in told.items() if name != tool.key]
    if parts:
        yield f"Choose {joined(parts)} there."
