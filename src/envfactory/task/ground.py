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
from itertools import islice

from envfactory.chain import Chain, FromDefault, FromStep
from envfactory.environment import World, diff
from envfactory.errors import EnvironmentFault
from envfactory.graph import Port, ToolGraph, values_at
from envfactory.graph.path import names
from envfactory.records import Json
from envfactory.task.askable import askable, countable
from envfactory.task.call import Arguments, Call, Leaf, lasting
from envfactory.task.choose import RECORDS_TRIED, Choice, Chooser
from envfactory.task.dropped import Dropped
from envfactory.task.intend import Intention, Unthinkable, unsayable
from envfactory.task.larder import Larder
from envfactory.task.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.mention import Mention
from envfactory.task.progress import Outlook, Progress
from envfactory.task.records import Records
from envfactory.task.sources import Sources
from envfactory.task.spoken import speaker_at
from envfactory.task.words import reference_label

_COMBINATIONS = 6
_DRAWS = 2


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search.

    Attributes:
        calls: Calls in all, for a chain.
        lookup_depth: Look-ups in a row that may be put in to find a record.
    """

    calls: int = 80
    lookup_depth: int = 3


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
        self._records = records
        self._speaker = speaker_at(records.now(name) for name in chain.environments)
        self._left = effort.calls
        self._calls: list[Call] = []
        self._progress = Progress(self._calls, glossary)
        self._intention = Intention(larder, self._progress, rng)
        self._chooser = Chooser(
            glossary,
            self._calls,
            self._progress,
            Outlook(chain, glossary),
            Sources(graph),
            self._speaker,
            rng,
        )
        self._at: dict[int, int] = {}
        self._deepest, self._reason, self._detail = -1, "no value fits", ""

    def run(self) -> tuple[Call, ...] | Dropped:
        for number in range(len(self._chain.steps)):
            unsaid = self._unsayable(number)
            if unsaid is not None:
                return Dropped("no natural value", unsaid)
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

    def _unsayable(self, number: int) -> str | None:
        """Return an input of a step that nobody can fill in, whatever comes before it."""
        meaning = self._meaning(number)
        entity = self._glossary.entity(meaning.environment, meaning.table)
        return unsayable(meaning, entity, self._free(number))

    def _free(self, number: int) -> list[Port]:
        """Return the inputs of a step that the user says, and that name no record."""
        step, free = self._chain.steps[number], []
        node = self._graph.tool(step.tool)
        for binding in step.bindings:
            port = node.input_at[binding.input]
            named = self._glossary.entity(node.environment, port.entity) is not None
            if not isinstance(binding.source, FromDefault) and (not named or port.is_key):
                free.append(port)
        return free

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
        offers: list[list[Choice]] = []
        free = self._free(number)
        for binding in step.bindings:
            port = node.input_at[binding.input]
            entity = self._glossary.entity(node.environment, port.entity)
            if isinstance(binding.source, FromDefault) or entity is None or port.is_key:
                continue
            found: list[Json] = []
            if isinstance(binding.source, FromStep):
                result = self._calls[self._at[binding.source.step]].value
                found = [value for _, value in values_at(result, binding.source.path)]
            works_on = port.path == f"/{meaning.key}"
            barred = self._chooser.barred(meaning.kind, entity) if works_on else frozenset()
            choices = self._choices(entity, found, barred, all_known=port.user_can_say)
            if not port.required and not works_on:
                if "*" in port.path or (meaning.kind == "list" and not step.goal):
                    continue  # nobody asks for it: the call would do something of its own accord
                name = names(port.path)[0]
                if len(reference_label(name, entity.noun).split()) > len(entity.noun.split()) + 1:
                    continue
                choices = [c for c in choices if c.mention.title]
            if not choices and not port.required:
                continue
            if not choices or (meaning.kind == "list" and not self._promises(entity, choices)):
                choices = self._looked_up(entity, number, barred, found) or choices
            if not choices:
                self._fail(number, "no record to choose", f"{step.tool}{port.path}")
                return
            inputs.append((port.path.replace("/*", "/0"), entity))
            offers.append(choices[:RECORDS_TRIED])
        combined = self._chooser.combined(meaning, inputs, offers, self._records)
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
                    )
                except Unthinkable as problem:
                    self._fail(number, "no natural value", str(problem))
                    continue
                yield arguments
        if not tried:
            self._fail(number, "records that do not belong together", step.tool)

    def _choices(
        self,
        entity: EntityMeaning,
        found: Sequence[Json],
        barred: frozenset[Json] = frozenset(),
        *,
        all_known: bool = False,
    ) -> list[Choice]:
        return self._chooser.choices(entity, found, self._records, barred, all_known=all_known)

    def _promises(self, entity: EntityMeaning, choices: Sequence[Choice]) -> bool:
        return self._chooser.promise_any(entity, choices, self._records)

    # ------------------------------------------------------------------ look-ups
    def _looked_up(
        self,
        entity: EntityMeaning,
        number: int,
        barred: frozenset[Json],
        meant: Sequence[Json],
    ) -> list[Choice]:
        """Find records of a kind with calls that need nothing else; the calls are put in.

        Where results refer to some, those are the ones that are looked for first.
        """
        for tool in self._finders(entity):
            length, mark = len(self._calls), self._world.snapshot()
            value = self._find(tool, self._effort.lookup_depth, number)
            if value is not None:
                keys = [
                    v for port in self._keys(tool, entity) for _, v in values_at(value, port.path)
                ]
                referred = self._choices(entity, [key for key in keys if key in meant], barred)
                choices = self._choices(entity, keys, barred)
                if referred and self._promises(entity, referred) >= self._promises(entity, choices):
                    return referred
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
        owners = [self._glossary.entity(tool.environment, port.entity) for port in ports]
        if depth <= 1 or any(port.is_key for port in ports):
            return None
        inputs = [(p.path, e) for p, e in zip(ports, owners, strict=True) if e is not None]
        if len(inputs) < len(ports):
            return None
        offers = [
            self._owners(entity, tool, tool.scope.get(names(path)[-1]), depth, number)
            for path, entity in inputs
        ]
        for named in self._chooser.together(inputs, offers, self._records):
            arguments = Arguments()
            for path, (choice, _) in named.items():
                arguments.put(path, choice.key, Leaf("named", mention=choice.mention))
            value = self._listed(tool, arguments, number)
            if value is not None:
                return value
        return None

    def _owners(
        self, entity: EntityMeaning, tool: ToolMeaning, field: str | None, depth: int, number: int
    ) -> list[Choice]:
        """Find the records in which to look, those that the task is about first.

        Only records that hold something are worth a look: `field` names them in what is looked for.
        """
        inner = self._glossary.entity(tool.environment, tool.table)

        def holding(keys: Sequence[Json]) -> list[Json]:
            if inner is None or field is None:
                return list(keys)
            return [key for key in keys if self._records.having(inner, field, key)]

        named = self._choices(entity, holding(self._progress.named(entity)))
        if named:
            return named
        for finder in self._finders(entity):
            value = self._find(finder, depth - 1, number)
            keys = [
                v for port in self._keys(finder, entity) for _, v in values_at(value, port.path)
            ]
            choices = self._choices(entity, holding(keys))
            if choices:
                return choices
        return []

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
