"""`intent_of`: what a call is meant to do, plainly and in full; never for the agent."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.graph.path import names
from envfactory.records import canonical_json
from envfactory.task.grounding.call import Call
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.meanings.words import spaced
from envfactory.task.model import Fact
from envfactory.task.phrasing.clause import Clause
from envfactory.task.phrasing.question import Question
from envfactory.task.phrasing.saying import argument


def intent_of(call: Call, glossary: Glossary, part: Clause | Question) -> str:
    """Return one plain sentence with every value that the call depends on.

    Args:
        call: The call.
        glossary: What tools and records mean.
        part: How it was asked for; a question's facts are named.
    """
    entity = glossary.entity(call.meaning.environment, call.meaning.table)
    noun = entity.noun if entity is not None else ""
    verb = "find" if isinstance(part, Question) else call.meaning.kind
    told = verb not in ("action", "adjust", "order", "other") and noun
    subject = f"{verb} {noun}" if told else spaced(call.meaning.short)
    details = []
    for pointer, leaf in call.leaves.items():
        value = canonical_json(argument(call, pointer)).decode()
        if leaf.kind == "said" and leaf.slot is not None:
            details.append(f"{leaf.slot.label} = {value}")
        elif leaf.kind == "named" and leaf.mention is not None:
            title = f" {leaf.mention.title!r}" if leaf.mention.title else ""
            details.append(f"{leaf.mention.entity.noun}{title} ({value})")
    if isinstance(part, Question):
        details.append(f"wanted: {_wanted(part.facts)}")
    return f"{subject[:1].upper()}{subject[1:]}: {'; '.join(details)}."


def _wanted(facts: Sequence[Fact]) -> str:
    """Return what an answer has to tell: `name ("Daisy", "Milo")`, `how many pets (8)`."""
    values: dict[str, list[str]] = {}
    for fact in facts:
        values.setdefault(_asked(fact), []).append(canonical_json(fact.value).decode())
    return ", ".join(f"{asked} ({', '.join(told)})" for asked, told in values.items())


def _asked(fact: Fact) -> str:
    if fact.over is not None:
        field = fact.over.field
        return f"total {spaced(field)}" if field else f"how many {fact.label}".rstrip()
    fields = [part for part in names(fact.path) if not part.isdigit()]
    return spaced(fields[-1]) if fields else f"how many {fact.label}".rstrip()
