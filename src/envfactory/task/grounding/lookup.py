"""`LookUps`: look-ups that an agent could make to find a record, put in before a step."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.graph import Port, ToolGraph, values_at
from envfactory.graph.path import names
from envfactory.records import Json
from envfactory.task.grounding.call import Arguments, Leaf
from envfactory.task.grounding.choose import Choice, Chooser
from envfactory.task.grounding.way import Way
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning


class LookUps:
    """Finds records of a kind with calls that need nothing else."""

    def __init__(
        self, graph: ToolGraph, glossary: Glossary, chooser: Chooser, way: Way, depth: int
    ) -> None:
        """Add to a way.

        Args:
            graph: Says what tools return.
            glossary: What they mean.
            chooser: Chooses among the records found.
            way: The calls so far.
            depth: Look-ups in a row that may be put in.
        """
        self._graph, self._glossary = graph, glossary
        self._chooser, self._way, self._depth = chooser, way, depth

    def choices(
        self,
        entity: EntityMeaning,
        found: Sequence[Json],
        barred: frozenset[Json] = frozenset(),
        *,
        all_known: bool = False,
    ) -> list[Choice]:
        """Return the records among values in the present state; see `Chooser.choices`."""
        return self._chooser.choices(entity, found, self._way.records, barred, all_known=all_known)

    def promises(self, entity: EntityMeaning, choices: Sequence[Choice]) -> bool:
        """Say whether any of the records holds what later steps look for inside it."""
        return self._chooser.promise_any(entity, choices, self._way.records)

    def find(
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
            mark = self._way.mark()
            value = self._find(tool, self._depth, number)
            if value is not None:
                keys = [
                    v for port in self._keys(tool, entity) for _, v in values_at(value, port.path)
                ]
                referred = self.choices(entity, [key for key in keys if key in meant], barred)
                choices = self.choices(entity, keys, barred)
                if referred and self.promises(entity, referred) >= self.promises(entity, choices):
                    return referred
                if choices:
                    return choices
            self._way.back(mark)
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
        for named in self._chooser.together(inputs, offers, self._way.records):
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
            return [key for key in keys if self._way.records.having(inner, field, key)]

        named = self.choices(entity, holding(self._way.progress.named(entity)))
        if named:
            return named
        for finder in self._finders(entity):
            value = self._find(finder, depth - 1, number)
            keys = [
                v for port in self._keys(finder, entity) for _, v in values_at(value, port.path)
            ]
            choices = self.choices(entity, holding(keys))
            if choices:
                return choices
        return []

    def _listed(self, tool: ToolMeaning, arguments: Arguments, number: int) -> Json:
        call = self._way.execute(tool, arguments, False, number)
        if call is None:
            return None
        self._way.calls.append(call)
        return call.value
