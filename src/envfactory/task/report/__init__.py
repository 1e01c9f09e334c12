"""How requests read, in figures, beside those of others."""

from envfactory.task.report.bfcl import read_bfcl
from envfactory.task.report.figures import Figures, compare
from envfactory.task.report.likelihood import SmallModel
from envfactory.task.report.utterances import Utterance, Utterances, of_tasks, read_utterances

__all__ = [
    "Figures",
    "SmallModel",
    "Utterance",
    "Utterances",
    "compare",
    "of_tasks",
    "read_bfcl",
    "read_utterances",
]
