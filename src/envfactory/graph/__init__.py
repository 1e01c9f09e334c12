"""Which tool's results feed which tool's inputs: typed nodes, edges with evidence, the builder.

Evidence by execution is in `envfactory.graph.executed`: it needs verification, and with that the
compiler, which nobody else who reads a graph has to load.
"""

from envfactory.graph.accept import Accept
from envfactory.graph.build import KeepPart, build_graph
from envfactory.graph.graphml import graphml_of
from envfactory.graph.model import (
    Choice,
    Edge,
    Evidence,
    EvidenceKind,
    Port,
    Providable,
    ToolGraph,
    ToolNode,
    Tried,
    merge_edges,
)
from envfactory.graph.page import graph_html
from envfactory.graph.part import GraphOptions, GraphPart, ToolLike
from envfactory.graph.path import values_at
from envfactory.graph.providable import is_worth_saying
from envfactory.graph.schema import Bounds
from envfactory.graph.similar import Similarity

__all__ = [
    "Accept",
    "Bounds",
    "Choice",
    "Edge",
    "Evidence",
    "EvidenceKind",
    "GraphOptions",
    "GraphPart",
    "KeepPart",
    "Port",
    "Providable",
    "Similarity",
    "ToolGraph",
    "ToolLike",
    "ToolNode",
    "Tried",
    "build_graph",
    "graph_html",
    "graphml_of",
    "is_worth_saying",
    "merge_edges",
    "values_at",
]
