"""`Intention`: what the user wants a call to do, in values: what to set, and what to look for."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from envfactory.graph import Port, values_at
from envfactory.graph.path import names
from envfactory.records import Json
from envfactory.task.grounding.amount import amount_of, amount_path
from envfactory.task.grounding.call import Arguments, Leaf, pointer_of
from envfactory.task.grounding.echo import Echo
from envfactory.task.grounding.larder import Larder, is_natural
from envfactory.task.grounding.mention import Mention
from envfactory.task.grounding.namesake import Said, agreeing, repeats
from envfactory.task.grounding.plain import deed_of, plain_label, plain_text
from envfactory.task.grounding.progress import Progress
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.meaning import EntityMeaning, ToolMeaning
from envfactory.task.meanings.slots import Slot, narrowing, nested, plain_slot, settable
from envfactory.task.meanings.spoken import Speaker

_MORE_FOR_NEW = (0.75, 0.4)
"""How often a new record gets a first and a second value besides its title."""
_MORE_FOR_CHANGE = (1.0, 0.3)
_FEW_CHOICES = 12
_READILY = 0.5
_MOST_SAID = {"create": 4, "update": 2}


class Unthinkable(Exception):
    """Nobody would say a value that the call needs."""


class Intention:
    """Fills in what the user says; all randomness comes from one generator."""

    def __init__(self, larder: Larder, progress: Progress, rng: random.Random) -> None:
        self._larder, self._progress, self._rng = larder, progress, rng
        self._echo = Echo(progress, rng)

    def fill(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning | None,
        free: Sequence[Port],
        records: Records,
        seen: Mapping[str, Sequence[Json]] | None = None,
    ) -> None:
        """Add said (and copied) values to arguments that name their records already.

        Args:
            arguments: What is bound so far; completed in place.
            tool: What is called.
            entity: The kind of record that it is about, if that is known.
            free: The inputs that the chain leaves to the user.
            records: The present state.
            seen: What earlier calls returned for inputs, by their paths.

        Raises:
            Unthinkable: If a required value cannot be found, or there is nothing to change.
        """
        if entity is None:
            self._fill_plainly(arguments, tool, free, seen or {})
        elif tool.kind == "list":
            self._narrow(arguments, tool, entity, free, records)
        elif tool.kind in ("create", "update", "action", "order"):
            self._set(arguments, tool, entity, free, records)
        elif tool.kind == "adjust":
            self._adjust(arguments, tool, entity, free, records)
        else:
            self._fill_plainly(arguments, tool, free)

    # ------------------------------------------------------------------ creating and changing
    def _set(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        free: Sequence[Port],
        records: Records,
    ) -> None:
        current = self._current(arguments, tool, entity, records)
        done: frozenset[str] = frozenset()
        if current is not None:
            done = self._progress.changed_fields(entity, current[entity.key])
        slots = {s.path: s for s in settable(tool, entity) if s.field_name not in done}
        most = _MOST_SAID.get(tool.kind, 1)
        for port in sorted(free, key=lambda port: not port.required):
            slot = slots.get(port.path)
            if slot is not None and port.required:
                self._say(arguments, slots.pop(port.path), entity, records, current, required=True)
            elif slot is not None:
                readily = weight(slot, entity) >= _READILY
                if readily and _said(arguments) < most:
                    self._say(arguments, slots.pop(port.path), entity, records, current)
            elif port.required:
                self._say_plainly(arguments, tool, port)
        self._fill_required(arguments, tool, entity, list(slots.values()), records)
        self._add_more(arguments, tool, entity, list(slots.values()), records, current)
        if tool.kind == "update" and not _said(arguments):
            raise Unthinkable(f"nothing to change with {tool.tool}")
        if tool.replace and current is not None:
            self._copy_rest(arguments, tool, entity, current, records)

    def _fill_required(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        slots: list[Slot],
        records: Records,
    ) -> None:
        """Fill required nested values that the chain has nothing for."""
        for parameter in sorted(tool.arguments.required):
            shape = tool.arguments.fields[parameter]
            if shape.kind != "object" or parameter in arguments.values:
                continue
            path = pointer_of(parameter)
            inner = [slot for slot in slots if slot.path.startswith(f"{path}/")]
            inner = inner or nested(tool, entity, parameter)
            self._rng.shuffle(inner)
            if not any(self._say(arguments, slot, entity, records, None) for slot in inner):
                raise Unthinkable(f"{tool.tool}{path}")

    def _add_more(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        slots: list[Slot],
        records: Records,
        current: RecordJson | None,
    ) -> None:
        """Add what people say of their own accord: a title above all, and some details."""
        if tool.kind == "create":
            for slot in slots:
                if slot.field_name == entity.title:
                    self._say(arguments, slot, entity, records, current)
            if not arguments.leaves or entity.title is None:
                for slot in slots:
                    if slot.field_name == entity.speech:
                        self._say(arguments, slot, entity, records, current)
        chances = {"create": _MORE_FOR_NEW, "update": _MORE_FOR_CHANGE}.get(tool.kind, ())
        rest = [
            slot
            for slot in slots
            if slot.pointer not in arguments.leaves and weight(slot, entity) >= _READILY
        ]
        for chance in chances:
            said = _said(arguments)
            if said >= _MOST_SAID[tool.kind] or (said and self._rng.random() > chance):
                break
            while rest:
                weights = [weight(slot, entity) for slot in rest]
                slot = rest.pop(self._rng.choices(range(len(rest)), weights)[0])
                if self._say(arguments, slot, entity, records, current):
                    break

    def _say(
        self,
        arguments: Arguments,
        slot: Slot,
        entity: EntityMeaning,
        records: Records,
        current: RecordJson | None,
        *,
        required: bool = False,
    ) -> bool:
        """Let the user say a new value for a field; False where none is known."""
        named: list[Said] = []
        if entity.person and current is None:
            named = arguments.details()
            if not required and repeats(slot.label, named):
                return False
        value = self._echo.value(entity, slot, records, current)
        if value is None:
            value = self._larder.new_value(
                entity, slot, records, current, self._rng, optional=not required
            )
        value = agreeing(slot.label, self._after_start(arguments, slot, value), named)
        speaker = Speaker(records.now(entity.environment))
        if value is None or not speaker.forms(value, slot.shape):
            if required:
                raise Unthinkable(f"{entity.noun} {slot.label}")
            return False
        arguments.put(slot.pointer, value, Leaf("said", slot=slot))
        return True

    def _after_start(self, arguments: Arguments, slot: Slot, value: Json) -> Json:
        """Put an end after the start that was said before."""
        if not isinstance(value, str) or "end" not in slot.label.split():
            return value
        starts = [
            (leaf.slot.shape.kind, pointer)
            for pointer, leaf in arguments.leaves.items()
            if leaf.slot is not None and "start" in leaf.slot.label.split()
        ]
        for kind, pointer in starts:
            ((_, start),) = values_at(arguments.values, pointer)
            if isinstance(start, str) and kind == slot.shape.kind == "datetime":
                later = datetime.fromisoformat(start) + timedelta(
                    minutes=self._rng.choice((30, 60, 90, 120))
                )
                return later.isoformat().replace("+00:00", "Z")
            if isinstance(start, str) and start[:10] > value[:10]:
                return start[:10] + value[10:]
        return value

    def _current(
        self, arguments: Arguments, tool: ToolMeaning, entity: EntityMeaning, records: Records
    ) -> RecordJson | None:
        if tool.key is None:
            return None
        return records.get(entity, arguments.values.get(tool.key))

    def _copy_rest(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        current: RecordJson,
        records: Records,
    ) -> None:
        """Pass on what a replacing tool would otherwise reset."""
        mention = Mention(entity, current[entity.key])
        given = {names(pointer)[0] for pointer in arguments.leaves}
        for parameter, field in tool.sets.items():
            value = current.get(field)
            shape = tool.arguments.fields.get(parameter)
            if parameter in given or value is None or shape is None:
                continue
            if shape.has_default and shape.default == value:
                continue
            arguments.put(
                pointer_of(parameter), value, Leaf("copied", mention=mention, field=field)
            )

    def _adjust(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        free: Sequence[Port],
        records: Records,
    ) -> None:
        """Say by how much a number is to grow or shrink, and what else is required."""
        current = self._current(arguments, tool, entity, records)
        for port in free:
            if port.path == amount_path(tool):
                slot, value = amount_of(tool, entity, current or {}, self._rng)
                if value is None:
                    raise Unthinkable(f"{tool.tool}{port.path}")
                arguments.put(slot.pointer, value, Leaf("said", slot=slot))
            elif port.required:
                self._say_plainly(arguments, tool, port)

    # ------------------------------------------------------------------ looking for
    def _narrow(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        entity: EntityMeaning,
        free: Sequence[Port],
        records: Records,
    ) -> None:
        """Narrow a list by what some record in it has, so that something is found."""
        slots = {slot.path: slot for slot in narrowing(tool, entity)}
        rows = [
            row
            for row in records.all(entity)
            if all(row.get(f) == arguments.values.get(p) for p, f in tool.scope.items())
        ]
        self._rng.shuffle(rows)
        for port in free:
            slot = slots.get(port.path)
            value = None if slot is None else self._sought(slot, entity, rows)
            if slot is not None and value is not None:
                arguments.put(slot.pointer, value, Leaf("said", slot=slot))
                rows = rows[:1] + rows[1:]
            elif port.required:
                self._say_plainly(arguments, tool, port)

    def _sought(self, slot: Slot, entity: EntityMeaning, rows: list[RecordJson]) -> Json:
        """Return a value to look for that at least one of the records meets."""
        if slot.filter is None:
            return None
        fields = [slot.field_name] if slot.field_name else [entity.title or entity.speech or ""]
        for row in rows:
            value = row.get(fields[0])
            if value is None or isinstance(value, list | dict | bool):
                continue
            if slot.filter.op in ("search", "contains", "prefix", "eq") and isinstance(value, str):
                if slot.shape.choices and value not in slot.shape.choices:
                    continue
                if not slot.shape.choices and not is_natural(value) and not value[:4].isdigit():
                    continue
            return _bound(value, slot.filter.op)
        return None

    # ------------------------------------------------------------------ anything else
    def _fill_plainly(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        free: Sequence[Port],
        seen: Mapping[str, Sequence[Json]] | None = None,
    ) -> None:
        for port in free:
            if port.required:
                found = None if seen is None else seen.get(port.path, ())
                self._say_plainly(arguments, tool, port, found)

    def _say_plainly(
        self,
        arguments: Arguments,
        tool: ToolMeaning,
        port: Port,
        seen: Sequence[Json] | None = None,
    ) -> None:
        """Let the user say a value of which only the schema is known.

        Where nothing else is known of the tool either, `seen` holds what earlier calls returned.
        """
        slot = plain_slot(tool, port.path)
        value: Json = None
        if slot is not None and slot.shape.kind == "choice":
            value = self._rng.choice(slot.shape.choices)
        elif slot is not None and slot.shape.kind in ("integer", "number"):
            low = int(slot.shape.minimum if slot.shape.minimum is not None else 1)
            value = self._rng.randint(low, int(min(slot.shape.maximum or low + 8, low + 8)))
        elif slot is not None and slot.shape.kind == "text" and seen is not None:
            taken = [leaf.slot for leaf in arguments.leaves.values() if leaf.slot is not None]
            said = {value for each in taken for _, value in values_at(arguments.values, each.path)}
            value = plain_text(tool, slot, [each for each in seen if each not in said], self._rng)
            value = None if value in said else value
        if slot is None or value is None:
            raise Unthinkable(f"{tool.tool}{port.path}")
        if seen is not None:
            slot = replace(slot, label=plain_label(slot.label, deed_of(tool)))
        arguments.put(slot.pointer, value, Leaf("said", slot=slot))


def weight(slot: Slot, entity: EntityMeaning) -> float:
    """Return how readily people mention a detail; below 1 for what they rarely do."""
    kind = slot.shape.kind
    if slot.field_name == entity.title:
        return 0.1 if entity.person else 3.0
    if slot.field_name == entity.speech or kind in ("date", "datetime"):
        return 2.5
    if len(slot.label.split()) > 3 or kind == "boolean":
        return 0.1
    if kind == "choice":
        return 2.0 if len(slot.shape.choices) <= _FEW_CHOICES else 0.1
    return {"number": 1.5, "integer": 1.0}.get(kind, 0.7)


def _said(arguments: Arguments) -> int:
    return sum(leaf.kind == "said" for leaf in arguments.leaves.values())


def _bound(value: Json, op: str) -> Json:
    """Return a round bound that still lets a value through."""
    if not isinstance(value, str) or op not in ("gte", "gt", "lte", "lt"):
        return value
    if len(value) < 11:
        return value
    moment = datetime.fromisoformat(value)
    whole = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if op in ("lte", "lt"):
        whole += timedelta(days=1)
    return whole.isoformat().replace("+00:00", "Z")
