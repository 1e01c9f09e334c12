"""Shapes of plans that no single line of calls is: one call per item, and calls on a condition."""

from envfactory.task.shapes.make import SHARE, ShapeMaker

__all__ = ["SHARE", "ShapeMaker"]
