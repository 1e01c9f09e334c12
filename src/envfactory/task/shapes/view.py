"""`View`: what a list shows of the records of a kind, and the calls that lead there."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envfactory.environment import World
from envfactory.graph import ToolGraph
from envfactory.graph.path import ANY, escape, segments, unescape, values_at
from envfactory.records import Json
from envfactory.task.grounding.mention import Mention, describe
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.meanings.meaning import EntityMeaning, Glossary, ToolMeaning
from envfactory.task.meanings.spoken import Speaker
from envfactory.task.model import Origin

_PARENTS = 4


@dataclass(frozen=True, slots=True)
class Look:
    """A look-up: a call that changes nothing, with where its arguments come from."""

    tool: str
    arguments: Mapping[str, Json]
    origins: Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as a result shows it, where it stands there, and the field that holds its key."""

    key: Json
    row: RecordJson
    place: str
    key_field: str


@dataclass(frozen=True, slots=True)
class View:
    """Records of one kind as the last of some look-ups shows them.

    Attributes:
        looks: The look-ups.
        path: Where the records are in the last result.
        shown: The records.
        parent: What they all belong to, if the list is one of that.
        parent_place: Where the look-up before shows it.
    """

    entity: EntityMeaning
    looks: tuple[Look, ...]
    path: str
    shown: tuple[Shown, ...]
    parent: Mention | None = None
    parent_place: str = ""


class Views:
    """Finds views by executing look-ups on forks of a world."""

    def __init__(self, graph: ToolGraph, glossary: Glossary) -> None:
        self._graph, self._glossary = graph, glossary

    def of(
        self, entity: EntityMeaning, world: World, records: Records, rng: random.Random
    ) -> Iterator[View]:
        """Yield views of the records of a kind, in an order that `rng` decides.

        A list that asks for what its records belong to is shown for some of those, found by a list
        of their own that asks for nothing.
        """
        tools = self.lists(entity)
        rng.shuffle(tools)
        for tool in tools:
            required = sorted(tool.arguments.required)
            if not required:
                view = self.shown(entity, tool, (), {}, world)
                if view is not None:
                    yield view
            elif len(required) == 1 and required[0] in tool.scope:
                yield from self._inside(entity, tool, required[0], world, records, rng)

    def lists(self, entity: EntityMeaning) -> list[ToolMeaning]:
        """Return the tools with which an agent can list records of a kind."""
        return [
            tool
            for tool in self._glossary.tools.values()
            if tool.environment == entity.environment
            and tool.table == entity.table
            and tool.kind == "list"
            and tool.actor == "agent"
        ]

    def _inside(
        self,
        entity: EntityMeaning,
        tool: ToolMeaning,
        parameter: str,
        world: World,
        records: Records,
        rng: random.Random,
    ) -> Iterator[View]:
        """Yield views of the records that belong to one of another kind, for some of those."""
        field = entity.fields.get(tool.scope[parameter])
        owner = self._glossary.entity(entity.environment, field.reference if field else None)
        if owner is None or owner is entity:
            return
        outer = next((v for v in self.of(owner, world, records, rng) if v.parent is None), None)
        if outer is None:
            return
        speaker = Speaker(records.now(owner.environment))
        for each in rng.sample(outer.shown, min(_PARENTS, len(outer.shown))):
            row = records.get(owner, each.key)
            if row is None:
                continue
            mention = describe(owner, row, records, self._glossary, speaker)
            if mention is None or mention.title is None or mention.properties or mention.parent:
                continue
            place = f"{each.place}/{escape(each.key_field)}"
            origin = Origin(kind="result", call=0, path=place)
            look = Look(tool.tool, {parameter: each.key}, {f"/{escape(parameter)}": origin})
            view = self.shown(entity, tool, outer.looks, look.arguments, world)
            if view is not None:
                yield View(entity, (*outer.looks, look), view.path, view.shown, mention, place)

    def shown(
        self,
        entity: EntityMeaning,
        tool: ToolMeaning,
        before: tuple[Look, ...],
        arguments: Mapping[str, Json],
        world: World,
    ) -> View | None:
        """Return what a list shows in a fork of a world; None where it is refused.

        Args:
            entity: The kind of records.
            tool: Lists them.
            before: The look-ups that come first; they are not made.
            arguments: What the tool is given.
            world: Where; it is not changed.
        """
        result = world.fork().call(tool.tool, arguments)
        if not result.ok:
            return None
        for port in self._graph.tool(tool.tool).outputs:
            if port.entity != entity.table or not port.is_key or ANY not in segments(port.path):
                continue
            path, _, last = port.path.rpartition("/")
            key_field = unescape(last)
            shown = tuple(
                Shown(row[key_field], row, place, key_field)
                for place, row in values_at(result.value, path)
                if isinstance(row, dict) and isinstance(row.get(key_field), str | int)
            )
            return View(entity, (*before, Look(tool.tool, arguments, {})), path, shown)
        return None
