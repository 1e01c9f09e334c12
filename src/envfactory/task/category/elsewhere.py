"""`sources`: values in other environments that could stand for one which the user says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from envfactory.environment.world import SEPARATOR
from envfactory.graph.path import escape, names, values_at
from envfactory.records import Json
from envfactory.task.category.bench import Bench, calls_of, play
from envfactory.task.grounding.larder import is_natural
from envfactory.task.meanings.meaning import EntityMeaning, FieldMeaning
from envfactory.task.meanings.spoken import is_money
from envfactory.task.meanings.words import is_many, load_words
from envfactory.task.model import Conveyed, Criterion, EnvironmentRef, GoldCall, Task
from envfactory.task.surface.protect import quoted

_LONGEST = 160
_TOLD = 60
"""Letters in what people repeat of a record to point it out."""
_CARRIED = frozenset({"text", "date", "datetime"})
"""Kinds of values that mean the same in every environment."""
_WORLDLY = frozenset({"status", "state", "type", "kind", "category"})
"""What means something else in each environment, though it is called the same."""
_TESTS: tuple[Literal["most", "least"], ...] = ("most", "least")
_EXTREMES = {
    "date": ("latest", "earliest"),
    "datetime": ("latest", "earliest"),
    "number": ("highest", "lowest"),
    "integer": ("highest", "lowest"),
}
"""What people call the most and the least of something."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that the user says in words that can be replaced.

    Attributes:
        turn: Where it is said.
        conveyed: How.
        field: What takes it.
        value: What it is.
        entity: The kind of record that takes it.
        quotes: The quotation marks of the person who says it.
    """

    turn: int
    conveyed: Conveyed
    field: FieldMeaning
    value: str
    entity: EntityMeaning
    quotes: str

    @property
    def is_title(self) -> bool:
        """Whether it is what the record is to be called."""
        return self.field.name == self.entity.title


@dataclass(frozen=True, slots=True)
class Source:
    """A value in another environment, of a record that something tells apart.

    Attributes:
        ref: The environment.
        call: The look-up that returns it.
        records: Where the records are in the result, with `*` for any.
        path: Where the value is.
        field: What holds it.
        record: What people call the record.
        criterion: What tells it apart.
    """

    ref: EnvironmentRef
    call: GoldCall
    records: str
    path: str
    entity: EntityMeaning
    field: FieldMeaning
    record: str
    criterion: Criterion
    value: str

    @property
    def phrase(self) -> str:
        """What people call the value."""
        label = self.field.label.removeprefix(f"{self.entity.noun} ")
        return f"the {label} of {self.record}"


def slots(task: Task, bench: Bench) -> Iterator[Slot]:
    """Yield the texts that the user says word by word, and nowhere else."""
    calls = calls_of(task)
    for number, turn in enumerate(task.turns):
        for conveyed in turn.conveyed:
            call = calls[conveyed.call]
            tool = bench.glossary.tools[call.tool]
            entity = bench.glossary.entity(tool.environment, tool.table)
            keys = names(conveyed.path)
            if conveyed.kind != "explicit" or entity is None or len(keys) != 1:
                continue
            field = entity.fields.get(tool.sets.get(keys[0], ""))
            value = call.arguments.get(keys[0])
            if field is None or not isinstance(value, str) or field.shape.kind not in _CARRIED:
                continue
            said = [each.request for each in task.turns] + [each.answer for each in task.turns]
            if sum(text.count(conveyed.text) for text in said[: len(task.turns)]) == 1 and value:
                quotes = task.user.persona.quotes
                yield Slot(number, conveyed, field, value, entity, quotes)


def sources(task: Task, slot: Slot, bench: Bench, rng: random.Random) -> Iterator[Source]:
    """Yield values of the same sort in other environments, those of the task first."""
    calls = calls_of(task)
    home = calls[slot.conveyed.call].tool.partition(SEPARATOR)[0]
    nouns = {e.head for e in bench.glossary.entities.values() if e.environment == home}
    had = {ref.name: ref for ref in task.environments}
    others = [name for name in sorted(bench.packages) if bench.packages[name].scenarios]
    rng.shuffle(others)
    for name in sorted(others, key=lambda each: each not in had):
        if name == home:
            continue
        package = bench.packages[name]
        drawn = rng.choice(package.scenarios)
        ref = had.get(name) or EnvironmentRef(name=name, identity=package.identity, scenario=drawn)
        before = [call for turn in task.turns[: slot.turn] for call in turn.calls]
        for source in _listed(ref, before, slot, bench):
            if source.entity.head not in nouns:
                yield source


def _listed(
    ref: EnvironmentRef, before: list[GoldCall], slot: Slot, bench: Bench
) -> Iterator[Source]:
    """Yield what look-ups that need nothing find; only those that return every record."""
    world = bench.world([ref])
    play(world, [call for call in before if call.tool.startswith(f"{ref.name}{SEPARATOR}")])
    state = world.to_scenario()[ref.name]
    for tool in bench.glossary.tools.values():
        entity = bench.glossary.entity(tool.environment, tool.table)
        if tool.environment != ref.name or tool.kind != "list" or entity is None:
            continue
        if entity.title is None or tool.arguments.required:
            continue
        value = world.call(tool.tool, {}).value
        table = state.get(entity.table) if isinstance(state, dict) else None
        for pattern in ("/*", "/items/*"):
            rows = [(p, row) for p, row in values_at(value, pattern) if isinstance(row, dict)]
            whole = isinstance(table, list) and len(rows) == len(table)
            if rows and whole and isinstance(state, dict):
                call = GoldCall(
                    tool=tool.tool, arguments={}, origins={}, value=value, changes_state=False
                )
                if slot.is_title and entity.person != slot.entity.person:
                    continue  # nobody is called like a thing
                found = _titled if slot.is_title else _told
                for path, field, record, criterion, each in found(rows, entity, slot):
                    if slot.field.shape.kind != "text" and each < str(state.get("now"))[:10]:
                        continue  # nobody plans anything for a day that has passed
                    yield Source(ref, call, pattern, path, entity, field, record, criterion, each)


_Rows = list[tuple[str, dict[str, Json]]]
_Found = tuple[str, FieldMeaning, str, Criterion, str]


def _told(rows: _Rows, entity: EntityMeaning, slot: Slot) -> Iterator[_Found]:
    """Yield texts like the one that is said, of records that their titles tell apart."""
    assert entity.title is not None
    titles = [row.get(entity.title) for _, row in rows]
    for path, row in rows:
        title = row.get(entity.title)
        if not isinstance(title, str) or not is_natural(title) or titles.count(title) > 1:
            continue
        for field in entity.fields.values():
            value = row.get(field.name)
            if _alike(field, slot.field, entity) and isinstance(value, str) and _fit(value, slot):
                criterion = Criterion(field=entity.title, value=title)
                record = f"the {entity.noun} {quoted(title, slot.quotes)}"
                yield f"{path}/{escape(field.name)}", field, record, criterion, value


def _titled(rows: _Rows, entity: EntityMeaning, slot: Slot) -> Iterator[_Found]:
    """Yield titles of records that have the most or the least of something, or say something."""
    assert entity.title is not None
    yield from _titled_by_speech(rows, entity, slot)
    for field in entity.fields.values():
        words = _EXTREMES.get(field.shape.kind)
        if words is None or not _can_be_compared(field) or entity.person:
            continue
        values = [(row.get(field.name), path, row) for path, row in rows]
        known = [each for each in values if isinstance(each[0], str | int | float)]
        if len(known) < 2 or len({type(value) for value, *_ in known} - {int}) > 1:
            continue
        for test, word, extreme in zip(_TESTS, words, (max, min), strict=True):
            best = extreme(value for value, *_ in known)  # type: ignore[type-var]
            holding = [(path, row) for value, path, row in known if value == best]
            title = holding[0][1].get(entity.title)
            if len(holding) == 1 and isinstance(title, str) and _fit(title, slot):
                criterion = Criterion(field=field.name, test=test)
                record = f"the {entity.noun} with the {word} {field.label}"
                path = f"{holding[0][0]}/{escape(entity.title)}"
                yield path, entity.fields[entity.title], record, criterion, title


def _titled_by_speech(rows: _Rows, entity: EntityMeaning, slot: Slot) -> Iterator[_Found]:
    """Yield titles of records that something short which no other record says tells apart."""
    title, speech = entity.title or "", entity.fields.get(entity.speech or "")
    if speech is None or not speech.said or speech.name == title:
        return
    spoken = [row.get(speech.name) for _, row in rows]
    for (path, row), text in zip(rows, spoken, strict=True):
        name = row.get(title)
        if not isinstance(text, str) or len(text) > _TOLD or spoken.count(text) > 1:
            continue
        if is_natural(text) and isinstance(name, str) and _fit(name, slot):
            reads = "read" if is_many(speech.label) else "reads"
            told = quoted(text.rstrip("."), slot.quotes)
            record = f"the {entity.noun} whose {speech.label} {reads} {told}"
            criterion = Criterion(field=speech.name, value=text)
            yield f"{path}/{escape(title)}", entity.fields[title], record, criterion, name


def _can_be_compared(field: FieldMeaning) -> bool:
    """Return whether people would say of a record that it has the most of something."""
    if not field.said or field.reference is not None or field.label.startswith("last "):
        return False
    return field.shape.kind in ("date", "datetime") or is_money(field.label)


def _alike(field: FieldMeaning, wanted: FieldMeaning, entity: EntityMeaning) -> bool:
    """Return whether one field could hold what another does: both texts, or called the same.

    Days and times are what they are in every environment: something can be due when a trip starts.
    """
    if field.shape.kind != wanted.shape.kind or not field.said or field.name == entity.title:
        return False
    if field.shape.kind in ("date", "datetime"):
        return not field.label.startswith("last ")
    if field.reference is not None or field.label.rpartition(" ")[2] in _WORLDLY:
        return False
    speech = load_words().speech
    return (field.name in speech and wanted.name in speech) or field.label == wanted.label


def _fit(value: str, slot: Slot) -> bool:
    longest = slot.field.shape.max_length or _LONGEST
    if slot.field.shape.kind != "text":
        return value != slot.value
    return (
        0 < len(value) <= min(longest, _LONGEST)
        and is_natural(value)
        and value.casefold() != slot.value.casefold()
    )
