"""`Progress`: what the calls so far have named and changed; `Outlook`: what the rest needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from envfactory.chain import Chain
from envfactory.environment import Change
from envfactory.graph import values_at
from envfactory.records import Json
from envfactory.task.grounding.call import Call
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.meaning import EntityMeaning, Glossary

_DEPTH = 3


class Progress:
    """Reads a growing list of calls; every question is linear in its length."""

    def __init__(self, calls: Sequence[Call], glossary: Glossary) -> None:
        """Watch a list, which may grow and shrink."""
        self._calls, self._glossary = calls, glossary

    def named(self, entity: EntityMeaning) -> list[Json]:
        """Return the records of a kind that the task is about, the newest and latest first."""
        made = [
            change.key
            for call in reversed(self._calls)
            for change in call.changes
            if change.kind == "insert" and change.table == entity.table
        ]
        used = [
            leaf.mention.key
            for call in reversed(self._calls)
            for leaf in call.leaves.values()
            if leaf.mention is not None and leaf.mention.entity is entity
        ]
        return list(dict.fromkeys([*made, *used]))

    def said(self, label: str, kind: str) -> Json:
        """Return the value that the user said last for what is called so, or None.

        Args:
            label: What it is called.
            kind: The kind of its shape.
        """
        for call in reversed(self._calls):
            for pointer, leaf in reversed(list(call.leaves.items())):
                slot = leaf.slot
                if slot is not None and slot.label == label and slot.shape.kind == kind:
                    return next(value for _, value in values_at(dict(call.arguments), pointer))
        return None

    def made(self, entity: EntityMeaning) -> frozenset[Json]:
        """Return the keys of the records of a kind that were made."""
        return frozenset(
            change.key
            for call in self._calls
            for change in call.changes
            if change.kind == "insert" and _is_about(change, entity)
        )

    def touched(self, entity: EntityMeaning) -> frozenset[Json]:
        """Return the records of a kind that were changed, or that made or changed ones refer to."""
        found: set[Json] = set()
        for call in self._calls:
            for change in call.changes:
                if _is_about(change, entity):
                    found.add(change.key)
                owner = self._glossary.entity(change.environment, change.table)
                if owner is None or owner.environment != entity.environment:
                    continue
                row = call.after.get(owner, change.key) or call.before.get(owner, change.key) or {}
                found.update(
                    row[name]
                    for name, field in owner.fields.items()
                    if field.reference == entity.table and isinstance(row.get(name), str | int)
                )
        return frozenset(found)

    def changed_fields(self, entity: EntityMeaning, key: Json) -> frozenset[str]:
        """Return the fields of a record that were set already; all values of a new one."""
        found: set[str] = set()
        for call in self._calls:
            for change in call.changes:
                if not _is_about(change, entity) or change.key != key:
                    continue
                if change.kind == "update" and change.field is not None:
                    found.add(change.field)
                elif change.kind == "insert" and isinstance(change.after, dict):
                    found.update(name for name, value in change.after.items() if value is not None)
        return frozenset(found)


class Outlook:
    """Which records are worth choosing, given what later steps look for inside them."""

    def __init__(self, chain: Chain, glossary: Glossary) -> None:
        """Collect what the steps of a chain look for: records of a kind that belong to others."""
        self._inside: dict[EntityId, dict[tuple[EntityId, str], None]] = defaultdict(dict)
        self._removed: set[EntityId] = set()
        self._glossary = glossary
        self._read: Records | None = None
        self._promised: dict[tuple[EntityId, Json, int], int] = {}
        for step in chain.steps:
            tool = glossary.tools[step.tool]
            entity = glossary.entity(tool.environment, tool.table)
            if entity is None or tool.kind == "create":
                continue
            if tool.kind == "delete":
                self._removed.add(_id(entity))
            for field in tool.scope.values():
                meaning = entity.fields.get(field)
                owner = glossary.entity(tool.environment, meaning.reference if meaning else None)
                if owner is not None:
                    self._inside[_id(owner)][_id(entity), field] = None

    def promise(
        self, entity: EntityMeaning, key: Json, records: Records, depth: int = _DEPTH
    ) -> int:
        """Return how much of what later steps look for a record holds."""
        if records is not self._read:
            self._read, self._promised = records, {}
        place = (_id(entity), key, depth)
        if place not in self._promised:
            self._promised[place] = self._promise(entity, key, records, depth)
        return self._promised[place]

    def _promise(self, entity: EntityMeaning, key: Json, records: Records, depth: int) -> int:
        found = 0
        for (environment, table), field in self._inside.get(_id(entity), ()):
            kind = self._glossary.entities[environment, table]
            rows = records.having(kind, field, key) if depth else ()
            if rows:
                found += 2 + max(self._inner(kind, row, records, depth) for row in rows)
        if _id(entity) in self._removed and not found:
            children = self._glossary.children(entity)
            found -= any(records.having(kind, field, key) for kind, field in children)
        return found

    def _inner(self, kind: EntityMeaning, row: RecordJson, records: Records, depth: int) -> int:
        return self.promise(kind, row[kind.key], records, depth - 1)


EntityId = tuple[str, str]


def _id(entity: EntityMeaning) -> EntityId:
    return (entity.environment, entity.table)


def _is_about(change: Change, entity: EntityMeaning) -> bool:
    return change.environment == entity.environment and change.table == entity.table
