"""`carried`: inputs that take what a record holds, where nobody would say the value itself.

A build is asked for by the account's name and the project's slug. What the tool takes is no key, so
its schema says nothing of a record; yet the chain knows which result the value comes from, and the
record around it can be pointed out: the slug is that of the project ‘Website’.
"""

from __future__ import annotations

from dataclasses import dataclass

from envfactory.chain import Chain, FromStep
from envfactory.graph import Port, ToolGraph, values_at
from envfactory.graph.path import names
from envfactory.records import Json
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.unsayable import unsayable
from envfactory.task.meanings.given import is_link
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.slots import Slot, plain_slot
from envfactory.task.meanings.words import label_of

_ASKED_BY = frozenset({"name", "username", "handle", "login", "email", "slug", "code", "nickname"})
"""Last words of unique fields by which people ask for a record, beside links."""


@dataclass(frozen=True, slots=True)
class Carried:
    """An input that takes the value of a field.

    Attributes:
        entity: The kind of record that holds the value.
        field: Which of its fields.
        step: The step whose result shows the record; None where the user gives the value.
        path: Where the values are in that result.
    """

    entity: EntityMeaning
    field: str
    step: int | None = None
    path: str = ""

    def keys(self, result: Json) -> list[Json]:
        """Return the keys of the records in a result that hold a value of the field."""
        place = self.path.rpartition("/")[0]
        rows = [row for _, row in values_at(result, place) if isinstance(row, dict)]
        return [
            row[self.entity.key]
            for row in rows
            if isinstance(row.get(self.field), str | int) and row.get(self.entity.key) is not None
        ]

    def value(self, key: Json, records: Records) -> Json:
        """Return what a record holds in the field."""
        return (records.get(self.entity, key) or {}).get(self.field)


def carried(chain: Chain, number: int, graph: ToolGraph, glossary: Glossary) -> dict[str, Carried]:
    """Return what inputs of a step take from records, by their paths.

    Args:
        chain: Says where inputs come from.
        number: The step.
        graph: What the inputs are.
        glossary: What tools and records mean.
    """
    step, found = chain.steps[number], dict[str, Carried]()
    node, meaning = graph.tool(step.tool), glossary.tools[step.tool]
    about = glossary.entity(meaning.environment, meaning.table)
    for binding in step.bindings:
        port = node.input_at[binding.input]
        if port.is_key or glossary.entity(node.environment, port.entity) is not None:
            continue
        if about is not None and _is_found_by(meaning, port, about):
            found[port.path] = Carried(about, meaning.found_by or "")
        elif isinstance(binding.source, FromStep) and unsayable(meaning, about, [port]):
            producer = glossary.tools[chain.steps[binding.source.step].tool]
            kind = glossary.entity(producer.environment, producer.table)
            field = names(binding.source.path)[-1:]
            if kind is not None and field and field[0] in kind.fields:
                found[port.path] = Carried(kind, field[0], binding.source.step, binding.source.path)
    return found


def slot_of(meaning: ToolMeaning, path: str, given: Carried) -> Slot | None:
    """Return the slot of an input for which the user gives what a record is found by."""
    slot = plain_slot(meaning, path)
    if slot is None:
        return None
    label = "link" if is_link(given.field) else label_of(given.field)
    return Slot(slot.path, label, slot.shape)


def _is_found_by(meaning: ToolMeaning, port: Port, about: EntityMeaning) -> bool:
    """Say whether an input takes a value by which people ask for one record: its link, its name."""
    field = meaning.found_by
    if field is None or field not in about.fields or port.path != f"/{meaning.key}":
        return False
    return is_link(field) or label_of(field).rpartition(" ")[2] in _ASKED_BY
