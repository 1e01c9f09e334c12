"""`Sources`: where an agent that sees only requests and results finds what a call needs.

A record is recognised in a result that holds an object with the record's own key and with every
property that the user names. A reference to the record says nothing of what it is called, and a
record on a page that was never fetched cannot be recognised at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from envfactory.graph import ToolGraph, values_at
from envfactory.graph.path import escape, segments, unescape
from envfactory.records import Json
from envfactory.task.grounding.call import Call, Leaf
from envfactory.task.grounding.mention import Mention, fits, leading
from envfactory.task.grounding.records import RecordJson, sound
from envfactory.task.meanings.meaning import EntityMeaning
from envfactory.task.model import Origin


class _Shown:
    """The records of a kind that a result shows: where the own key is, key, record."""

    def __init__(self, rows: tuple[tuple[str, Json, RecordJson], ...]) -> None:
        self.rows = rows
        self._of: dict[Json, list[tuple[str, RecordJson]]] = {}
        for path, key, row in rows:
            if isinstance(key, str | int):
                self._of.setdefault(key, []).append((path, row))
        self.keys = frozenset(self._of)
        self._sounding: dict[str, dict[Json, list[Json]]] = {}

    def of(self, key: Json) -> Sequence[tuple[str, RecordJson]]:
        """Return where the records with a key are, and what is shown of them."""
        return self._of.get(key, ())

    def possible(self, mention: Mention) -> Iterable[Json]:
        """Return the keys of the records among which those are that a mention fits."""
        if mention.title is not None:
            return self._saying(mention.entity.called or "", mention.title)
        if mention.properties:
            return self._saying(mention.properties[0].field, mention.properties[0].value)
        return self._of

    def _saying(self, field: str, said: Json) -> Sequence[Json]:
        if field not in self._sounding:
            found: dict[Json, list[Json]] = {}
            for _, key, row in self.rows:
                found.setdefault(sound(row.get(field)), []).append(key)
            self._sounding[field] = found
        return self._sounding[field].get(sound(said), ())


class Sources:
    """Reads results along the ports that a graph knows for each tool."""

    def __init__(self, graph: ToolGraph) -> None:
        """Read results as a graph says; what they show of each kind is read once per call."""
        self._graph = graph
        self._read: dict[tuple[int, str, str], tuple[Call, _Shown]] = {}

    def find(self, calls: Sequence[Call], number: int, leaf: Leaf, value: Json) -> Origin | None:
        """Return the first place before call `number` that supplies an argument, or None.

        A named record must be recognised there; a copied value must be a field of that very record.
        Linear in the records that the results hold.
        """
        mention = leaf.mention
        if mention is None:
            return None
        for earlier in range(number):
            for path, row in self._shown(calls[earlier], mention.entity).of(mention.key):
                if leaf.field:
                    if leaf.field not in row or row[leaf.field] != value:
                        continue
                    path = f"{path.rpartition('/')[0]}/{escape(leaf.field)}"
                if leaf.kind == "copied":
                    return Origin(kind="result", call=earlier, path=path)
                known = {**row, **_told(calls[earlier:number], mention.entity, mention.key)}
                if fits(known, mention) and self._belongs(calls, earlier, number, row, mention):
                    return Origin(kind="result", call=earlier, path=path)
        return None

    def recognises(self, calls: Sequence[Call], number: int, mention: Mention) -> bool:
        """Say whether an agent can tell before call `number` which record a mention means.

        The mention must fit the record as results show it, and no other record that they show.
        """
        if says_key(mention):
            return True
        if self.find(calls, number, Leaf("named", mention=mention), mention.key) is None:
            return False
        return self._fitting(calls, number, mention) == {mention.key}

    def place(self, call: Call, mention: Mention) -> str | None:
        """Return where a result shows the key of a record, or None."""
        return next((path for path, _ in self._shown(call, mention.entity).of(mention.key)), None)

    def shown(self, calls: Sequence[Call], entity: EntityMeaning) -> set[Json]:
        """Return the keys of the records of a kind that results show, references apart."""
        return {key for call in calls for key in self._shown(call, entity).keys}

    def _fitting(self, calls: Sequence[Call], number: int, mention: Mention) -> set[Json]:
        """Return the shown records that a mention fits, as far as results tell."""
        entity, calls = mention.entity, calls[:number]
        shown = [self._shown(call, entity) for call in calls]
        touched = {c.key for call in calls for c in call.changes if c.table == entity.table}
        possible: dict[Json, None] = dict.fromkeys(touched)
        for each in shown:
            possible |= dict.fromkeys(each.possible(mention))
        fitting: list[RecordJson] = []
        for key in possible:
            place = _last_shown(calls, shown, entity, key)
            if place is None:
                continue
            row = known = shown[place].of(key)[-1][1]
            if key in touched:
                known = {**known, **_told(calls[place:], entity, key)}
            owned = mention.parent is None or _owned(calls[place], row, mention, mention.parent)
            if owned and fits(known, mention):
                fitting.append(known)
        return {row[entity.key] for row in leading(fitting, mention.extreme)}

    def _belongs(
        self,
        calls: Sequence[Call],
        earlier: int,
        number: int,
        row: RecordJson,
        mention: Mention,
    ) -> bool:
        """Say whether results tell that a record belongs to what the user says it belongs to."""
        parent = mention.parent
        if parent is None:
            return True
        return _owned(calls[earlier], row, mention, parent) and self.recognises(
            calls, number, parent
        )

    def _shown(self, call: Call, entity: EntityMeaning) -> _Shown:
        """Return the records of a kind that a result shows; each result is read once."""
        place = (id(call), entity.environment, entity.table)
        if place not in self._read:
            self._read[place] = call, _Shown(tuple(self._rows(call, entity)))
        return self._read[place][1]

    def _rows(self, call: Call, entity: EntityMeaning) -> Iterator[tuple[str, Json, RecordJson]]:
        """Yield the records of a kind that a result shows: where the own key is, key, record."""
        if call.meaning.environment != entity.environment:
            return
        for port in self._graph.tool(call.meaning.tool).outputs:
            if port.entity != entity.table or not port.is_key:
                continue
            if not segments(port.path):
                yield "", call.value, {entity.key: call.value}
                continue
            place, _, last = port.path.rpartition("/")
            name = unescape(last)
            for path, row in values_at(call.value, place):
                if isinstance(row, dict) and isinstance(row.get(name), str | int):
                    yield f"{path}/{last}", row[name], row


def _last_shown(
    calls: Sequence[Call], shown: Sequence[_Shown], entity: EntityMeaning, key: Json
) -> int | None:
    """Return the last call that shows a record; None where it was deleted after that."""
    for place in range(len(calls) - 1, -1, -1):
        if key in shown[place].keys:
            return place
        if any(
            change.kind == "delete" and change.key == key and change.table == entity.table
            for change in calls[place].changes
        ):
            return None
    return None


def says_key(mention: Mention) -> bool:
    """Say whether the user gives the key itself, which only people's own keys can be."""
    return not mention.entity.generated and mention.title == str(mention.key)


def _owned(call: Call, row: RecordJson, mention: Mention, parent: Mention) -> bool:
    """Say whether a result shows a record under another: by a reference, or by what was asked."""
    field = mention.entity.parent
    if field is not None and row.get(field) is not None:
        return bool(row[field] == parent.key)
    return call.meaning.table == mention.entity.table and any(
        leaf.kind == "named"
        and leaf.mention is not None
        and leaf.mention.entity is parent.entity
        and leaf.mention.key == parent.key
        for leaf in call.leaves.values()
    )


def _told(calls: Sequence[Call], entity: EntityMeaning, key: Json) -> Mapping[str, Json]:
    """Return the fields that calls set to what the user said: whoever made them knows these."""
    told: dict[str, Json] = {}
    for call in calls:
        said = {leaf.slot.field_name for leaf in call.leaves.values() if leaf.slot is not None}
        for change in call.changes:
            if change.table != entity.table or change.environment != entity.environment:
                continue
            if change.key != key:
                continue
            if change.kind == "update" and change.field in said:
                told[change.field] = change.after
            elif change.kind == "insert" and isinstance(change.after, dict):
                told.update({n: v for n, v in change.after.items() if n in said})
    return told
