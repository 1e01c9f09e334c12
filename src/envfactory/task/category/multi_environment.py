"""Several environments: a value that the user gave is looked up in another environment instead.

Instead of saying the notes of a new task, the user says that they are the description of a certain
ticket: the agent has to find the ticket in one environment and carry what it says to the other.
"""

from __future__ import annotations

import random
import re

from envfactory.graph.path import escape, names, values_at
from envfactory.records import Json, canonical_json
from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.category.elsewhere import Slot, Source, slots, sources
from envfactory.task.category.insert import executed, inserted
from envfactory.task.convey import unproven
from envfactory.task.goal import judge
from envfactory.task.grounding.call import place
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.records import Records
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.spoken import speaker_at
from envfactory.task.model import Check, Conveyed, Origin, Proof, Task

_QUOTES = "“”‘’\"'"
_TITLES = (
    (r"\b(?:called|named|titled) {said}", "called the same as {record}"),
    (r"(?P<before>\b[Cc]all (?:it|that|this) ){said}", "the same as {record}"),
    (r"(?P<before>\b{noun}):? {said}(?=[\s.,;!?]|$)", " called the same as {record}"),
)
"""How a request says what a new record is called, and how it says that it is as another is."""
_VALUES = (
    (
        r"(?P<before>\b(?:with|and|,) )(?:the |an? ){label} (?:of )?{said}",
        "{phrase} as the {label}",
    ),
    (r"(?P<before>\b{label}\b[^.?!]* to ){said}", "{phrase}"),
    (r"(?P<before>\b{label} (?:is|are|should be|shall be) ){said}", "{phrase}"),
    (r"(?P<before>\b{label}: ){said}", "{phrase}"),
    (r"(?P<before>[(,] ?){label} {said}", "{phrase} as the {label}"),
    (r"{said}(?= (?:in )?as (?:the |its |an? )?(?:new )?{label}\b)", "{phrase}"),
    (r",? due (?:on |at |by )?{said}", ", with {phrase} as the {label}"),
)
"""How a request says any value, and how it says that it is that of another record."""


def carry(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task with a value that has to be found in another environment.

    Proven by execution: the look-up leaves exactly one record of that title, which holds the value;
    no message says it; and with the value that the user gave before, the goal is missed.
    """
    said = list(slots(task, bench))
    if not said:
        return Dropped("no value that could be looked up elsewhere")
    rng.shuffle(said)
    reason = Dropped("no such value in another environment", f"{len(said)} values")
    for slot in said:
        for source in sources(task, slot, bench, rng):
            made = _carried(task, slot, source, bench)
            if isinstance(made, Task):
                return made
            reason = made
    return reason


def _carried(task: Task, slot: Slot, source: Source, bench: Bench) -> Task | Dropped:
    turn = task.turns[slot.turn]
    request = _reworded(turn.request, slot, source)
    if request is None:
        return Dropped("nobody talks like that", turn.request)
    number = slot.conveyed.call
    if source.ref not in task.environments:
        task = task.model_copy(update={"environments": (*task.environments, source.ref)})
    made = inserted(task, source.call, number, slot.turn)
    made = _rewritten(made, slot, source, request)
    done = executed(made, bench.world(made.environments))
    if done is None:
        return Dropped("the value is refused", source.value)
    difficulty = done.difficulty.model_copy(
        update={
            "calls": done.difficulty.calls + 1,
            "lookups": done.difficulty.lookups + 1,
            "tools_offered": bench.offered(done),
        }
    )
    done = done.model_copy(update={"category": "multi_environment", "difficulty": difficulty})
    checks = _checks(done, task, slot, source, bench)
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(done.model_copy(update={"checks": checks}))


def _reworded(request: str, slot: Slot, source: Source) -> str | None:
    """Return the request with the value told as that of the other record; None if it reads ill."""
    text, label = re.escape(slot.conveyed.text), re.escape(slot.field.label)
    said = rf"(?:[{_QUOTES}]{text}[{_QUOTES}]|(?<![\w{_QUOTES}]){text}(?![\w{_QUOTES}]))"
    gaps = {"label": label, "said": said, "noun": re.escape(slot.entity.noun)}
    told = {"phrase": source.phrase, "record": source.record, "label": slot.field.label}
    for pattern, words in (*(_TITLES if slot.is_title else ()), *_VALUES):
        found = re.search(pattern.format(**gaps), request)
        if found is not None:
            before = found.groupdict().get("before") or ""
            return _replaced(request, found, before + words.format(**told), slot.conveyed.text)
    return None


def _replaced(request: str, found: re.Match[str], told: str, text: str) -> str:
    """Put other words in; where the text ended the sentence, they do."""
    rest = request[found.end() :]
    if text[-1:] in ".!?" and (not rest or re.match(r" +[A-Z]", rest)):
        told += "."
    return request[: found.start()] + told + rest


def _rewritten(made: Task, slot: Slot, source: Source, request: str) -> Task:
    """Return the task, look-up included, with the new value in its call and in its words."""
    number = slot.conveyed.call
    (key,) = names(slot.conveyed.path)
    conveyed = Conveyed(
        call=number + 1,
        path=slot.conveyed.path,
        kind="constraint",
        text=source.phrase,
        proof=Proof(
            calls=((source.call.tool, {}),),
            path=source.records,
            criteria=(source.criterion,),
            take=f"/{escape(source.field.name)}",
            selection=f"{source.field.label} of {source.record}",
            among=len(list(values_at(source.call.value, source.records))),
        ),
    )
    turn = made.turns[slot.turn]
    before = sum(len(each.calls) for each in made.turns[: slot.turn])
    calls = list(turn.calls)
    call = calls[number + 1 - before]
    arguments: dict[str, Json] = dict(call.arguments)
    place(arguments, (key,), source.value)
    origin = Origin(kind="result", call=number, path=source.path)
    calls[number + 1 - before] = call.model_copy(
        update={
            "arguments": arguments,
            "origins": {**call.origins, slot.conveyed.path: origin},
        }
    )
    was, now = (canonical_json(value).decode() for value in (slot.value, source.value))
    told = [
        conveyed if (each.call, each.path) == (number + 1, slot.conveyed.path) else each
        for each in turn.conveyed
    ]
    changed = turn.model_copy(
        update={
            "request": request,
            "intent": turn.intent.replace(was, now),
            "calls": tuple(calls),
            "answer": turn.answer.replace(slot.conveyed.text, _answered(slot, source)),
            "conveyed": tuple(told),
        }
    )
    turns = (*made.turns[: slot.turn], changed, *made.turns[slot.turn + 1 :])
    knows = tuple(
        known
        for known in made.user.knows
        if (known.call, known.path) != (number + 1, slot.conveyed.path)
    )
    user = made.user.model_copy(update={"knows": knows})
    return made.model_copy(update={"turns": turns, "user": user})


def _answered(slot: Slot, source: Source) -> str:
    """Return how the answer tells the value: texts in full, days as whose they are."""
    return source.value if slot.field.shape.kind == "text" else source.phrase


def _checks(done: Task, base: Task, slot: Slot, source: Source, bench: Bench) -> tuple[Check, ...]:
    said = [turn.request for turn in done.turns] + [known.said for known in done.user.knows]
    records = Records.of(bench.world(done.environments))
    speaker = speaker_at(records.now(ref.name) for ref in done.environments)
    forms = speaker.forms(source.value, slot.field.shape)
    unsaid = not any(contains(text, (source.value, *forms)) for text in said)
    other = play(bench.world(done.environments), calls_of(base)).changes
    open_ = [problem for _, problem in unproven(done, lambda: bench.world(done.environments))]
    return (
        check_gold(done, bench),
        check_nothing(done),
        Check(name="no message says what is carried", passed=unsaid, detail=source.phrase),
        Check(
            name="another value misses the goal",
            passed=not judge(done.goal, other, answers_of(done)).reached,
            detail=slot.value,
        ),
        Check(
            name="every proof holds",
            passed=not open_,
            detail="; ".join(open_) or f"from {source.call.tool}",
        ),
    )
