"""`graph_html`: a tool graph as one web page to explore, which loads nothing from anywhere.

The page holds the graph as JSON and a script that filters it; everything that comes from tools is
shown as text, never as markup, and the page forbids itself every connection.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final, get_args

import orjson

from envfactory.graph.model import EvidenceKind, Port, ToolGraph, ToolNode

_TEMPLATE: Final = "page.html"
_MARK: Final = "@DATA@"
_LONGEST: Final = 400
"""Longest description shown, in characters."""


def graph_html(graph: ToolGraph) -> str:
    """Return the page. Linear in tools and edges, about 200 bytes an edge."""
    numbers = {tool.name: number for number, tool in enumerate(graph.tools)}
    edges = [
        [
            numbers[edge.producer],
            edge.output,
            numbers[edge.consumer],
            edge.input,
            [[e.kind, round(e.score, 2), e.detail] for e in edge.evidence],
        ]
        for edge in graph.edges
    ]
    found = {evidence.kind for edge in graph.edges for evidence in edge.evidence}
    data = {
        "tools": [_tool(tool) for tool in graph.tools],
        "edges": edges,
        "kinds": [kind for kind in get_args(EvidenceKind) if kind in found],
        "tried": [tried.model_dump() for tried in graph.tried],
    }
    template = files(__package__).joinpath(_TEMPLATE).read_text(encoding="utf-8")
    return template.replace(_MARK, _embedded(data))


def _embedded(data: Any) -> str:
    """Return JSON that can stand inside a script element: no text in it can end the element."""
    text = orjson.dumps(data).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _tool(tool: ToolNode) -> dict[str, Any]:
    changes = {True: "changes the state", False: "only reads", None: ""}[tool.changes_state]
    return {
        "name": tool.name,
        "environment": tool.environment,
        "tool": tool.tool,
        "description": tool.description[:_LONGEST],
        "actor": tool.actor,
        "changes": changes,
        "inputs": [_port(port) for port in tool.inputs],
        "outputs": [_port(port) for port in tool.outputs],
    }


def _port(port: Port) -> list[str]:
    """Return path, type, entity, whether it is needed, what a user can say, and description."""
    says = ""
    if port.user is not None:
        says = f"{'could say it' if port.user.allowed else 'cannot say it'}: {port.user.reason}."
    about = f"{'key' if port.is_key else 'names a record'} of {port.entity}" if port.entity else ""
    if port.side == "input":
        need = "required" if port.required else "optional"
    else:
        need = "may be absent" if port.may_be_absent else ""
    return [port.path, port.type, about, need, says, port.description[:_LONGEST]]
