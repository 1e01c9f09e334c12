"""Missing information: something that only the user knows is left out, and has to be asked for.

What is withheld, and the words that do without it, come from how the base task is told (see
`task.convey`). Here it is shown that there is no way around asking: whoever puts in another value,
or leaves it out, misses the goal, and there are too many values to hit upon the right one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy

from envfactory.graph.path import names, values_at
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
from envfactory.task.goal import reaches
from envfactory.task.grounding.call import place
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.records import Records
from envfactory.task.model import Check, GoldCall, Task
from envfactory.task.user import Knowledge

ASKED = "what is withheld is asked for"
GUESSED = "guessing what is withheld fails"

_FEWEST_VALUES = 3
"""Possible values below which a guess is too likely to be right."""

_GUESSES = 6


def withhold(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return a task that cannot be done without asking the user, or why this one can be.

    Proven by execution: other values in the place of each that is withheld miss the goal.
    """
    withheld = [known for known in task.user.knows if known.withheld]
    if not withheld:
        return Dropped("nothing is withheld", f"{len(task.user.knows)} values are told")
    guesses = 0
    for known in withheld:
        if not known.path:  # a record that is only asked about
            if not _distinguished(task, known):
                return Dropped("a guess is likely to be right", known.about)
            continue
        others = list(_others(task, known, bench))
        if len(others) + 1 < _FEWEST_VALUES:
            return Dropped("a guess is likely to be right", known.about)
        for value in rng.sample(others, min(len(others), _GUESSES)):
            if _succeeds(task, _with(task, known, value), bench):
                return Dropped("a guess does as well", f"{known.about}: {value}")
            guesses += 1
        if _succeeds(task, _with(task, known, None), bench):
            return Dropped("nothing does as well", known.about)
    asked = [ask.about for turn in task.turns for ask in turn.asks]
    unasked = [known.about for known in withheld if known.about not in asked]
    checks = (
        check_gold(task, bench),
        check_nothing(task),
        Check(name=ASKED, passed=not unasked, detail=", ".join(unasked) or f"{len(asked)} asked"),
        Check(name=GUESSED, passed=True, detail=f"{guesses} guesses"),
    )
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    ours = {check.name for check in checks}
    kept = tuple(check for check in task.checks if check.name not in ours)
    update = {"category": "missing_information", "checks": (*kept, *checks)}
    return sealed(task.model_copy(update=update))


def _distinguished(task: Task, known: Knowledge) -> bool:
    """Return whether what is asked about a record is something else of enough other records."""
    facts = [fact for fact in task.goal.facts if fact.call == known.call]
    return bool(facts) and all(len(fact.rivals) + 1 >= _FEWEST_VALUES for fact in facts)


def _others(task: Task, known: Knowledge, bench: Bench) -> Iterator[Json]:
    """Yield what could be meant instead: other records, other choices, other records' values."""
    if known.call is None or known.path is None:
        return
    call = calls_of(task)[known.call]
    tool = bench.glossary.tools[call.tool]
    shape = tool.arguments.at(re.sub(r"/\d+(?=/|$)", "/*", known.path))
    records = Records.of(bench.world(task.environments))
    seen = {canonical_json(_value(call, known.path))}
    found: list[Json] = []
    if shape is not None and shape.entity is not None:
        entity = bench.glossary.entity(tool.environment, shape.entity)
        found = [row.get(entity.key) for row in records.all(entity)] if entity else []
    else:
        found = list(shape.choices) if shape is not None else []
        entity = bench.glossary.entity(tool.environment, tool.table)
        field = tool.sets.get(names(known.path)[0]) or names(known.path)[-1]
        found += [row.get(field) for row in records.all(entity)] if entity else []
        found += _made_up(_value(call, known.path)) if shape is None or not shape.choices else []
    for value in found:
        content = canonical_json(value)
        if value is not None and content not in seen:
            seen.add(content)
            yield value


def _made_up(value: Json) -> list[Json]:
    """Return values that an agent might make up."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [0, 1, value + 1]
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d", value):
        return ["Untitled", "TBD", "To be specified"]
    return []


def _value(call: GoldCall, path: str) -> Json:
    return next((value for _, value in values_at(dict(call.arguments), path)), None)


def _with(task: Task, known: Knowledge, value: Json) -> list[GoldCall]:
    """Return the gold calls with another value wherever the withheld one stands in its turn.

    None takes the argument away, and with it a call that cannot be made without it.
    """
    calls = list(calls_of(task))
    if known.call is None or known.path is None:
        return calls
    own = _value(calls[known.call], known.path)
    first = sum(len(turn.calls) for turn in task.turns[: known.turn])
    for number in range(first, first + len(task.turns[known.turn].calls)):
        arguments = deepcopy(calls[number].arguments)
        for path, leaf in _leaves(arguments):
            if leaf == own and (number == known.call or path[-1] == names(known.path)[-1]):
                if value is None and len(path) == 1:
                    del arguments[path[0]]
                else:
                    place(arguments, path, value)
        calls[number] = calls[number].model_copy(update={"arguments": arguments})
    return calls


def _leaves(value: Json, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Json]]:
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in _leaves(part, (*path, key))]
    if isinstance(value, list):
        inner = [_leaves(part, (*path, str(number))) for number, part in enumerate(value)]
        return [leaf for part in inner for leaf in part]
    return [(path, value)]


def _succeeds(task: Task, calls: Sequence[GoldCall], bench: Bench) -> bool:
    played = play(bench.world(task.environments), calls)
    facts = {
        fact.call: canonical_json(played.values[fact.call])
        == canonical_json(calls_of(task)[fact.call].value)
        for fact in task.goal.facts
    }
    seen = all(facts.values())
    return seen and reaches(task.goal, played.changes, answers_of(task))
