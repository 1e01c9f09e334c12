"""`Prover`: finds and executes the proof that what is said of a record leaves exactly that one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from envfactory.environment import World
from envfactory.graph.path import values_at
from envfactory.records import Json, canonical_json
from envfactory.task.convey.item import Item
from envfactory.task.convey.proof import left_by, rows_found
from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.call import Leaf, pointer_of
from envfactory.task.grounding.mention import Mention, candidates
from envfactory.task.grounding.records import RecordJson
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Criterion, Proof
from envfactory.task.phrasing.manner import record_id

Reading = tuple[tuple[tuple[str, dict[str, Json]], ...], str]
"""The calls that show records, and the path to the records in what the last one returns."""


@dataclass(slots=True)
class Tally:
    """How many proofs were executed, and how many of them left none or several."""

    proofs: int = 0
    failed: int = 0


class Prover:
    """Executes proofs in the states of a solution's turns; what was read once is kept."""

    def __init__(
        self, plan: Plan, sources: Sources, speaker: Speaker, start: Callable[[], World]
    ) -> None:
        """Follow a solution.

        Args:
            plan: The solution.
            sources: Finds which results show which records.
            speaker: Says values at the present moment.
            start: Makes a world in the initial state.
        """
        self._plan, self._sources, self._speaker = plan, sources, speaker
        self._worlds: list[World] = []
        self._start = start
        self._read: dict[tuple[int, bytes], list[RecordJson] | None] = {}
        self.tally = Tally()

    def told_by(self, item: Item, mention: Mention, take: str | None = None) -> Proof | None:
        """Return the proof that a mention leaves one record, or None where it does not.

        The calls are those with which the solution itself finds the record, so that an agent that
        follows it has seen the proof before it acts.

        Args:
            item: Where the record is needed.
            mention: What is said of it.
            take: The field that holds the value; the record's own key by default.
        """
        self.tally.proofs += 1
        proof = self._told_by(item, mention, take)
        self.tally.failed += proof is None
        return proof

    def _told_by(self, item: Item, mention: Mention, take: str | None) -> Proof | None:
        before = self._plan.calls[self._plan.turns[item.turn][0]].before
        if candidates(mention, before, self._speaker) != [mention.key]:
            return None
        reading = self._reading(item, mention)
        if reading is None:
            return None
        rows = self._rows(item.turn, reading)
        criteria = criteria_of(mention, rows or ())
        left = left_by(rows or (), criteria)
        key = mention.entity.key
        if rows is None or [row.get(key) for row in left] != [mention.key]:
            return None
        if take is not None and not any(True for _ in values_at(dict(left[0]), take)):
            return None
        if mention.extreme is not None and not self._complete(item, mention, rows, criteria):
            return None
        return Proof(
            calls=reading[0],
            path=reading[1],
            criteria=criteria,
            take=take or pointer_of(key),
            selection=selection_of(mention),
            among=len(rows),
        )

    def given_before(self, item: Item, call: int, among: int) -> Proof | None:
        """Return the proof that an earlier call had or returned a record, or None."""
        mention = item.mention
        if mention is None:
            return None
        place = self._place(call, mention)
        if place is None:
            return None
        self.tally.proofs += 1
        return Proof(
            earlier=call,
            place=place,
            selection=f"the {mention.entity.noun} that was spoken of last",
            among=among,
        )

    def world_at(self, turn: int) -> World:
        """Return the state at the start of a turn; it must not be changed."""
        while len(self._worlds) <= turn:
            world = self._worlds[-1].fork() if self._worlds else self._start()
            if self._worlds:
                for place in self._plan.turns[len(self._worlds) - 1]:
                    call = self._plan.calls[place]
                    world.call(call.meaning.tool, call.arguments)
            self._worlds.append(world)
        return self._worlds[turn]

    # ------------------------------------------------------------------ reading
    def _reading(self, item: Item, mention: Mention) -> Reading | None:
        """Return how the solution finds a record, where that takes no change."""
        limit = item.call + (item.pointer == "")
        leaf = Leaf("named", mention=mention)
        origin = self._sources.find(self._plan.calls, limit, leaf, mention.key)
        if origin is None or origin.call is None or origin.path is None:
            return None
        needed = self._needed(origin.call)
        if any(self._plan.calls[place].writes for place in needed):
            return None
        calls = tuple(
            (self._plan.calls[place].meaning.tool, dict(self._plan.calls[place].arguments))
            for place in needed
        )
        place = origin.path.rpartition("/")[0]
        return calls, re.sub(r"/\d+(?=/|$)", "/*", place)

    def _needed(self, call: int) -> list[int]:
        """Return a call and those that it needs, in order."""
        found = {call}
        for origin in self._plan.origins[call].values():
            if origin.call is not None:
                found.update(self._needed(origin.call))
        return sorted(found)

    def _rows(self, turn: int, reading: Reading) -> list[RecordJson] | None:
        calls, path = reading
        place = (turn, canonical_json([[list(call) for call in calls], path]))
        if place not in self._read:
            self._read[place] = rows_found(self.world_at(turn), calls, path)
        return self._read[place]

    def _complete(
        self,
        item: Item,
        mention: Mention,
        rows: Sequence[RecordJson],
        criteria: Sequence[Criterion],
    ) -> bool:
        """Say whether the calls show every record among which one is to stand out."""
        before = self._plan.calls[self._plan.turns[item.turn][0]].before
        whole = replace(mention, extreme=None)
        shown = left_by(rows, [c for c in criteria if c.test == "is"])
        return len(shown) == len(candidates(whole, before, self._speaker))

    def _place(self, call: int, mention: Mention) -> str | None:
        """Return where an earlier call has the key of a record."""
        done = self._plan.calls[call]
        for pointer, leaf in done.leaves.items():
            named = leaf.mention if leaf.kind == "named" and not leaf.field else None
            if named is not None and record_id(named) == record_id(mention):
                return f"/arguments{pointer}"
        path = self._sources.place(done, mention)
        return None if path is None else f"/value{path}"


def criteria_of(mention: Mention, rows: Sequence[RecordJson]) -> tuple[Criterion, ...]:
    """Return what a mention says of a record, as far as results show it.

    What the record belongs to is said where the records tell it; otherwise the calls have looked
    nowhere else.
    """
    entity, parent = mention.entity, mention.parent
    found: list[Criterion] = []
    if mention.title is not None and entity.called is not None:
        found.append(Criterion(field=entity.called, value=mention.title))
    if parent is not None and entity.parent is not None and any(entity.parent in r for r in rows):
        found.append(Criterion(field=entity.parent, value=parent.key))
    found += [Criterion(field=said.field, value=said.value) for said in mention.properties]
    if mention.extreme is not None:
        test = "most" if mention.extreme.most else "least"
        found.append(Criterion(field=mention.extreme.field, test=test))
    return tuple(found)


def selection_of(mention: Mention) -> str:
    """Return in words what leaves one record."""
    entity = mention.entity
    parts = [f"called {mention.title!r}"] if mention.title is not None else []
    parts += [f"whose {entity.fields[p.field].label} is {p.value!r}" for p in mention.properties]
    if mention.parent is not None:
        parts.append(f"that belongs to the {selection_of(mention.parent)}")
    if mention.extreme is not None:
        end = "most" if mention.extreme.most else "least"
        parts.append(f"with the {end} of {entity.fields[mention.extreme.field].label}")
    return " ".join([entity.noun, *parts])
