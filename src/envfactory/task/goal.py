"""`Goal`: what has to be true once a task is done, and `judge`, which says whether it is.

`judge` is a pure function of what was recorded: the changes between the first and the last state,
and the answer given in each turn. Keys that the environment generated are compared up to renaming,
so that independent records may be made in any order; every other change has to be there as it is,
and no other change may be.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product

from envfactory.environment import Change
from envfactory.graph.path import values_at
from envfactory.records import Json, canonical_json, json_hash
from envfactory.task.grounding.call import lasting, place
from envfactory.task.judging.answering import answered
from envfactory.task.judging.refusal import declines
from envfactory.task.model import Fact, Goal, Identifier, Refusal, StateChange

_MAX_RENAMINGS = 720

Place = tuple[str, str]
"""An environment and one of its tables."""

_Made = tuple[Place, Json]
"""A record that was made: its table and the key it was given."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the goal was reached, and what stands against it.

    Attributes:
        missing: Expected changes that did not happen.
        extra: Changes that were not expected.
        unanswered: Facts that the answer of their turn does not contain.
        unrefused: What the answer of its turn does not say no to; see `refusal.declines`.
    """

    missing: tuple[StateChange, ...] = ()
    extra: tuple[StateChange, ...] = ()
    unanswered: tuple[Fact, ...] = ()
    unrefused: tuple[Refusal, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether nothing is missing, extra, unanswered or not refused."""
        return not (self.missing or self.extra or self.unanswered or self.unrefused)


def recorded(changes: Iterable[Change], environment: str = "") -> tuple[StateChange, ...]:
    """Return differences between two states as they are recorded: clock and seed left out.

    Args:
        changes: What `envfactory.environment.diff` returned.
        environment: The name of the environment, where the states are not those of a world.
    """
    # What the kernel hands out is JSON of its own, and need not be looked through again.
    return tuple(
        StateChange.model_construct(
            environment=change.environment or environment,
            kind=change.kind,
            table=change.table,
            key=change.key,
            field=change.field,
            before=change.before,
            after=change.after,
        )
        for change in lasting(changes)
    )


class Judge:
    """Says of what was recorded whether it reaches a goal; what the goal expects is read once."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self._places = _places(goal.changes)

    @cached_property
    def _expected(self) -> _Side:
        return _Side(self.goal.changes, self.goal.identifiers)

    def verdict(self, changes: Sequence[StateChange], answers: Sequence[str]) -> Verdict:
        """Say whether the goal is reached and what stands against it; see `judge`."""
        goal = self.goal
        missing, extra = _compare(self._expected, _Side(changes, goal.identifiers))
        return Verdict(
            missing,
            extra,
            tuple(fact for fact in goal.facts if not _is_answered(fact, goal, answers)),
            tuple(each for each in goal.refusals if not _is_refused(each, answers)),
        )

    def reached(self, changes: Sequence[StateChange], answers: Sequence[str]) -> bool:
        """Say whether the goal is reached; `verdict(...).reached`, only sooner."""
        return self.agrees(changes) and self.answered(answers)

    def agrees(self, changes: Sequence[StateChange]) -> bool:
        """Say whether the changes are those that are expected.

        Who changed other tables, or more or fewer records, is turned away without a comparison.
        """
        if _places(changes) != self._places:
            return False
        actual = _Side(changes, self.goal.identifiers)
        if actual.nameless != self._expected.nameless:
            return False
        return not actual.made or not any(_compare(self._expected, actual))

    def answered(self, answers: Sequence[str]) -> bool:
        """Say whether the answers tell each fact, and refuse what has to be refused."""
        goal = self.goal
        return all(_is_answered(fact, goal, answers) for fact in goal.facts) and all(
            _is_refused(refusal, answers) for refusal in goal.refusals
        )


def judge(goal: Goal, changes: Sequence[StateChange], answers: Sequence[str]) -> Verdict:
    """Say whether recorded changes and answers reach a goal.

    Args:
        goal: What is expected.
        changes: What differs between the first and the last state, as `recorded` gives it.
        answers: What the agent said at the end of each turn.
    """
    return Judge(goal).verdict(changes, answers)


def reaches(goal: Goal, changes: Sequence[StateChange], answers: Sequence[str]) -> bool:
    """Say whether recorded changes and answers reach a goal; `judge(...).reached`, only sooner."""
    return Judge(goal).reached(changes, answers)


def _places(changes: Sequence[StateChange]) -> Counter[tuple[str, str, str, str | None]]:
    return Counter((c.environment, c.kind, c.table, c.field) for c in changes)


def _is_refused(refusal: Refusal, answers: Sequence[str]) -> bool:
    return refusal.turn < len(answers) and declines(answers[refusal.turn], refusal)


def _is_answered(fact: Fact, goal: Goal, answers: Sequence[str]) -> bool:
    if fact.turn >= len(answers):
        return False
    beside = [other for other in goal.facts if other.turn == fact.turn and other is not fact]
    return answered(fact, answers[fact.turn], beside)


# ------------------------------------------------------------------------------ changes
def _compare(
    expected: _Side, actual: _Side
) -> tuple[tuple[StateChange, ...], tuple[StateChange, ...]]:
    """Return what is missing and what is extra under the best renaming of generated keys."""
    wanted = expected.as_it_is
    best: tuple[Counter[bytes], Counter[bytes]] | None = None
    for renaming in _renamings(expected, actual):
        found = actual.canonical(renaming)
        missing, extra = wanted - found, found - wanted
        if best is None or missing.total() + extra.total() < best[0].total() + best[1].total():
            best = missing, extra
        if not missing and not extra:
            break
    assert best is not None
    return expected.named(best[0]), actual.named(best[1])


class _Side:
    """The changes of one side, with the keys in them that may be renamed."""

    def __init__(self, changes: Sequence[StateChange], identifiers: Sequence[Identifier]) -> None:
        self.changes = changes
        self._paths: dict[Place, list[Identifier]] = defaultdict(list)
        for identifier in identifiers:
            self._paths[identifier.environment, identifier.table].append(identifier)
        generated = {(i.environment, i.table) for i in identifiers if i.generated}
        self.made: dict[_Made, int] = {
            ((change.environment, change.table), change.key): number
            for number, change in enumerate(changes)
            if change.kind == "insert" and (change.environment, change.table) in generated
        }
        self._content: dict[bytes, StateChange] = {}

    @cached_property
    def nameless(self) -> Counter[bytes]:
        """The changes as comparable bytes, made keys blanked out: alike under any renaming."""
        blank: dict[_Made, Json] = dict.fromkeys(self.made, "")
        return Counter(self._renamed(change, blank) for change in self.changes)

    @cached_property
    def as_it_is(self) -> Counter[bytes]:
        """The changes as comparable bytes, each key its own."""
        return self.canonical({})

    def canonical(self, renaming: Mapping[_Made, Json]) -> Counter[bytes]:
        """Return the changes as comparable bytes, keys renamed."""
        counted: Counter[bytes] = Counter()
        self._content = {}
        for change in self.changes:
            content = self._renamed(change, renaming)
            counted[content] += 1
            self._content[content] = change
        return counted

    def named(self, counted: Counter[bytes]) -> tuple[StateChange, ...]:
        """Return the changes that stand behind comparable bytes of the last `canonical`."""
        if any(content not in self._content for content in counted):
            return tuple(self.changes)
        return tuple(self._content[content] for content in sorted(counted.elements()))

    @cached_property
    def colours(self) -> dict[_Made, str]:
        """A mark per made record that depends on content and references, not on keys.

        Colour refinement: start from the content, and mix in the colours of what refers to whom
        until nothing new can be told apart.
        """
        blank: dict[_Made, Json] = dict.fromkeys(self.made, "")
        colour = self.contents
        for _ in range(len(self.made)):
            signs: dict[_Made, list[str]] = {made: [] for made in self.made}
            for number, change in enumerate(self.changes):
                owner = next((m for m, n in self.made.items() if n == number), None)
                mark = colour[owner] if owner else self._renamed(change, blank).decode()
                for path, target in self._references(change):
                    signs[target].append(f"from {mark} {path}")
                    if owner is not None:
                        signs[owner].append(f"to {colour[target]} {path}")
            colour = {made: json_hash([colour[made], sorted(signs[made])]) for made in self.made}
        return colour

    @cached_property
    def contents(self) -> dict[_Made, str]:
        """A mark per made record that depends on its content, made keys blanked out."""
        blank: dict[_Made, Json] = dict.fromkeys(self.made, "")
        return {
            made: json_hash(self._renamed(self.changes[number], blank).decode())
            for made, number in self.made.items()
        }

    def _references(self, change: StateChange) -> Iterator[tuple[str, _Made]]:
        """Yield where a change names a made record, its own key apart."""
        for identifier in self._paths[change.environment, change.table]:
            target = (identifier.environment, identifier.names)
            for side in ("before", "after"):
                for path, value in _at(change, side, identifier):
                    if (target, value) in self.made and not _is_own_key(identifier, change, value):
                        yield f"{side}{_general(path)}", (target, value)

    def _renamed(self, change: StateChange, renaming: Mapping[_Made, Json]) -> bytes:
        place_ = (change.environment, change.table)
        identifiers = self._paths[place_]
        if not renaming and not any(each.path.endswith("/*") for each in identifiers):
            return canonical_json(change.__dict__)
        content = change.model_dump(mode="json")
        if (place_, change.key) in renaming:
            content["key"] = renaming[place_, change.key]
        for identifier in identifiers:
            target = (identifier.environment, identifier.names)
            for side in ("before", "after"):
                for path, value in list(_at(change, side, identifier)):
                    if isinstance(value, str | int) and (target, value) in renaming:
                        keys = tuple(path.split("/")[1:])
                        place(content, (side, *keys), renaming[target, value])
            if identifier.path.endswith("/*"):
                _sort_members(content, change, identifier)
        return canonical_json(content)


def _at(change: StateChange, side: str, identifier: Identifier) -> Iterator[tuple[str, Json]]:
    """Yield the values at an identifier's path in one side of a change, with paths from there."""
    value = change.before if side == "before" else change.after
    if change.kind in ("insert", "delete"):
        yield from values_at(value, identifier.path)
    elif change.kind == "update" and change.field is not None:
        head, _, rest = identifier.path[1:].partition("/")
        if head == change.field:
            yield from values_at(value, f"/{rest}" if rest else "")


def _sort_members(content: dict[str, Json], change: StateChange, identifier: Identifier) -> None:
    """Sort a list of references: it says which records belong, not in which order."""
    above = identifier.path.removesuffix("/*")
    holder = identifier.model_copy(update={"path": above})
    for side in ("before", "after"):
        renamed = change.model_copy(update={side: content[side]})
        for path, value in list(_at(renamed, side, holder)):
            if isinstance(value, list):
                members = sorted(value, key=canonical_json)
                place(content, (side, *path.split("/")[1:]), members)


def _renamings(expected: _Side, actual: _Side) -> Iterator[dict[_Made, Json]]:
    """Yield ways to rename the keys of records made on the actual side to the expected ones.

    Records that are alike in content and in what refers to them are interchangeable. Those that
    are alike in content only are renamed to each other after that, so that what is missing around
    a record does not make the record itself count as missing.
    """
    groups: list[tuple[list[_Made], list[_Made]]] = []
    wanted, found = _grouped(expected.colours), _grouped(actual.colours)
    for colour, made in found.items():
        groups.append((made, wanted.get(colour, [])))
    orders = [_orders(made, targets) for made, targets in groups]
    alike, content = _grouped(expected.contents), actual.contents
    for tried, chosen in enumerate(product(*orders)):
        if tried >= _MAX_RENAMINGS:
            return
        renaming: dict[_Made, Json] = {}
        taken: set[_Made] = set()
        for (made, _), targets in zip(groups, chosen, strict=True):
            for key, target in zip(made, targets, strict=False):
                renaming[key] = target[1]
                taken.add(target)
        for number, key in enumerate(key for key in actual.made if key not in renaming):
            free = [t for t in alike.get((key[0], content[key]), []) if t not in taken]
            taken.update(free[:1])
            renaming[key] = free[0][1] if free else f"unexpected record {number}"
        yield renaming


def _orders(made: list[_Made], targets: list[_Made]) -> list[tuple[_Made, ...]]:
    count = min(len(made), len(targets))
    if count > 5:
        return [tuple(targets)]
    return list(permutations(targets, count)) or [()]


def _grouped(colours: Mapping[_Made, str]) -> dict[tuple[Place, str], list[_Made]]:
    """Return the made records of each table and mark."""
    groups: dict[tuple[Place, str], list[_Made]] = defaultdict(list)
    for made, colour in colours.items():
        groups[made[0], colour].append(made)
    return dict(sorted(groups.items()))


def _is_own_key(identifier: Identifier, change: StateChange, value: Json) -> bool:
    return identifier.generated and change.key == value


def _general(path: str) -> str:
    return re.sub(r"/\d+", "/*", path)
