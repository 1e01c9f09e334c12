"""`Sources`: where the results of calls hold the key, or a field, of a record."""

from __future__ import annotations

from collections.abc import Sequence

from envfactory.graph import ToolGraph, values_at
from envfactory.graph.path import escape
from envfactory.records import Json
from envfactory.task.call import Call, Leaf
from envfactory.task.model import Origin


class Sources:
    """Reads results along the ports that a graph knows for each tool."""

    def __init__(self, graph: ToolGraph) -> None:
        self._graph = graph

    def find(self, calls: Sequence[Call], number: int, leaf: Leaf, value: Json) -> Origin | None:
        """Return the first place before call `number` that supplies an argument."""
        if leaf.mention is None:
            return None
        for earlier in range(number):
            path = self._in(calls[earlier], leaf, value)
            if path is not None:
                return Origin(kind="result", call=earlier, path=path)
        return None

    def _in(self, call: Call, leaf: Leaf, value: Json) -> str | None:
        """Return the path in a call's result that holds the value, keys before references."""
        mention = leaf.mention
        if mention is None or call.meaning.environment != mention.entity.environment:
            return None
        ports = self._graph.tool(call.meaning.tool).outputs
        ports = tuple(port for port in ports if port.entity == mention.entity.table)
        for port in sorted(ports, key=lambda port: not port.is_key):
            for path, held in values_at(call.value, port.path):
                if held != mention.key:
                    continue
                if leaf.kind == "named":
                    return path
                field = f"{path.rpartition('/')[0]}/{escape(leaf.field)}"
                if port.is_key and (field, value) in values_at(call.value, field):
                    return field
        return None
