"""`Resolver`: adds a tool to a draft after everything that its required inputs need.

For each input it chooses between a value that an earlier step returned, a new step that returns
one (resolved the same way, recursively), the user, and the schema's default. Whatever it adds is
valid: a source is only taken where the graph has an edge or the user can say the value, producers
stand before their consumers, and a plan that breaks a limit is taken back.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.chain.atlas import Atlas, Maker, Makers, Need, Place, Way
from envfactory.chain.draft import DEFAULT, Draft, Origin, Waiting
from envfactory.chain.habits import Habits
from envfactory.chain.model import Limits
from envfactory.graph import Edge

_TRIES = 3
"""Producers tried at random for one input, and then as many of the cheapest ones."""

Offer = tuple[Origin, Way]


@dataclass(frozen=True, slots=True)
class Wish:
    """A tool to be added, and the edges that it must use, if any, into different inputs."""

    tool: str
    goal: bool = True
    uses: tuple[Edge, ...] = ()


class Resolver:
    """Adds tools to drafts; `rng` None means the cheapest choice everywhere."""

    def __init__(self, atlas: Atlas, limits: Limits, habits: Habits) -> None:
        self.atlas, self.limits, self.habits = atlas, limits, habits

    def add(self, draft: Draft, wish: Wish, rng: random.Random | None) -> bool:
        """Add a tool with all that it needs; leave the draft as it was where that cannot be."""
        return self.add_within(draft, wish, rng, self.limits.max_depth)

    def add_within(self, draft: Draft, wish: Wish, rng: random.Random | None, depth: int) -> bool:
        """Add a tool at most `depth` deep; the draft's pending tools wait for its result."""
        place = self.atlas.places[wish.tool]
        if not self._has_room(draft, place, depth):
            return False
        length, slots = len(draft.calls), draft.slots
        task = _Task(self, draft, place, rng, depth)
        draft.pending.append(Waiting(place, task.origins))
        bound = task.bind(wish)
        draft.pending.pop()
        if bound and draft.append(place, task.origins, wish.goal):
            return True
        draft.take_back(length, slots)
        return False

    def _has_room(self, draft: Draft, place: Place, depth: int) -> bool:
        if place.rank > depth or len(draft.calls) + len(draft.pending) >= self.limits.max_steps:
            return False
        if any(waiting.place is place for waiting in draft.pending):
            return False
        environments = draft.environments()
        return place.environment in environments or len(environments) < self.limits.max_environments


class _Task:
    """Finding the sources of one step."""

    def __init__(
        self, resolver: Resolver, draft: Draft, place: Place, rng: random.Random | None, depth: int
    ) -> None:
        self._resolver, self._draft, self._place = resolver, draft, place
        self._rng, self._depth = rng, depth
        self._habits = resolver.habits
        self.origins: dict[str, Origin] = {}

    def bind(self, wish: Wish) -> bool:
        """Find a source for each required input and for the optional parts that are given."""
        if not all(self._follow(edge) for edge in wish.uses):
            return False
        for need in self._place.required:
            if need.path not in self.origins:
                origin = self._origin(need)
                if origin is None:
                    return False
                self.origins[need.path] = origin
        for edge in wish.uses:
            option = self._place.needs[edge.input].option
            if option and not self._give(option):
                return False
        if wish.goal:
            self._give_some()
        return True

    def _follow(self, edge: Edge) -> bool:
        """Bind the input of an edge to the latest step that its producer has in the draft."""
        need = self._place.needs[edge.input]
        found = [origin for origin, way in self._offers(need) if way.edge is edge]
        if not found:
            return False
        self.origins[edge.input] = found[-1]
        return True

    def _give_some(self) -> None:
        """Give a few optional parts, and at least one where the call would write nothing else."""
        place, rng, habits = self._place, self._rng, self._habits
        owed = int(place.writes_what_it_gets and not self._says_something())
        wanted = sum(
            rng is not None and rng.random() < habits.option for _ in range(habits.most_options)
        )
        if not wanted + owed:
            return
        keys = [
            (power if rng is None else -(rng.random() ** power), part)
            for part, power in place.worth_saying
        ]
        for _, part in sorted(keys):
            if wanted + owed <= 0:
                return
            if self._give(part):
                wanted, owed = (wanted, 0) if owed else (wanted - 1, 0)

    def _says_something(self) -> bool:
        """Say whether any input is given that does not merely name a record."""
        return any(self._place.needs[path].subject is None for path in self.origins)

    def _give(self, option: str) -> bool:
        """Bind all that an optional part needs, or nothing of it; adds no steps."""
        added: list[str] = []
        for need in self._place.options[option]:
            if need.path not in self.origins:
                origin = self._origin(need, grow=False)
                if origin is None:
                    for path in added:
                        del self.origins[path]
                    return False
                self.origins[need.path] = origin
                added.append(need.path)
        return True

    def _origin(self, need: Need, grow: bool = True) -> Origin | None:
        """Choose where a value comes from; None where nothing within the limits supplies it."""
        offers = self._offers(need)
        known = self._same_record(need, offers)
        if known is not None:
            return known
        if need.can_say:
            return self._said_or_found(need, offers, grow)
        if need.has_default:
            return DEFAULT
        if offers and (not grow or self._often(self._habits.reuse)):
            return self._pick(offers)
        made = self._made(need.makers) if grow else None
        return made if made is not None or not offers else self._pick(offers)

    def _offers(self, need: Need) -> list[Offer]:
        """Return what existing steps supply, without what named a record that is gone since."""
        if not need.ways:
            return []
        offers: list[Offer] = []
        gone, full = self._draft.gone, self._is_full()
        for number, call in enumerate(self._draft.calls):
            ways = need.ways.get(call.place.name)
            if ways is None or call.depth >= self._depth or (full and not self._feeds(number)):
                continue
            for way in ways:
                origin = Origin(number, way.edge.output)
                if origin not in gone:
                    offers.append((origin, way))
        return offers

    def _is_full(self) -> bool:
        """Say whether the step uses as many others as it may."""
        most = self._resolver.limits.max_branching
        if len(self.origins) < most:
            return False
        return len({o.step for o in self.origins.values() if o.step >= 0}) >= most

    def _feeds(self, number: int) -> bool:
        return any(origin.step == number for origin in self.origins.values())

    def _same_record(self, need: Need, offers: Sequence[Offer]) -> Origin | None:
        """Prefer what named the record before, so that a chain stays with its subject."""
        if need.subject is None:
            return None
        seen = set(self.origins.values())
        offered = {origin for origin, _ in offers}
        for origin in self._draft.named_before(need):
            if origin in seen:
                continue
            seen.add(origin)
            fits = origin in offered or (origin.is_said and need.can_say)
            if fits and self._often(self._habits.same_record):
                return origin
        return None

    def _said_or_found(self, need: Need, offers: Sequence[Offer], grow: bool) -> Origin:
        """Choose a source for a value that the user could say."""
        if self._rng is None:
            return self._draft.new_slot()
        if offers:
            best = max(way.trust for _, way in offers)
            if self._rng.random() < self._habits.link * best:
                return self._pick(offers)
        if grow and len(need.typed.urn) and self._rng.random() < self._habits.look_up:
            made = self._made(need.typed)
            if made is not None:
                return made
        return self._draft.new_slot()

    def _made(self, makers: Makers) -> Origin | None:
        """Add a step that supplies the value, trying a few producers and then the cheapest."""
        if self._is_full():
            return None
        for maker in self._candidates(makers):
            wish = Wish(maker.tool, goal=False)
            if self._resolver.add_within(self._draft, wish, self._rng, self._depth - 1):
                number = len(self._draft.calls) - 1
                return self._pick([(Origin(number, way.edge.output), way) for way in maker.ways])
        return None

    def _candidates(self, makers: Makers) -> Iterator[Maker]:
        """Yield producers at random, and then the cheapest ones."""

        def allowed(maker: Maker) -> bool:
            return maker.rank < self._depth and not self._draft.has(maker.tool)

        if self._rng is not None and len(makers.urn):
            yield from makers.urn.draw_several(self._rng, _TRIES, allowed)
        cheapest = (maker for maker in makers.cheapest if allowed(maker))
        for _, maker in zip(range(_TRIES), cheapest, strict=False):
            yield maker

    def _pick(self, offers: Sequence[Offer]) -> Origin:
        """Choose among the values on offer, by trust and avoiding one that is taken already."""
        taken = self.origins.values()
        free = [offer for offer in offers if offer[0] not in taken] or offers
        if len(free) == 1:
            return free[0][0]
        if self._rng is None:
            return max(free, key=lambda offer: offer[1].trust)[0]
        return self._rng.choices(free, [way.weight for _, way in free])[0][0]

    def _often(self, probability: float) -> bool:
        return self._rng is None or self._rng.random() < probability
