"""Which tool's results feed which tool's inputs: typed nodes, edges with evidence, the builder."""

from envfactory.graph.build import GraphOptions, ToolLike, build_graph
from envfactory.graph.model import (
    Accept,
    Edge,
    Evidence,
    EvidenceKind,
    Port,
    Providable,
    ToolGraph,
    ToolNode,
    merge_edges,
)
from envfactory.graph.path import values_at
from envfactory.graph.providable import is_worth_saying
from envfactory.graph.schema import Bounds
from envfactory.graph.similar import Similarity

__all__ = [
    "Accept",
    "Bounds",
    "Edge",
    "Evidence",
    "EvidenceKind",
    "GraphOptions",
    "Port",
    "Providable",
    "Similarity",
    "ToolGraph",
    "ToolLike",
    "ToolNode",
    "build_graph",
    "is_worth_saying",
    "merge_edges",
    "values_at",
]
