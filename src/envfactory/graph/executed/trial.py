"""`Trial`: one candidate edge, tried out: does the real value work where control values do not?

The producer has been called; a value that it returned is put into a call of the consumer, on a fork
of the state that the producer left. The value works where the consumer answers more to it than to
any made-up value: where it succeeds and they fail, or finds something and they find nothing. Other
fields of the same result are tried as well; where they work too, it is not this field that matters.
Everything else in the call stays the same, so only the value makes the difference.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from envfactory.graph.executed.arguments import fitted, lean, put
from envfactory.graph.executed.bench import Done, Place
from envfactory.graph.executed.control import Scalar, is_scalar, made_up, same_kind
from envfactory.graph.executed.stage import Run, Stage
from envfactory.graph.model import Port, ToolNode
from envfactory.graph.path import values_at
from envfactory.records import Json

VALUES = 3
"""Values of one output that are tried."""
FIELDS = 3
"""Other fields of the same result that are tried as controls."""
CHOICES = 3
"""Other allowed values that are tried as controls, where an input allows certain values only."""
_SHAPES = 6
"""Calls of the consumer that a value is put into, until it works in one."""

Reason = Literal[
    "stands",
    "any value works",
    "other fields work as well",
    "the value does not work",
    "finds no more than a made-up value",
    "consumer out of reach",
    "producer out of reach",
    "producer returns no value there",
    "values of another kind",
    "no control value",
    "calls used up",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a trial came to.

    Attributes:
        reason: Short and stable; "stands" where the edge does.
        alone: Whether no other field of the same result worked.
        score: (1/2 + 1/2 share of the values that worked) x (1 - share of other fields that did).
        detail: The counts behind the score.
    """

    reason: Reason
    alone: bool = False
    score: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A value that the producer returned, where, and in which run."""

    value: Scalar
    place: str
    run: Run


class Trial:
    """One candidate edge on one stage."""

    def __init__(
        self,
        stage: Stage,
        producer: ToolNode,
        output: Port,
        consumer: ToolNode,
        taken: Port,
        seed: str,
    ) -> None:
        self._stage, self._bench = stage, stage.bench
        self._producer, self._output = producer, output
        self._consumer, self._taken = consumer, taken
        self._seed = f"{seed}/{consumer.name}{taken.path}"
        self._known = stage.taken(consumer, taken.path)

    def judge(self) -> Verdict:
        """Try the edge."""
        if not self._stage.runs(self._consumer):
            return self._blank("consumer out of reach")
        if not self._stage.runs(self._producer):
            return self._blank("producer out of reach")
        offers = self._offers()
        if not offers:
            return self._blank("producer returns no value there")
        offers = [offer for offer in offers if self._is_of_kind(offer.value)]
        if not offers:
            return self._blank("values of another kind")
        outcomes: list[tuple[Reason, int, int]] = []
        for offer in offers:
            outcomes.append(self._try(offer))
            if outcomes[-1][0] == "any value works":
                break
        return self._weighed(outcomes)

    def _blank(self, reason: Reason) -> Verdict:
        return Verdict("calls used up" if self._bench.left <= 0 else reason)

    def _offers(self) -> list[_Offer]:
        """Choose values to try: those that the consumer has taken before first, each once."""
        found: dict[Scalar, _Offer] = {}
        for run in self._stage.runs(self._producer):
            for place, value in values_at(run.done.value, self._output.path):
                if is_scalar(value) and isinstance(value, str | int | float):
                    found.setdefault(value, _Offer(value, place, run))
        ranked = sorted(found.values(), key=lambda offer: offer.value not in self._known)
        return ranked[:VALUES]

    def _is_of_kind(self, value: Json) -> bool:
        kind = self._taken.type
        if kind == "integer":
            return isinstance(value, int)
        if kind == "number":
            return not isinstance(value, str)
        return kind == "any" or (kind == "string") == isinstance(value, str)

    # ------------------------------------------------------------------ one value
    def _try(self, offer: _Offer) -> tuple[Reason, int, int]:
        """Return what a value came to, and how many other fields were tried and worked."""
        reason: Reason = "the value does not work"
        for arguments in self._shapes(offer):
            real = self._call(offer, arguments, offer.value)
            if real is None:
                return "calls used up", 0, 0
            if not real.ok:
                continue
            floor = self._floor(offer, arguments)
            if floor is None:
                reason = "no control value"
            elif _exceeds(real, floor):
                return "stands", *self._fields(offer, arguments, floor)
            elif real.changed:
                return "any value works", 0, 0
            else:
                reason = "finds no more than a made-up value"
        return reason, 0, 0

    def _shapes(self, offer: _Offer) -> Iterator[dict[str, Json]]:
        """Yield arguments to put the value into: those that took it before, then fitted ones."""
        path = self._taken.path
        runs = self._stage.runs(self._consumer)
        seen: list[dict[str, Json]] = []
        holds = [run for run in runs if offer.value in _at(run.arguments, path)]
        for run in (*holds[:1], *runs[: _SHAPES // 2]):
            base = lean(self._consumer, run.arguments, path)
            given, result = offer.run.arguments, offer.run.done.value
            fit = fitted(self._consumer, path, base, self._producer, given, result, offer.place)
            first = (base, fit) if run in holds[:1] else (fit, base)
            for arguments in (*first, run.arguments):
                arguments = put(arguments, path, offer.value)
                if arguments not in seen and len(seen) < _SHAPES:
                    seen.append(arguments)
                    yield arguments

    def _call(self, offer: _Offer, arguments: Mapping[str, Json], value: Json) -> Done | None:
        place: Place = offer.run.done.after
        return self._bench.call(place, self._consumer.tool, put(arguments, self._taken.path, value))

    # ------------------------------------------------------------------ controls
    def _floor(self, offer: _Offer, arguments: Mapping[str, Json]) -> Done | None:
        """Return the best that a made-up value comes to; None where there is no such value."""
        returned = self._stage.column(self._producer, self._output.path)
        known = (self._known, returned, self._stage.held)
        best: Done | None = None
        rng = random.Random(f"{self._seed}/{offer.value}")  # the same for every producer of it
        others = [choice for choice in self._taken.choices if choice != offer.value]
        for control in others[:CHOICES] or made_up(offer.value, known, rng):
            done = self._call(offer, arguments, control)
            if done is not None and (best is None or _exceeds(done, best)):
                best = done
        return best

    def _fields(self, offer: _Offer, arguments: Mapping[str, Json], floor: Done) -> tuple[int, int]:
        """Try other fields of the same result; return how many were tried and how many worked."""
        tried = worked = 0
        for value in self._others(offer):
            done = self._call(offer, arguments, value) if tried < FIELDS else None
            if done is None:
                break
            tried += 1
            worked += _exceeds(done, floor)
        return tried, worked

    def _others(self, offer: _Offer) -> Iterator[Json]:
        """Yield values of other fields that are not known to identify the same."""
        same = {**self._known, **self._stage.column(self._producer, self._output.path)}
        seen: set[Json] = set()
        for port in self._producer.outputs:
            related = port.entity is not None and port.entity == self._output.entity
            if port.path == self._output.path or related or port.type == "boolean":
                continue
            for _, value in values_at(offer.run.done.value, port.path):
                if is_scalar(value) and same_kind(value, offer.value) and value not in same:
                    if value not in seen:
                        seen.add(value)
                        yield value
                    break

    # ------------------------------------------------------------------ the verdict
    def _weighed(self, outcomes: list[tuple[Reason, int, int]]) -> Verdict:
        worked = sum(reason == "stands" for reason, _, _ in outcomes)
        if not worked or outcomes[-1][0] == "any value works":
            return Verdict(outcomes[-1][0])
        fields = sum(tried for _, tried, _ in outcomes)
        as_well = sum(worked for _, _, worked in outcomes)
        share = as_well / fields if fields else 0.0
        score = round((0.5 + 0.5 * worked / len(outcomes)) * (1 - share), 2)
        detail = (
            f"{worked} of {len(outcomes)} values worked, made-up ones did not; "
            f"{as_well} of {fields} other fields did"
        )
        reason: Reason = "stands" if score >= 0.5 else "other fields work as well"
        return Verdict(reason, not as_well, score, detail)


def _at(arguments: Mapping[str, Json], path: str) -> list[Json]:
    return [value for _, value in values_at(dict(arguments), path)]


def _exceeds(one: Done, other: Done) -> bool:
    """Say whether a call came to more: to a success instead of a failure, or to a fuller answer.

    Where both changed the state, neither came to more.
    """
    if one.ok != other.ok or one.changed != other.changed:
        return one.ok and (one.changed or not other.ok)
    return one.ok and not one.changed and one.weight > other.weight
