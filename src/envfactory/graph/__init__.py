"""Which tool's results feed which tool's inputs: typed nodes, edges with evidence, the builder."""

from envfactory.graph.accept import Accept
from envfactory.graph.build import GraphOptions, ToolLike, build_graph
from envfactory.graph.executed import Effort, Site, Trials, try_edges
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
from envfactory.graph.path import values_at
from envfactory.graph.providable import is_worth_saying
from envfactory.graph.schema import Bounds
from envfactory.graph.similar import Similarity

__all__ = [
    "Accept",
    "Bounds",
    "Choice",
    "Edge",
    "Effort",
    "Evidence",
    "EvidenceKind",
    "GraphOptions",
    "Port",
    "Providable",
    "Similarity",
    "Site",
    "ToolGraph",
    "ToolLike",
    "ToolNode",
    "Trials",
    "Tried",
    "build_graph",
    "graph_html",
    "graphml_of",
    "is_worth_saying",
    "merge_edges",
    "try_edges",
    "values_at",
]
