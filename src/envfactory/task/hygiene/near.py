"""`near_duplicates`: tasks that say what an earlier one says already.

Two tests, either of which is enough: the share of common word pairs (lexical), and the cosine of
embeddings (semantic). Only pairs whose embeddings are close are compared word by word; texts that
share most of their word pairs always are, since an embedding is the mean of those of the words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from envfactory.llm import Embedder
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.hygiene.words import grams, shared, text_of, words_of
from envfactory.task.model import Task

REASON = "near duplicate"
_CLOSE = 0.85
_BLOCK = 2_048


def near_duplicates(
    tasks: Sequence[Task], embedder: Embedder, lexical: float = 0.7, semantic: float = 0.98
) -> dict[str, Dropped]:
    """Return the tasks that come too close to an earlier one that stays, by id.

    One matrix product over the tasks: quadratic, at some ten million pairs a second.

    Args:
        tasks: In the order in which they are preferred.
        embedder: Tells how close texts are in meaning.
        lexical: Share of common word pairs from which on two are the same.
        semantic: Cosine from which on they are.
    """
    texts = [text_of(task) for task in tasks]
    vectors = embedder.embed(texts)
    pairs = [grams(words_of(text), 2) for text in texts]
    found: dict[str, Dropped] = {}
    stays = np.ones(len(tasks), dtype=bool)
    for start in range(0, len(tasks), _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors[: start + _BLOCK].T
        for row, cosines in enumerate(block):
            place = start + row
            for other in map(int, np.flatnonzero(cosines[:place] >= _CLOSE)):
                if not stays[other]:
                    continue
                common = shared(pairs[place], pairs[other])
                if common >= lexical or cosines[other] >= semantic:
                    detail = f"of {tasks[other].id}: {common:.2f} of word pairs, cosine "
                    found[tasks[place].id] = Dropped(REASON, f"{detail}{cosines[other]:.2f}")
                    stays[place] = False
                    break
    return found
