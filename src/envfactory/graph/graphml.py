"""`graphml_of`: a tool graph as GraphML, for the programs that draw and measure graphs.

A node is a tool, an edge a place in one tool's result that can be used as an input of another.
Where two tools are joined at several places there are several edges, so readers must allow that
(GraphML does). Scores are one attribute per kind of evidence, absent where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from envfactory.graph.model import Edge, EvidenceKind, ToolGraph, ToolNode

_NAMESPACE: Final = "http://graphml.graphdrawing.org/xmlns"
_KINDS: Final[tuple[EvidenceKind, ...]] = ("type", "semantic", "model", "executed")
_OF_NODES: Final = {
    "environment": "string",
    "tool": "string",
    "description": "string",
    "actor": "string",
    "changes_state": "boolean",
}
_OF_EDGES: Final[dict[str, str]] = {
    "output": "string",
    "input": "string",
    "why": "string",
    **dict.fromkeys((str(kind) for kind in _KINDS), "double"),
}
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot carry, not even escaped."""


def graphml_of(graph: ToolGraph) -> bytes:
    """Return a graph as a GraphML file. Linear in tools and edges."""
    root = Element("graphml", {"xmlns": _NAMESPACE})
    for whose, attributes in (("node", _OF_NODES), ("edge", _OF_EDGES)):
        for name, kind in attributes.items():
            SubElement(
                root,
                "key",
                {"id": _id(whose, name), "for": whose, "attr.name": name, "attr.type": kind},
            )
    drawn = SubElement(root, "graph", {"id": "tools", "edgedefault": "directed"})
    for tool in graph.tools:
        node = SubElement(drawn, "node", {"id": _clean(tool.name)})
        _describe(node, "node", _of_tool(tool))
    for number, edge in enumerate(graph.edges):
        ends = {"source": _clean(edge.producer), "target": _clean(edge.consumer)}
        joined = SubElement(drawn, "edge", {"id": f"e{number}", **ends})
        _describe(joined, "edge", dict(_of_edge(edge)))
    indent(root, " ")
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _of_tool(tool: ToolNode) -> dict[str, Any]:
    return {
        "environment": tool.environment,
        "tool": tool.tool,
        "description": tool.description,
        "actor": tool.actor,
        "changes_state": tool.changes_state,
    }


def _of_edge(edge: Edge) -> Iterator[tuple[str, Any]]:
    yield "output", edge.output
    yield "input", edge.input
    yield "why", "; ".join(f"{e.kind}: {e.detail}" for e in edge.evidence if e.detail)
    for kind in _KINDS:
        if any(evidence.kind == kind for evidence in edge.evidence):
            yield kind, edge.score(kind)


def _describe(element: Element, whose: str, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value not in (None, ""):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            SubElement(element, "data", {"key": _id(whose, name)}).text = _clean(text)


def _id(whose: str, name: str) -> str:
    return f"{whose}_{name}"


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
