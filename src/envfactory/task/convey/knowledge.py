"""What a user knows, what of it is told only when asked for, and the questions to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from envfactory.task.arrange import Plan
from envfactory.task.clause import Said, argument
from envfactory.task.meaning import Glossary
from envfactory.task.model import Ask, Knowledge
from envfactory.task.phrase import Worded
from envfactory.task.words import spaced


def knowledge_of(plan: Plan, turns: Sequence[Worded], glossary: Glossary) -> tuple[Knowledge, ...]:
    """Return what the user knows: every value that calls are given, in the user's words.

    What a withheld value is called (`Knowledge.about`) is different from all others.
    """
    known: list[Knowledge] = []
    for number, (turn, places) in enumerate(zip(turns, plan.turns, strict=True)):
        said = {(each.call, each.pointer): each for each in turn.said}
        for place in places:
            known += _known(plan, glossary, number, place, said)
    times = Counter(each.about for each in known)
    return tuple(
        each
        if times[each.about] == 1
        else each.model_copy(update={"about": f"{each.about} (request {each.turn + 1})"})
        for each in known
    )


def asks_of(turn: int, knowledge: Sequence[Knowledge]) -> tuple[Ask, ...]:
    """Return the questions that a good agent asks in a turn: one for each thing not told."""
    return tuple(
        Ask(text=f"What is the {known.about}?", about=known.about)
        for known in knowledge
        if known.turn == turn and known.withheld
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
