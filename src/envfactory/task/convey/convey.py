"""`convey`: the words of a conversation that leaves as much implicit as it is meant to.

The level of a task is the share of its items (see `item`) that are not explicit. A target is turned
into a number of items, up or down at random, so that the average over many tasks is the target.
Which items are left implicit, and how, is drawn; each way is taken only with an executed proof.
What was said is then measured, and tried again where it came out otherwise than laid down.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from envfactory.environment import World
from envfactory.task.convey.item import Item, items_of
from envfactory.task.convey.options import Options
from envfactory.task.convey.prover import Prover
from envfactory.task.convey.target import Implicitness, rounded
from envfactory.task.convey.way import Way
from envfactory.task.grounding.arrange import Plan
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.meaning import Glossary
from envfactory.task.meanings.spoken import speaker_at
from envfactory.task.model import Calibration, Conveyed
from envfactory.task.phrasing.manner import Kind, Manner, Manners, RecordId, record_id
from envfactory.task.phrasing.phrase import Worded, phrase
from envfactory.task.user import Persona

_TRIES = 4
_WEIGHTS: Mapping[Kind, float] = {
    "reference": 3,
    "compression": 3,
    "constraint": 3,
    "description": 1,
}
"""How readily an implicit kind is tried before the others."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A conversation in words, with how everything in it is conveyed, turn by turn."""

    turns: tuple[Worded, ...]
    conveyed: tuple[tuple[Conveyed, ...], ...]
    calibration: Calibration

    @property
    def level(self) -> float:
        """The share of what is conveyed that is not explicit."""
        return round(self.calibration.implicit / max(self.calibration.values, 1), 4)


def convey(
    plan: Plan,
    glossary: Glossary,
    sources: Sources,
    start: Callable[[], World],
    implicitness: Implicitness,
    persona: Persona,
    rng: random.Random,
) -> Spoken | Dropped:
    """Return the turns of a plan in words, or why nobody would say them.

    Args:
        plan: The calls, turn by turn.
        glossary: What tools and records mean.
        sources: Finds which results show which records.
        start: Makes a world in the initial state.
        implicitness: How much to leave implicit.
        persona: Who talks.
        rng: Decides the target, what is left implicit, and the wording.
    """
    conveyer = _Conveyer(plan, glossary, sources, start, persona, rng)
    return conveyer.spoken(implicitness.draw(rng))


class _Conveyer:
    """Tries ways to word one plan."""

    def __init__(
        self,
        plan: Plan,
        glossary: Glossary,
        sources: Sources,
        start: Callable[[], World],
        persona: Persona,
        rng: random.Random,
    ) -> None:
        self._persona = persona
        self._plan, self._glossary, self._rng = plan, glossary, rng
        self._items = items_of(plan)
        first = plan.calls[0].before
        speaker = speaker_at(first.now(name) for name in first.environments)
        self._prover = Prover(plan, sources, speaker, start)
        self._options = Options(plan, self._items, glossary, speaker, self._prover)
        self._ways: dict[tuple[int, Kind], Way | None] = {}

    def spoken(self, target: float) -> Spoken | Dropped:
        """Return the best wording of a few."""
        items = len(self._items)
        wanted = rounded(target, items, self._rng)
        forced = sum(self._way(number, "explicit") is None for number in range(items))
        dropped = Dropped("implicitness out of reach", f"{forced} instead of {wanted} of {items}")
        if forced > wanted:
            return dropped
        best: Spoken | None = None
        for _ in range(_TRIES):
            laid = self._laid_out(wanted)
            manners = _manners(self._items, laid)
            turns = phrase(self._plan, self._glossary, self._rng, manners, self._persona)
            if isinstance(turns, Dropped):
                dropped = turns
                continue
            spoken = self._measured(turns, laid, target)
            if isinstance(spoken, Dropped):
                dropped = spoken
            elif best is None or _off(spoken, wanted) < _off(best, wanted):
                best = spoken
            if best is not None and _off(best, wanted) == 0:
                break
        return best or dropped

    # ------------------------------------------------------------------ laying out
    def _laid_out(self, wanted: int) -> list[Way | None]:
        """Choose a way for each item so that so many are implicit; None leaves it open."""
        laid: list[Way | None] = [self._way(n, "explicit") for n in range(len(self._items))]
        implicit = [way is None for way in laid]
        for number in [n for n, forced in enumerate(implicit) if forced]:
            laid[number] = self._way(number, "description")
        order = list(range(len(self._items)))
        self._rng.shuffle(order)
        for number in order:
            self._leave_out(number, self._kinds(), laid, implicit, wanted)
        for number in order:
            self._leave_out(number, ["withheld"], laid, implicit, wanted)
        return laid

    def _leave_out(
        self,
        number: int,
        kinds: Sequence[Kind],
        laid: list[Way | None],
        implicit: list[bool],
        wanted: int,
    ) -> None:
        """Lay down the first of some kinds that is possible for an item, if one is missing."""
        missing = wanted - sum(implicit)
        if missing <= 0 or implicit[number]:
            return
        for kind in kinds:
            way = self._way(number, kind)
            tied = None if way is None else self._tied(number, kind, implicit)
            if tied is None or len(tied) >= missing:
                continue
            laid[number], implicit[number] = way, True
            for other in tied:
                laid[other], implicit[other] = self._way(other, "compression"), True
            return

    def _kinds(self) -> list[Kind]:
        """Return the implicit kinds in a random order, the readier ones more often first."""
        kinds = {kind: self._rng.random() ** (1 / weight) for kind, weight in _WEIGHTS.items()}
        return sorted(kinds, key=lambda kind: -kinds[kind])

    def _tied(self, number: int, kind: Kind, implicit: Sequence[bool]) -> list[int] | None:
        """Return what a way of telling leaves out as well; None where that would not be clear."""
        if kind != "reference":
            return []
        holders = self._options.holders(self._items[number])
        tied = [n for n, item in enumerate(self._items) if item in holders and not implicit[n]]
        if any(self._way(other, "compression") is None for other in tied):
            return None
        return tied

    def _way(self, number: int, kind: Kind) -> Way | None:
        if (number, kind) not in self._ways:
            self._ways[number, kind] = self._options.way(self._items[number], kind, self._rng)
        return self._ways[number, kind]

    # ------------------------------------------------------------------ measuring
    def _measured(
        self, turns: Sequence[Worded], laid: Sequence[Way | None], target: float
    ) -> Spoken | Dropped:
        """Return how everything was told in fact."""
        conveyed: list[list[Conveyed]] = [[] for _ in turns]
        for number, item in enumerate(self._items):
            found = self._conveyed(item, number, turns[item.turn], laid[number])
            if found is None:
                return Dropped("told without proof", f"{item.turn} {item.pointer}")
            conveyed[item.turn].append(found)
        implicit = sum(each.kind != "explicit" for turn in conveyed for each in turn)
        calibration = Calibration(
            target=round(target, 4),
            values=len(self._items),
            implicit=implicit,
            proofs=self._prover.tally.proofs,
            failed=self._prover.tally.failed,
        )
        return Spoken(tuple(turns), tuple(map(tuple, conveyed)), calibration)

    def _conveyed(self, item: Item, number: int, turn: Worded, laid: Way | None) -> Conveyed | None:
        """Return how one thing was told; None where that was not clear."""
        if item.mention is None:
            return _value(item, turn, laid)
        told = {record_id(told.mention): told for told in turn.told}.get(record_id(item.mention))
        kind: Kind = "compression" if told is None else told.kind
        text = told.text if told is not None and told.text in turn.request else ""
        proof = None
        if kind != "explicit":
            way = laid if laid is not None and laid.manner.kind == kind else None
            if way is not None:
                proof = way.proof
            elif told is not None and kind in ("description", "constraint"):
                proof = self._prover.told_by(item, told.mention)
            else:
                way = self._way(number, kind)
                proof = None if way is None else way.proof
            if proof is None:
                return None
        return Conveyed(call=item.call, path=item.pointer, kind=kind, text=text, proof=proof)


def _value(item: Item, turn: Worded, laid: Way | None) -> Conveyed | None:
    """Return how a value was told; None where it was not told as laid down."""
    said = next((s for s in turn.said if (s.call, s.pointer) == (item.call, item.pointer)), None)
    if said is None:  # words of it that the request holds anyway, which `phrase` has checked
        return Conveyed(call=item.call, path=item.pointer, kind="explicit")
    proof = laid.proof if laid is not None and laid.manner.kind == said.kind else None
    if said.kind != "explicit" and proof is None:
        return None
    return Conveyed(call=item.call, path=item.pointer, kind=said.kind, text=said.shown, proof=proof)


def _manners(items: Sequence[Item], laid: Sequence[Way | None]) -> Manners:
    records: dict[tuple[int, RecordId], Manner] = {}
    values: dict[tuple[int, str], Manner] = {}
    for item, way in zip(items, laid, strict=True):
        if way is not None and item.record is not None:
            records[item.turn, item.record] = way.manner
        elif way is not None:
            values[item.call, item.pointer] = way.manner
    return Manners(records, values)


def _off(spoken: Spoken, wanted: int) -> int:
    return abs(spoken.calibration.implicit - wanted)
