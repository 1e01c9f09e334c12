"""How users convey what they want: how explicitly, and with which proof that it is clear."""

from envfactory.task.convey.convey import Spoken, convey
from envfactory.task.convey.knowledge import asks_of, knowledge_of
from envfactory.task.convey.proof import outcomes, unproven
from envfactory.task.convey.report import ConveyReport
from envfactory.task.convey.target import NATURAL, Implicitness

__all__ = [
    "NATURAL",
    "ConveyReport",
    "Implicitness",
    "Spoken",
    "asks_of",
    "convey",
    "knowledge_of",
    "outcomes",
    "unproven",
]
