"""What a set of tasks must not hold twice, must not share with benchmarks, and must keep apart."""

from envfactory.task.hygiene.coverage import Coverage, coverage_of
from envfactory.task.hygiene.near import near_duplicates
from envfactory.task.hygiene.overlap import Overlap, overlaps
from envfactory.task.hygiene.split import Split, split_by_environment
from envfactory.task.hygiene.tidy import Tidied, tidy

__all__ = [
    "Coverage",
    "Overlap",
    "Split",
    "Tidied",
    "coverage_of",
    "near_duplicates",
    "overlaps",
    "split_by_environment",
    "tidy",
]
