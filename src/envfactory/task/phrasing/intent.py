"""`intent_of`: what a call is meant to do, plainly and in full; never for the agent."""

from __future__ import annotations

from envfactory.records import canonical_json
from envfactory.task.grounding.call import Call
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.meanings.words import spaced
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
    subject = f"{verb} {noun}" if verb != "other" and noun else spaced(call.meaning.short)
    details = []
    for pointer, leaf in call.leaves.items():
        value = canonical_json(argument(call, pointer)).decode()
        if leaf.kind == "said" and leaf.slot is not None:
            details.append(f"{leaf.slot.label} = {value}")
        elif leaf.kind == "named" and leaf.mention is not None:
            title = f" {leaf.mention.title!r}" if leaf.mention.title else ""
            details.append(f"{leaf.mention.entity.noun}{title} ({value})")
    if isinstance(part, Question):
        details.append("wanted: " + ", ".join(fact.path or "all" for fact in part.facts))
    return f"{subject[:1].upper()}{subject[1:]}: {'; '.join(details)}."
