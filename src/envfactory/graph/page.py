"""`graph_html`: a tool graph as one web page to explore, which loads nothing from anywhere.

The page holds the graph as JSON and a script that filters it; everything that comes from tools is
shown as text, never as markup, and the page forbids itself every connection. Ports and evidence
that read the same are stored once.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final, get_args

import orjson

from envfactory.graph.model import Edge, EvidenceKind, Port, ToolGraph, ToolNode

_TEMPLATE: Final = "page.html"
_MARK: Final = "@DATA@"
_LONGEST: Final = 400
"""Longest description shown, in characters."""


def graph_html(graph: ToolGraph) -> str:
    """Return the page. Linear in tools and edges: about 20 bytes an edge, and 100 a port."""
    ports, evidence = _Shelf(), _Shelf()
    numbers = {tool.name: number for number, tool in enumerate(graph.tools)}
    inputs = [{port.path: at for at, port in enumerate(tool.inputs)} for tool in graph.tools]
    outputs = [{port.path: at for at, port in enumerate(tool.outputs)} for tool in graph.tools]
    edges = []
    for edge in graph.edges:
        producer, consumer = numbers[edge.producer], numbers[edge.consumer]
        places = outputs[producer][edge.output], inputs[consumer][edge.input]
        edges.append([producer, places[0], consumer, places[1], evidence.place_of(_why(edge))])
    found = {kind for row in evidence.rows for kind, *_ in row}
    data = {
        "tools": [_tool(tool, ports) for tool in graph.tools],
        "ports": ports.rows,
        "edges": edges,
        "evidence": evidence.rows,
        "kinds": [kind for kind in get_args(EvidenceKind) if kind in found],
        "tried": [tried.model_dump() for tried in graph.tried],
    }
    template = files(__package__).joinpath(_TEMPLATE).read_text(encoding="utf-8")
    return template.replace(_MARK, _embedded(data))


class _Shelf:
    """Rows, each of them once; edges and tools say where theirs stands."""

    def __init__(self) -> None:
        self._places: dict[tuple[Any, ...], int] = {}

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(self._places)

    def place_of(self, row: tuple[Any, ...]) -> int:
        return self._places.setdefault(row, len(self._places))


def _embedded(data: Any) -> str:
    """Return JSON that can stand inside a script element: no text in it can end the element."""
    text = orjson.dumps(data).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _why(edge: Edge) -> tuple[tuple[str, float, str], ...]:
    return tuple((each.kind, round(each.score, 2), each.detail) for each in edge.evidence)


def _tool(tool: ToolNode, ports: _Shelf) -> dict[str, Any]:
    changes = {True: "changes the state", False: "only reads", None: ""}[tool.changes_state]
    return {
        "name": tool.name,
        "environment": tool.environment,
        "tool": tool.tool,
        "description": tool.description[:_LONGEST],
        "actor": tool.actor,
        "changes": changes,
        "inputs": [ports.place_of(_port(port)) for port in tool.inputs],
        "outputs": [ports.place_of(_port(port)) for port in tool.outputs],
    }


def _port(port: Port) -> tuple[str, ...]:
    """Return path, type, entity, whether it is needed, what a user can say, and description."""
    says = ""
    if port.user is not None:
        says = f"{'could say it' if port.user.allowed else 'cannot say it'}: {port.user.reason}."
    about = f"{'key' if port.is_key else 'names a record'} of {port.entity}" if port.entity else ""
    if port.side == "input":
        need = "required" if port.required else "optional"
    else:
        need = "may be absent" if port.may_be_absent else ""
    return (port.path, port.type, about, need, says, port.description[:_LONGEST])
