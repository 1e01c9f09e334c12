"""envfactory: verified, stateful tool environments and agent tasks from real API descriptions."""

__version__ = "0.1.0"
