"""Categories: ways to turn a base task into one that tests more, each verified by execution."""

from envfactory.task.category.make import MAKEABLE, VARIATIONS, Variation, VariedMaker
from envfactory.task.category.mix import CATEGORIES, Mix

__all__ = ["CATEGORIES", "MAKEABLE", "VARIATIONS", "Mix", "Variation", "VariedMaker"]
