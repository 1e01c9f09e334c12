"""`ground`: from a chain to calls that were executed, with values that a user would choose.

The steps of a chain are bound and executed one after the other on a fork of the world. Where a
step finds no value, is refused or changes nothing, the next candidate is tried, then those of the
step before: a depth-first search with a bounded number of calls. What an earlier step returned is
taken along the chain's edges; the record must be one that the user can point out. What the user
says is invented for the intent (`larder`). Where the chain's own source holds nothing, a look-up
that an agent could make is put in (`lookup`). A step that cannot be taken at all is left out, with
what only it needs and what needs it, as long as something is left that people ask for (`cut`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from envfactory.chain import Chain, FromDefault, FromStep
from envfactory.environment import World
from envfactory.graph import Edge, Port, ToolGraph, values_at
from envfactory.graph.path import names
from envfactory.graph.words import words as split_words
from envfactory.records import Json
from envfactory.task.grounding.call import Arguments, Call, Leaf
from envfactory.task.grounding.carried import Carried, carried, slot_of
from envfactory.task.grounding.choose import RECORDS_TRIED, Choice, Chooser, Named
from envfactory.task.grounding.cut import without
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.intend import Intention, Unthinkable
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.leaning import NO_LEANING, Leaning
from envfactory.task.grounding.lookup import LookUps
from envfactory.task.grounding.progress import Outlook
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.sources import Sources
from envfactory.task.grounding.unsayable import unsayable
from envfactory.task.grounding.way import Way
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.spoken import speaker_at
from envfactory.task.meanings.words import reference_label

_COMBINATIONS = 6
_DRAWS = 2
_DRAWN = frozenset({"create", "update", "list", "adjust", "order", "other"})
"""Kinds of tools whose values are drawn again where the first ones will not do."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search.

    Attributes:
        calls: Calls in all, for a chain.
        lookup_depth: Look-ups in a row that may be put in to find a record.
        cuts: Wishes of a chain that may be left out because they cannot be granted.
    """

    calls: int = 80
    lookup_depth: int = 3
    cuts: int = 2


def ground(
    chain: Chain,
    graph: ToolGraph,
    glossary: Glossary,
    world: World,
    records: Records,
    larder: Larder,
    rng: random.Random,
    effort: Effort | None = None,
    leaning: Leaning = NO_LEANING,
) -> tuple[Call, ...] | Dropped:
    """Return calls that carry out a chain, or why there are none.

    Args:
        chain: What to call, and where inputs come from.
        graph: The graph that it was drawn from.
        glossary: What tools and records mean.
        world: The chain's environments in their scenarios; it is not changed.
        records: What it holds.
        larder: Where new values come from.
        rng: Decides among records and values.
        effort: How long to search.
        leaning: Which records to choose first.
    """
    effort = effort or Effort()
    speaker = speaker_at(records.now(name) for name in chain.environments)
    reason = None
    for _ in range(effort.cuts + 1):
        way = Way(graph, glossary, world.fork(), records, speaker, effort.calls)
        search = _Search(chain, graph, glossary, way, larder, rng, effort, leaning)
        if search.run():
            return tuple(way.calls)
        reason = reason or way.dropped()
        shorter = without(chain, way.stuck)
        if shorter is None:
            break
        chain = shorter
    assert reason is not None
    return reason


class _Search:
    """The depth-first search; `way` is the way so far."""

    def __init__(
        self,
        chain: Chain,
        graph: ToolGraph,
        glossary: Glossary,
        way: Way,
        larder: Larder,
        rng: random.Random,
        effort: Effort,
        leaning: Leaning,
    ) -> None:
        self._chain, self._graph, self._glossary, self._way = chain, graph, glossary, way
        self._intention = Intention(larder, way.progress, rng)
        outlook, sources = Outlook(chain, glossary), Sources(graph)
        self._chooser = Chooser(
            glossary, way.calls, way.progress, outlook, sources, way.speaker, rng, leaning.favour
        )
        self._lookups = LookUps(graph, glossary, self._chooser, way, effort.lookup_depth)
        self._at: dict[int, int] = {}
        steps = range(len(chain.steps))
        self._carried = [carried(chain, number, graph, glossary) for number in steps]

    def run(self) -> bool:
        """Say whether all steps were taken."""
        for number in range(len(self._chain.steps)):
            unsaid = self._unsayable(number)
            if unsaid is not None:
                self._way.fail(number, "no natural value", unsaid)
                return False
        return self._from(0)

    def _from(self, number: int) -> bool:
        """Carry out the steps from `number` on."""
        if number == len(self._chain.steps):
            return True
        way, start = self._way, self._way.mark()
        for arguments in self._proposals(number):
            kept, meaning = len(way.calls), self._meaning(number)
            call = way.execute(meaning, arguments, self._chain.steps[number].goal, number)
            if call is not None:
                way.calls.append(call)
                self._at[number] = len(way.calls) - 1
                if self._from(number + 1):
                    return True
            if way.left <= 0:
                return False
            way.back(start, keeping=kept)  # the look-ups that were put in before the step stay
        way.back(start)
        return False

    def _unsayable(self, number: int) -> str | None:
        """Return an input of a step that nobody can fill in, whatever comes before it."""
        meaning = self._meaning(number)
        entity = self._glossary.entity(meaning.environment, meaning.table)
        known_of = {*self._stepped(number), *self._tellers(number)}
        return unsayable(meaning, entity, self._free(number), known_of)

    def _free(self, number: int) -> list[Port]:
        """Return the inputs of a step that the user says, and that name no record."""
        step, free = self._chain.steps[number], []
        node = self._graph.tool(step.tool)
        for binding in step.bindings:
            port = node.input_at[binding.input]
            named = self._glossary.entity(node.environment, port.entity) is not None
            if port.path in self._carried[number]:
                continue
            if not isinstance(binding.source, FromDefault) and (not named or port.is_key):
                free.append(port)
        return free

    def _stepped(self, number: int) -> dict[str, FromStep]:
        """Return the inputs of a step that earlier steps return values for."""
        bindings = self._chain.steps[number].bindings
        return {b.input: b.source for b in bindings if isinstance(b.source, FromStep)}

    def _tellers(self, number: int) -> dict[str, tuple[str, str]]:
        """Return what tells the user of values for inputs, where nothing is known of the records.

        Whoever keeps notes with a service knows what is in them: a tool that reads them all tells
        the same. By input, the tool and where its result has the values.
        """
        meaning, found = self._meaning(number), dict[str, tuple[str, str]]()
        if meaning.table is not None:
            return found
        for port in self._free(number):
            edges = self._graph.producers_of(meaning.tool, port.path)
            for edge in sorted(edges, key=_likeness, reverse=True):
                node = self._graph.tool(edge.producer)
                reads = not node.changes_state and not node.required_inputs
                if reads and node.environment == meaning.environment:
                    found.setdefault(port.path, (edge.producer, edge.output))
        return found

    def _seen(self, number: int) -> dict[str, list[Json]]:
        """Return what earlier calls returned for the inputs of a step."""
        seen = {
            path: [
                value
                for _, value in values_at(self._way.calls[self._at[source.step]].value, source.path)
            ]
            for path, source in self._stepped(number).items()
        }
        for path, (tool, place) in self._tellers(number).items():
            if not seen.get(path):
                seen[path] = [value for _, value in values_at(self._way.peek(tool), place)]
        return seen

    def _meaning(self, number: int) -> ToolMeaning:
        return self._glossary.tools[self._chain.steps[number].tool]

    # ------------------------------------------------------------------ binding
    def _proposals(self, number: int) -> Iterator[Arguments]:
        """Yield arguments for a step, the likeliest first; may put look-ups before it."""
        step, meaning = self._chain.steps[number], self._meaning(number)
        node = self._graph.tool(step.tool)
        inputs: list[tuple[str, EntityMeaning]] = []
        offers: list[list[Choice]] = []
        free = self._free(number)
        for binding in step.bindings:
            port = node.input_at[binding.input]
            entity = self._glossary.entity(node.environment, port.entity)
            if isinstance(binding.source, FromDefault) or entity is None or port.is_key:
                continue
            found: list[Json] = []
            if isinstance(binding.source, FromStep):
                result = self._way.calls[self._at[binding.source.step]].value
                found = [value for _, value in values_at(result, binding.source.path)]
            works_on = port.path == f"/{meaning.key}"
            barred = self._chooser.barred(meaning.kind, entity) if works_on else frozenset()
            choices = self._lookups.choices(entity, found, barred, all_known=port.user_can_say)
            if not port.required and not works_on:
                if "*" in port.path or (meaning.kind == "list" and not step.goal):
                    continue  # nobody asks for it: the call would do something of its own accord
                name = names(port.path)[0]
                if len(reference_label(name, entity.noun).split()) > len(entity.noun.split()) + 1:
                    continue
                choices = [c for c in choices if c.mention.title]
            if not choices and not port.required:
                continue
            if not choices or (
                meaning.kind == "list" and not self._lookups.promises(entity, choices)
            ):
                choices = self._lookups.find(entity, number, barred, found) or choices
            if not choices:
                self._way.fail(number, "no record to choose", f"{step.tool}{port.path}")
                return
            inputs.append((port.path.replace("/*", "/0"), entity))
            offers.append(choices[:RECORDS_TRIED])
        for path, held in self._carried[number].items():
            if any(entity is held.entity for _, entity in inputs):
                continue
            choices = self._holding(held)
            if not choices:
                self._way.fail(number, "no record to choose", f"{step.tool}{path}")
                return
            inputs.append((path.replace("/*", "/0"), held.entity))
            offers.append(choices[:RECORDS_TRIED])
        combined = self._chooser.combined(meaning, inputs, offers, self._way.records)
        tried, seen = 0, self._seen(number)
        for base in islice(combined, _COMBINATIONS):
            tried += 1
            for _ in range(_DRAWS if meaning.kind in _DRAWN else 1):
                arguments = Arguments()
                if not self._bind(arguments, number, base):
                    self._way.fail(number, "no natural value", step.tool)
                    break
                try:
                    self._intention.fill(
                        arguments,
                        meaning,
                        self._glossary.entity(meaning.environment, meaning.table),
                        free,
                        self._way.records,
                        seen,
                    )
                except Unthinkable as problem:
                    self._way.fail(number, "no natural value", str(problem))
                    continue
                yield arguments
        if not tried:
            self._way.fail(number, "records that do not belong together", step.tool)

    def _holding(self, held: Carried) -> list[Choice]:
        """Return the records that an input could take a value from."""
        if held.step is None:
            return self._chooser.known(held.entity, self._way.records)
        result = self._way.calls[self._at[held.step]].value
        return self._lookups.choices(held.entity, held.keys(result))

    def _bind(self, arguments: Arguments, number: int, base: Named) -> bool:
        """Bind what records decide; False where one of them does not hold what an input takes."""
        taken = {path.replace("/*", "/0"): held for path, held in self._carried[number].items()}
        for path, (choice, _) in base.items():
            if path not in taken:
                arguments.put(path, choice.key, Leaf("named", mention=choice.mention))
        for path, held in taken.items():
            named = next(choice for choice, entity in base.values() if entity is held.entity)
            value = held.value(named.key, self._way.records)
            if not isinstance(value, str | int) or isinstance(value, bool):
                return False
            if held.step is None:
                slot = slot_of(self._meaning(number), path, held)
                leaf = Leaf("said", slot=slot, mention=named.mention)
            else:
                leaf = Leaf("copied", mention=named.mention, field=held.field)
                leaf = replace(leaf, kind="named") if path in base else leaf
            arguments.put(path, value, leaf)
        return True


def _likeness(edge: Edge) -> tuple[bool, float]:
    """Return how surely both ends of an edge mean the same: names that end alike come first."""
    ends = [
        split_words(name)[-1:] for path in (edge.output, edge.input) for name in names(path)[-1:]
    ]
    return len(set(ends)) == 1, edge.score("semantic")
