"""`Act`: something that can be done to a record, for which at most one value has to be said."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.slots import Slot, settable
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Origin
from envfactory.task.phrasing.possession import yours
from envfactory.task.shapes.view import Shown, View
from envfactory.task.shapes.wording import load_templates
from envfactory.task.surface.polish import its

_SPOKEN = frozenset({"date", "datetime", "choice"})
"""Kinds of values that several records may well be given at once."""
_SETTLED = frozenset({"currency", "gender", "language", "type"})


@dataclass(frozen=True, slots=True)
class Act:
    """A tool that changes one record.

    Attributes:
        slot: The one value that the user says, if any.
        value: That value.
        words: The value, or what the record becomes, in words.
    """

    tool: ToolMeaning
    slot: Slot | None = None
    value: Json = None
    words: str = ""

    def arguments(
        self, view: View, shown: Shown
    ) -> tuple[dict[str, Json], dict[str, Origin]] | None:
        """Return the arguments for a record, and where an agent has them from; None without."""
        last = len(view.looks) - 1
        arguments: dict[str, Json] = {}
        origins: dict[str, Origin] = {}
        fields = {self.tool.key or "": shown.key_field, **self.tool.scope}
        for parameter, field in fields.items():
            pointer = f"/{escape(parameter)}"
            if field in shown.row:
                path = f"{shown.place}/{escape(field)}"
                arguments[parameter] = shown.row[field]
                origins[pointer] = Origin(kind="result", call=last, path=path)
            elif view.parent is not None and view.entity.parent == field:
                arguments[parameter] = view.parent.key
                origins[pointer] = Origin(kind="result", call=last - 1, path=view.parent_place)
            else:
                return None
        if self.slot is not None:
            arguments[self.slot.name] = self.value
            origins[self.slot.pointer] = Origin(kind="user")
        return arguments, origins

    @property
    def field(self) -> str | None:
        """The field that it sets, if that is known."""
        return self.slot.field_name if self.slot is not None else self.tool.status

    def clause(self, it: str, rng: random.Random) -> tuple[str, str]:
        """Return the act as an imperative, and the report that it is done."""
        do, done = rng.choice(load_templates().acts[self.tool.kind])
        words = {"label": self.slot.label if self.slot else "", "value": self.words}
        return its(do.format(it=it, **words)), its(done.format(it=yours(it), **words))

    def again(self, entity: EntityMeaning, rng: random.Random) -> tuple[str, str]:
        """Return the same where a record was mentioned just before."""
        do, done = self.clause("it", rng)
        return (_of_person(do), _of_person(done)) if entity.person else (do, done)


def acts(
    entity: EntityMeaning,
    glossary: Glossary,
    larder: Larder,
    records: Records,
    rng: random.Random,
) -> Iterator[Act]:
    """Yield what can be done to records of a kind, in an order that `rng` decides."""
    tools = [
        tool
        for tool in glossary.tools.values()
        if tool.environment == entity.environment
        and tool.table == entity.table
        and tool.kind in load_templates().acts
        and tool.actor == "agent"
        and tool.key is not None
        and not tool.replace
    ]
    rng.shuffle(tools)
    speaker = Speaker(records.now(entity.environment))
    for tool in tools:
        open_ = tool.arguments.required - {tool.key, *tool.scope}
        if tool.kind == "update":
            yield from _updates(tool, open_, entity, larder, records, speaker, rng)
        elif tool.kind == "delete" and not open_:
            yield Act(tool)
        elif tool.kind == "action" and not open_:
            status = entity.fields.get(tool.status or "")
            forms = () if status is None else speaker.forms(tool.target, status.shape)
            if forms and forms[0] not in ("yes", "no"):
                yield Act(tool, words=forms[0])


def _updates(
    tool: ToolMeaning,
    open_: frozenset[str],
    entity: EntityMeaning,
    larder: Larder,
    records: Records,
    speaker: Speaker,
    rng: random.Random,
) -> Iterator[Act]:
    slots = [
        slot
        for slot in settable(tool, entity)
        if slot.shape.kind in _SPOKEN
        and slot.path.count("/") == 1
        and open_ <= {slot.name}
        and (slot.role == "status" or slot.shape.kind != "choice" or not entity.person)
        and not is_settled(slot.label)
    ]
    rng.shuffle(slots)
    for slot in slots:
        value = larder.new_value(entity, slot, records, None, rng)
        forms = () if value is None else speaker.forms(value, slot.shape)
        if forms:
            yield Act(tool, slot, value, forms[0])


def is_settled(label: str) -> bool:
    """Say whether a field tells what a record is, rather than how things stand with it."""
    return label.rpartition(" ")[2] in _SETTLED


def held(act: Act, row: Mapping[str, Json]) -> bool:
    """Say whether a record is already as an act would make it."""
    value = act.value if act.slot is not None else act.tool.target
    return act.field is not None and row.get(act.field) == value


def _of_person(clause: str) -> str:
    """Return a clause about a thing as one about somebody."""
    text = re.sub(r"\bit\b", "them", re.sub(r"\bits\b", "their", clause))
    text = re.sub(r"\b(clear|throw|take) them out\b", "remove them", text)
    return re.sub(r"\b(?:get rid of|scrap|discard|wipe|erase|do away with|drop)\b", "remove", text)
