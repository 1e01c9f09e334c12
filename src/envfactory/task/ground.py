"""`ground`: from a chain to calls that were executed, with values that a user would choose.

The steps of a chain are bound and executed one after the other on a fork of the world. Where a
step finds no value, is refused or changes nothing, the next candidate is tried, then those of the
step before: a depth-first search with a bounded number of calls. What an earlier step returned is
taken along the chain's edges; the record must be one that the user can point out. What the user
says is invented for the intent (`larder`). Where the chain's own source holds nothing, a look-up
that an agent could make is put in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from envfactory.chain import Chain, FromDefault, FromStep
from envfactory.environment import World, diff
from envfactory.errors import EnvironmentFault
from envfactory.graph import Port, ToolGraph, values_at
from envfactory.records import Json
from envfactory.task.askable import askable, countable
from envfactory.task.call import Arguments, Call, Leaf, lasting, pointer_of
from envfactory.task.dropped import Dropped
from envfactory.task.intend import Intention, Unthinkable
from envfactory.task.larder import Larder
from envfactory.task.meaning import EntityMeaning, Glossary, ToolKind, ToolMeaning
from envfactory.task.mention import Mention, describe
from envfactory.task.progress import Outlook, Progress
from envfactory.task.records import Records
from envfactory.task.sources import Sources
from envfactory.task.spoken import Speaker

_RECORDS_TRIED = 4
_COMBINATIONS = 6
_DRAWS = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: calls in all, and calls to find a record that the chain did not."""

    calls: int = 80
    lookup_depth: int = 3


@dataclass(frozen=True, slots=True)
class _Choice:
    """A record that an input could name."""

    key: Json
    mention: Mention | None


_Named = dict[str, tuple[_Choice, EntityMeaning]]
"""The record that each input names, with its kind, by pointer."""


def ground(
    chain: Chain,
    graph: ToolGraph,
    glossary: Glossary,
    world: World,
    records: Records,
    larder: Larder,
    rng: random.Random,
    effort: Effort | None = None,
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
    """
    search = _Search(chain, graph, glossary, world.fork(), records, larder, rng, effort or Effort())
    return search.run()


class _Search:
    """The depth-first search; `calls` is the way so far."""

    def __init__(
        self,
        chain: Chain,
        graph: ToolGraph,
        glossary: Glossary,
        world: World,
        records: Records,
        larder: Larder,
        rng: random.Random,
        effort: Effort,
    ) -> None:
        self._chain, self._graph, self._glossary = chain, graph, glossary
        self._world, self._rng, self._effort = world, rng, effort
        self._intention = Intention(larder, rng)
        self._records = records
        self._speaker = Speaker(self._records.now(chain.environments[0]))
        self._left = effort.calls
        self._calls: list[Call] = []
        self._progress = Progress(self._calls, glossary)
        self._outlook = Outlook(chain, glossary)
        self._sources = Sources(graph)
        self._at: dict[int, int] = {}
        self._deepest, self._reason, self._detail = -1, "no value fits", ""

    def run(self) -> tuple[Call, ...] | Dropped:
        if self._from(0):
            return tuple(self._calls)
        if self._left <= 0 and self._deepest < 0:
            return Dropped("search gave up", self._detail)
        return Dropped(self._reason, self._detail)

    def _from(self, number: int) -> bool:
        """Carry out the steps from `number` on."""
        if number == len(self._chain.steps):
            return True
        length, mark, records = len(self._calls), self._world.snapshot(), self._records
        for arguments in self._proposals(number):
            kept, meaning = len(self._calls), self._meaning(number)
            wanted = self._chain.steps[number].goal
            call = self._execute(meaning, arguments, wanted, number)
            if call is not None:
                self._calls.append(call)
                self._at[number] = len(self._calls) - 1
                if self._from(number + 1):
                    return True
            if self._left <= 0:
                return False
            del self._calls[kept:]  # the look-ups that were put in before the step stay
            self._world.restore(mark)
            self._records = records
        del self._calls[length:]
        return False

    def _meaning(self, number: int) -> ToolMeaning:
        return self._glossary.tools[self._chain.steps[number].tool]

    # ------------------------------------------------------------------ executing
    def _execute(
        self, meaning: ToolMeaning, arguments: Arguments, wanted: bool, number: int
    ) -> Call | None:
        """Make one call; None where it is refused or of no use."""
        self._left -= 1
        before, mark = self._records, self._world.snapshot()
        try:
            result = self._world.call(meaning.tool, arguments.values)
        except EnvironmentFault as fault:
            self._fail(number, "environment fault", str(fault))
            return None
        if not result.ok:
            problem = result.error.message if result.error else ""
            self._fail(number, "call refused", f"{meaning.tool}: {problem}")
            return None
        changed = diff(mark, self._world.snapshot())
        changes = lasting(changed)
        node = self._graph.tool(meaning.tool)
        if not changes and node.changes_state and meaning.kind not in ("list", "get"):
            self._fail(number, "changes nothing", meaning.tool)
            return None
        if changed:
            self._records = self._records.after(changed, self._glossary.keys)
        if not changes and meaning.kind == "list" and not _holds_records(result.value):
            self._fail(number, "finds nothing", meaning.tool)
            return None
        return Call(
            meaning=meaning,
            arguments=arguments.values,
            leaves=arguments.leaves,
            value=result.value,
            changes=changes,
            before=before,
            after=self._records,
            wanted=wanted and (bool(changes) or self._is_asked(meaning, arguments, result.value)),
            about=_about(meaning, arguments) if meaning.kind == "get" else None,
        )

    def _is_asked(self, meaning: ToolMeaning, arguments: Arguments, value: Json) -> bool:
        """Say whether a result holds what somebody would ask for and does not know already."""
        entity = self._glossary.entity(meaning.environment, meaning.table)
        if entity is None or meaning.kind == "list":
            return entity is not None and countable(value)
        about = _about(meaning, arguments)
        if about is None or not isinstance(value, dict):
            return False
        done = self._progress.changed_fields(entity, about.key)
        return bool(askable(entity, value, about, self._speaker, done))

    def _fail(self, number: int, reason: str, detail: str) -> None:
        if number >= self._deepest:
            self._deepest, self._reason, self._detail = number, reason, detail

    # ------------------------------------------------------------------ binding
    def _proposals(self, number: int) -> Iterator[Arguments]:
        """Yield arguments for a step, the likeliest first; may put look-ups before it."""
        step, meaning = self._chain.steps[number], self._meaning(number)
        node = self._graph.tool(step.tool)
        inputs: list[tuple[str, EntityMeaning]] = []
        offers: list[list[_Choice]] = []
        free: list[Port] = []
        for binding in step.bindings:
            port = node.input_at[binding.input]
            entity = self._glossary.entity(node.environment, port.entity)
            if isinstance(binding.source, FromDefault):
                continue
            if entity is None or port.is_key:
                free.append(port)
                continue
            found: list[Json] = []
            if isinstance(binding.source, FromStep):
                result = self._calls[self._at[binding.source.step]].value
                found = [value for _, value in values_at(result, binding.source.path)]
            works_on = port.path == f"/{meaning.key}"
            barred = self._barred(meaning.kind, entity) if works_on else frozenset()
            choices = self._choices(entity, found, barred, all_known=port.user_can_say)
            if not port.required and not works_on:
                choices = [c for c in choices if c.mention is not None and c.mention.title]
            if not choices and not port.required:
                continue
            if not choices or (meaning.kind == "list" and not self._promises(entity, choices)):
                choices = self._looked_up(entity, number, barred) or choices
            if not choices:
                self._fail(number, "no record to choose", f"{step.tool}{port.path}")
                return
            inputs.append((port.path.replace("/*", "/0"), entity))
            offers.append(choices[:_RECORDS_TRIED])
        combined = self._combined(meaning, inputs, offers)
        tried = 0
        for base in islice(combined, _COMBINATIONS):
            tried += 1
            for _ in range(_DRAWS if meaning.kind in ("create", "update", "list", "other") else 1):
                arguments = Arguments()
                for path, (choice, _entity) in base.items():
                    arguments.put(path, choice.key, Leaf("named", mention=choice.mention))
                try:
                    self._intention.fill(
                        arguments,
                        meaning,
                        self._glossary.entity(meaning.environment, meaning.table),
                        free,
                        self._records,
                        self._progress,
                    )
                except Unthinkable as problem:
                    self._fail(number, "no natural value", str(problem))
                    continue
                yield arguments
        if not tried:
            self._fail(number, "records that do not belong together", step.tool)

    def _combined(
        self,
        meaning: ToolMeaning,
        inputs: Sequence[tuple[str, EntityMeaning]],
        offers: Sequence[list[_Choice]],
    ) -> Iterator[_Named]:
        """Yield a record for each input, the best ranks first, where they belong together.

        Where none do, what the record belongs to is taken from the record itself.
        """
        ranked = product(*(range(len(offer)) for offer in offers))
        fitting, contradictory = False, list[_Named]()
        for ranks in sorted(ranked, key=lambda ranks: (sum(ranks), ranks)):
            chosen = [offer[rank] for offer, rank in zip(offers, ranks, strict=True)]
            named = {
                path: (choice, entity)
                for (path, entity), choice in zip(inputs, chosen, strict=True)
            }
            if len({(e.table, c.key) for c, e in named.values()}) < len(named):
                continue
            if self._contradicts(meaning, named):
                contradictory.append(named)
            else:
                fitting = True
                yield named
        for named in () if fitting else contradictory:
            repaired = self._repaired(meaning, named)
            if repaired is not None:
                yield repaired

    def _contradicts(self, meaning: ToolMeaning, named: _Named) -> bool:
        """Say whether the record does not belong to what the other inputs name."""
        key = named.get(pointer_of(meaning.key)) if meaning.key else None
        if key is None:
            return False
        row = self._records.get(key[1], key[0].key)
        return row is None or any(
            named[pointer_of(parameter)][0].key != row.get(field)
            for parameter, field in meaning.scope.items()
            if pointer_of(parameter) in named
        )

    def _repaired(self, meaning: ToolMeaning, named: _Named) -> _Named | None:
        """Return the choices with the owners that the record has, if the agent can know them."""
        key = named.get(pointer_of(meaning.key)) if meaning.key else None
        row = self._records.get(key[1], key[0].key) if key is not None else None
        if row is None:
            return None
        repaired = dict(named)
        for parameter, field in meaning.scope.items():
            path = pointer_of(parameter)
            if path not in named:
                continue
            entity = named[path][1]
            mention = self._described(entity, row.get(field))
            if mention is None:
                return None
            leaf = Leaf("named", mention=mention)
            if self._sources.find(self._calls, len(self._calls), leaf, mention.key) is None:
                return None
            repaired[path] = (_Choice(mention.key, mention), entity)
        return repaired

    def _barred(self, kind: ToolKind, entity: EntityMeaning) -> frozenset[Json]:
        """Return the records that a call would undo or repeat earlier work on."""
        made = self._progress.made(entity)
        if kind == "delete":
            return made | self._progress.touched(entity)
        return made if kind == "update" else frozenset()

    def _choices(
        self,
        entity: EntityMeaning,
        found: Sequence[Json],
        barred: frozenset[Json] = frozenset(),
        *,
        all_known: bool,
    ) -> list[_Choice]:
        """Return the records among values, those in use first."""
        keys = list(dict.fromkeys(k for k in found if isinstance(k, str | int)))
        if all_known and not keys:
            keys = [row[entity.key] for row in self._records.all(entity)]
        keys = [key for key in keys if key not in barred]
        known = [key for key in self._progress.named(entity) if key in keys]
        others = [key for key in keys if key not in known]
        self._rng.shuffle(others)
        others.sort(key=lambda key: -self._outlook.promise(entity, key, self._records))
        choices: list[_Choice] = []
        for key in [*known, *others]:
            row = self._records.get(entity, key)
            mention = None if row is None else self._described(entity, key)
            if mention is not None:
                choices.append(_Choice(key, mention))
            if len(choices) == _RECORDS_TRIED:
                break
        return choices

    def _promises(self, entity: EntityMeaning, choices: Sequence[_Choice]) -> bool:
        """Say whether any of the records holds what later steps look for inside it."""
        return any(self._outlook.promise(entity, c.key, self._records) > 0 for c in choices)

    def _described(self, entity: EntityMeaning, key: Json) -> Mention | None:
        row = self._records.get(entity, key)
        if row is None:
            return None
        return describe(entity, row, self._records, self._glossary, self._speaker)

    # ------------------------------------------------------------------ look-ups
    def _looked_up(
        self, entity: EntityMeaning, number: int, barred: frozenset[Json]
    ) -> list[_Choice]:
        """Find records of a kind with calls that need nothing else; the calls are put in."""
        for tool in self._finders(entity):
            length, mark = len(self._calls), self._world.snapshot()
            value = self._find(tool, self._effort.lookup_depth, number)
            if value is not None:
                keys = [
                    v for port in self._keys(tool, entity) for _, v in values_at(value, port.path)
                ]
                choices = self._choices(entity, keys, barred, all_known=False)
                if choices:
                    return choices
            del self._calls[length:]
            self._world.restore(mark)
        return []

    def _finders(self, entity: EntityMeaning) -> list[ToolMeaning]:
        return [
            tool
            for tool in self._glossary.tools.values()
            if tool.environment == entity.environment
            and tool.kind == "list"
            and tool.table == entity.table
            and tool.actor == "agent"
        ]

    def _keys(self, tool: ToolMeaning, entity: EntityMeaning) -> list[Port]:
        node = self._graph.tool(tool.tool)
        return [port for port in node.outputs if port.entity == entity.table and port.is_key]

    def _find(self, tool: ToolMeaning, depth: int, number: int) -> Json:
        """Call a list tool, and before it those that find what it needs."""
        ports = self._graph.tool(tool.tool).required_inputs
        if not ports:
            return self._listed(tool, Arguments(), number)
        entity = self._glossary.entity(tool.environment, ports[0].entity)
        if len(ports) > 1 or entity is None or depth <= 1:
            return None
        for choice in self._owners(entity, depth, number):
            arguments = Arguments()
            arguments.put(ports[0].path, choice.key, Leaf("named", mention=choice.mention))
            value = self._listed(tool, arguments, number)
            if value is not None:
                return value
        return None

    def _owners(self, entity: EntityMeaning, depth: int, number: int) -> list[_Choice]:
        """Find the records in which to look, those that the task is about first."""
        named = self._choices(entity, self._progress.named(entity), all_known=False)
        if self._promises(entity, named):
            return named
        for finder in self._finders(entity):
            value = self._find(finder, depth - 1, number)
            keys = [
                v for port in self._keys(finder, entity) for _, v in values_at(value, port.path)
            ]
            choices = self._choices(entity, keys, all_known=False)
            if choices:
                return choices
        return named

    def _listed(self, tool: ToolMeaning, arguments: Arguments, number: int) -> Json:
        call = self._execute(tool, arguments, False, number)
        if call is None:
            return None
        self._calls.append(call)
        return call.value


def _about(meaning: ToolMeaning, arguments: Arguments) -> Mention | None:
    """Return the record that a call works on."""
    leaf = arguments.leaves.get(f"/{meaning.key}")
    return leaf.mention if leaf is not None else None


def _holds_records(value: Json) -> bool:
    """Return whether a list (or a page with a list) has members."""
    if isinstance(value, dict):
        return any(isinstance(part, list) and part for part in value.values())
    return bool(value)
