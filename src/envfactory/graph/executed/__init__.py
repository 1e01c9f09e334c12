"""Executed evidence: edges that stand because a value that one tool returned worked in another."""

from envfactory.graph.executed.evidence import Effort, Site, Trials, try_edges

__all__ = ["Effort", "Site", "Trials", "try_edges"]
