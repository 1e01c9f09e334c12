"""`overlaps`: requests that come close to those of a benchmark.

By words: a sequence of eight that stands in both, the usual test for contamination, or the whole
request where it is shorter. By meaning: the cosine of embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from envfactory.llm import Embedder
from envfactory.task.hygiene.words import Gram, grams, words_of
from envfactory.task.model import Task
from envfactory.task.report import Utterances

REASON = "overlaps with a benchmark"
_SEQUENCE = 8
_FEWEST = 4
"""Words that a request must have to be told from the small change of any conversation."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """One request that comes close to one of a benchmark.

    Attributes:
        task: Id of the task.
        turn: Which of its requests.
        benchmark: Which one.
        message: What the benchmark says.
        words: The words in common; empty where only the meaning is close.
        cosine: How close the meaning is.
    """

    task: str
    turn: int
    benchmark: str
    message: str
    words: str
    cosine: float


def overlaps(
    tasks: Sequence[Task], benchmark: Utterances, embedder: Embedder, semantic: float = 0.95
) -> list[Overlap]:
    """Return every request that comes close to one of a benchmark's, in the order of tasks.

    One matrix product of requests and messages, and one look-up for each word of a request.

    Args:
        tasks: What is tested.
        benchmark: What it must not hold.
        embedder: Tells how close texts are in meaning.
        semantic: Cosine from which on two say the same.
    """
    known: dict[Gram, int] = {}
    for place, message in enumerate(benchmark.messages):
        for gram in _telling(message.text):
            known.setdefault(gram, place)
    there = embedder.embed([message.text for message in benchmark.messages])
    found: list[Overlap] = []
    for task in tasks:
        here = embedder.embed([turn.request for turn in task.turns])
        for number, (turn, cosines) in enumerate(zip(task.turns, here @ there.T, strict=True)):
            common = sorted(gram for gram in _telling(turn.request) if gram in known)
            nearest = int(np.argmax(cosines))
            if not common and cosines[nearest] < semantic:
                continue
            place = known[common[0]] if common else nearest
            found.append(
                Overlap(
                    task=task.id,
                    turn=number,
                    benchmark=benchmark.name,
                    message=benchmark.messages[place].text,
                    words=" ".join(common[0]) if common else "",
                    cosine=round(float(cosines[place]), 4),
                )
            )
    return found


def _telling(text: str) -> frozenset[Gram]:
    words = words_of(text)
    if len(words) >= _SEQUENCE:
        return grams(words, _SEQUENCE)
    return frozenset([tuple(words)]) if len(words) >= _FEWEST else frozenset()
