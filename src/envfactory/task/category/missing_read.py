"""Missing tool, for questions: what is asked for could only be read with a tool that is kept back.

Kept back are all tools that show it: a search by execution tries the others with what the solution
knows, the key of the record among it, and finds none that does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.graph.path import unescape, values_at
from envfactory.records import Json
from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.category.inability import unable_to_tell
from envfactory.task.category.refused import refused
from envfactory.task.category.search import Search
from envfactory.task.goal import judge
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.model import Check, Fact, Task, Turn

_MOST_HIDDEN = 8
_DISTINCT = 4
"""Characters from which on a text is hardly that of another record by chance."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question is about.

    Attributes:
        row: The record as the result shows it.
        field: What is asked of it.
    """

    entity: EntityMeaning
    row: dict[str, Json]
    field: str

    @property
    def value(self) -> Json:
        """What it is."""
        return self.row[self.field]

    def shown_in(self, value: Json) -> bool:
        """Return whether a result tells it: beside the record's key, or by so much of a text."""
        text = isinstance(self.value, str) and len(self.value) >= _DISTINCT
        choice = self.entity.fields[self.field].shape.kind in ("choice", "boolean")
        for part in _parts(value):
            if isinstance(part, dict):
                same = part.get(self.entity.key) == self.row[self.entity.key]
                if same and part.get(self.field) == self.value:
                    return True
            elif text and not choice and part == self.value:
                return True
        return False


def asks_only(turn: Turn) -> bool:
    """Return whether a turn asks a question and changes nothing."""
    return bool(turn.calls) and not any(call.changes_state for call in turn.calls)


def miss_read(task: Task, number: int, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task up to a turn whose question no tool on offer can answer.

    Proven by execution: no call that the solution could make shows what is asked for.
    """
    facts = [fact for fact in task.goal.facts if fact.turn == number]
    asked = [_asked(task, fact, bench) for fact in facts]
    if len(asked) != 1 or asked[0] is None:
        return Dropped("the question is not about one value of a record", f"{len(facts)} facts")
    about = asked[0]
    before = [call for turn in task.turns[:number] for call in turn.calls]
    world = bench.world(task.environments)
    done = play(world, before).changes
    search = Search(world, bench.glossary, task.turns[number].calls, ())
    search.know(about.entity.table, about.row[about.entity.key])
    offered = [
        tool.tool
        for tool in bench.glossary.tools.values()
        if tool.environment in {ref.name for ref in task.environments}
        and tool.actor == "agent"
        and tool.tool not in task.hidden_tools
    ]
    own = calls_of(task)[facts[0].call].tool
    hidden = sorted({own, *search.showing(offered, about.shown_in)})
    if len(hidden) > _MOST_HIDDEN:
        return Dropped("too many tools tell it", ", ".join(hidden))
    if any(call.tool in hidden for call in before):
        return Dropped("an earlier turn needs the tool", ", ".join(hidden))
    if any(about.shown_in(call.value) for call in before):
        return Dropped("an earlier turn tells it", own)
    label = about.entity.fields[about.field].label
    said = unable_to_tell(label, about.entity, bench.glossary, rng)
    kept = tuple(sorted({*task.hidden_tools, *hidden}))
    held = task.model_copy(update={"category": "missing_tool", "hidden_tools": kept})
    made = refused(held, said.refusal(number, "missing_tool"), said.answer, 0, done, bench)
    checks = _checks(made, task.turns[number], f"{search.tried} calls tried", bench)
    for check in checks:
        if not check.passed:
            return Dropped(f"check failed: {check.name}", check.detail)
    return sealed(made.model_copy(update={"checks": checks}))


def _asked(task: Task, fact: Fact, bench: Bench) -> _Asked | None:
    """Return the record and the field that a fact is about; None for counts and the like."""
    call = calls_of(task)[fact.call]
    tool = bench.glossary.tools[call.tool]
    entity = bench.glossary.entity(tool.environment, tool.table)
    place, _, name = fact.path.rpartition("/")
    row = next((value for _, value in values_at(call.value, place)), None)
    field = unescape(name)
    if entity is None or not isinstance(row, dict) or row.get(field) is None:
        return None
    if field not in entity.fields or not isinstance(row.get(entity.key), str | int):
        return None
    return _Asked(entity, row, field)


def _parts(value: Json) -> Iterator[Json]:
    """Yield a value and all that it holds."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from _parts(part)


def _checks(made: Task, turn: Turn, searched: str, bench: Bench) -> Sequence[Check]:
    answers = answers_of(made)
    done = play(bench.world(made.environments), calls_of(made)).changes
    return (
        check_gold(made, bench),
        check_nothing(made),
        Check(
            name="no tool on offer tells it",
            passed=True,
            detail=f"{searched}, {len(made.hidden_tools)} tools kept back",
        ),
        Check(
            name="answering all the same misses the goal",
            passed=not judge(made.goal, done, (*answers[:-1], turn.answer)).reached,
            detail=turn.answer,
        ),
        Check(
            name="the tools before are on offer",
            passed=not {call.tool for call in calls_of(made)} & set(made.hidden_tools),
        ),
    )
