"""What a user knows, what of it is told only when asked for, and the questions to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from envfactory.task.convey.item import Item, items_of
from envfactory.task.grounding.arrange import Plan
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.meanings.words import spaced
from envfactory.task.model import Ask
from envfactory.task.phrasing.manner import Told, record_id
from envfactory.task.phrasing.phrase import Worded
from envfactory.task.phrasing.saying import Said, argument
from envfactory.task.surface.polish import capital
from envfactory.task.user import Knowledge

_REQUEST = " (request "
"""Tells apart what is called the same in several requests."""


def knowledge_of(plan: Plan, turns: Sequence[Worded], glossary: Glossary) -> tuple[Knowledge, ...]:
    """Return what the user knows: every value that calls are given, in the user's words.

    What a withheld value is called (`Knowledge.about`) is different from all others.
    """
    known: list[Knowledge] = []
    for number, (turn, places) in enumerate(zip(turns, plan.turns, strict=True)):
        said = {(each.call, each.pointer): each for each in turn.said}
        for place in places:
            known += _known(plan, glossary, number, place, said)
        withheld = {record_id(told.mention): told for told in turn.told if told.kind == "withheld"}
        known += [
            _record(item, withheld[item.record])
            for item in items_of(plan)
            if item.turn == number and item.record in withheld
        ]
    times = Counter(each.about for each in known)
    return tuple(
        each
        if times[each.about] == 1
        else each.model_copy(update={"about": f"{each.about}{_REQUEST}{each.turn + 1})"})
        for each in known
    )


def asks_of(turn: int, knowledge: Sequence[Knowledge]) -> tuple[Ask, ...]:
    """Return the questions that a good agent asks in a turn: one for each thing not told."""
    return tuple(
        Ask(text=_question(known.about), about=known.about)
        for known in knowledge
        if known.turn == turn and known.withheld
    )


def _question(about: str) -> str:
    """Return the question for what a piece of knowledge is about."""
    about = about.partition(_REQUEST)[0]
    if about.startswith("which "):
        return f"{capital(about)}?"
    label = about.partition(" of the ")[0]
    many = label.endswith("s") and not label.endswith(("ss", "us", "is"))
    return f"What {'are' if many else 'is'} the {about}?"


def _record(item: Item, told: Told) -> Knowledge:
    """Return which record is meant, as the user tells it when asked."""
    mention = told.mention
    properties = [f"{said.value}" for said in mention.properties]
    return Knowledge(
        about=f"which {mention.entity.noun} is meant",
        value=mention.title,
        said=", ".join([mention.title or "", *properties]),
        turn=item.turn,
        withheld=True,
        call=item.call,
        path=item.pointer,
    )


def _known(
    plan: Plan, glossary: Glossary, turn: int, place: int, said: dict[tuple[int, str], Said]
) -> Iterator[Knowledge]:
    call = plan.calls[place]
    entity = glossary.entity(call.meaning.environment, call.meaning.table)
    noun = entity.noun if entity is not None else spaced(call.meaning.short)
    for pointer, leaf in call.leaves.items():
        if leaf.kind != "said" or leaf.slot is None:
            continue
        value = argument(call, pointer)
        words = said.get((place, pointer))
        yield Knowledge(
            about=f"{leaf.slot.label} of the {noun}",
            value=value,
            said=words.form if words is not None else str(value),
            turn=turn,
            withheld=words is not None and words.kind == "withheld",
            call=place,
            path=pointer,
        )
