"""`compare`: how natural, varied and under-specified requests are, data set beside data set.

Figures that grow or shrink with the size of a data set are taken from samples of one size, so that
they can stand beside each other. distinct-n (Li et al. 2016) falls with the number of words,
whoever wrote them: it is the mean over several random samples of messages that have the same number
of words in all, no more than half of the smallest set, so that samples differ; its spread is told.
Self-BLEU (Zhu et al. 2018, "Texygen") is taken from the same number of messages.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from statistics import fmean, pstdev

from pydantic import Field

from envfactory.errors import InputError
from envfactory.records import Json, Stored
from envfactory.task.report.utterances import Utterance, Utterances

_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_JARGON = re.compile(
    r"\b[A-Za-z]+_[A-Za-z0-9_]+\b"  # snake_case
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{8,}"
    r"|\b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{12,}\b"
    r"|\b[A-Z]{2,}_?\d{4,}\b"
)
_BLEU_SAMPLE = 100
_SAMPLES = 10
_SAMPLE_WORDS = 2000
"""The most words in each of so many samples for distinct-n."""
SACREBLEU = "pip install sacrebleu"


class Figures(Stored):
    """How one data set reads. What could not be measured is null."""

    name: str
    messages: int
    verbatim: float | None = Field(
        description="Share of the values in gold arguments that stand literally in their request."
    )
    tokens: float = Field(description="Words in a message, on average.")
    distinct_1: float = Field(description="Different words among all words of a sample, mean.")
    distinct_2: float = Field(
        description="Different pairs of neighbouring words among all pairs of a sample, mean."
    )
    spread: float = Field(description="Standard deviation of `distinct_2` over the samples.")
    window: int = Field(description="Words in a sample for `distinct_1` and `distinct_2`.")
    self_bleu: float | None = Field(
        description="BLEU of a message against the others, on average; lower is more varied."
    )
    surprise: float | None = Field(
        description="Negative log-likelihood of a token under the small model, in nats."
    )
    jargon: float = Field(description="Share of messages with an id or snake_case.")


def compare(
    sets: Sequence[Utterances],
    *,
    seed: int = 0,
    surprise: Callable[[Sequence[str]], float] | None = None,
    sample: int = _BLEU_SAMPLE,
) -> tuple[Figures, ...]:
    """Return the figures of several data sets, from samples of the same size.

    Linear in the messages, but for self-BLEU, which is quadratic in `sample`, and `surprise`.

    Args:
        sets: What to measure; none of them empty.
        seed: Decides the samples.
        surprise: Measures the likelihood of texts, if that is wanted.
        sample: How many messages of each set are compared with each other, and measured.

    Raises:
        InputError: If a set is empty.
    """
    for each in sets:
        if not each.messages:
            raise InputError(each.name, "holds no messages", "make some tasks first")
    length = min(_SAMPLE_WORDS, *(-(-_words(each) // 2) for each in sets))
    most = min(len(each.messages) for each in sets) if len(sets) > 1 else sample
    return tuple(_measured(each, seed, length, min(sample, most), surprise) for each in sets)


def _measured(
    each: Utterances,
    seed: int,
    length: int,
    count: int,
    surprise: Callable[[Sequence[str]], float] | None,
) -> Figures:
    """Return the figures of one set, from samples of `length` words and of `count` messages."""
    windows = [
        _first([_tokens(message.text) for message in _shuffled(each, f"{seed}/{number}")], length)
        for number in range(_SAMPLES)
    ]
    pairs = [_distinct(window, 2) for window in windows]
    chosen = [message.text for message in _shuffled(each, str(seed))[:count]]
    messages = each.messages
    return Figures(
        name=each.name,
        messages=len(messages),
        verbatim=_verbatim(messages),
        tokens=round(_words(each) / len(messages), 2),
        distinct_1=round(fmean(_distinct(window, 1) for window in windows), 4),
        distinct_2=round(fmean(pairs), 4),
        spread=round(pstdev(pairs), 4),
        window=length,
        self_bleu=_self_bleu(chosen),
        surprise=None if surprise is None else round(surprise(chosen), 3),
        jargon=round(sum(_has_jargon(m.text) for m in messages) / len(messages), 4),
    )


def stands_in(value: Json, text: str) -> bool:
    """Return whether a value stands in a text letter by letter, whatever the case."""
    said = str(value).strip().casefold()
    return bool(said) and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", text.casefold()) is not None


def _shuffled(each: Utterances, seed: str) -> list[Utterance]:
    messages = list(each.messages)
    random.Random(f"{each.name}/{seed}").shuffle(messages)
    return messages


def _words(each: Utterances) -> int:
    return sum(len(_tokens(message.text)) for message in each.messages)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())


def _first(texts: Sequence[Sequence[str]], length: int) -> list[Sequence[str]]:
    """Return whole texts from the start, and a part of the last, with so many tokens in all."""
    found: list[Sequence[str]] = []
    for text in texts:
        if length <= 0:
            break
        found.append(text[:length])
        length -= len(text)
    return found


def _distinct(texts: Sequence[Sequence[str]], size: int) -> float:
    grams = [tuple(text[at : at + size]) for text in texts for at in range(len(text) - size + 1)]
    return len(set(grams)) / max(len(grams), 1)


def _verbatim(messages: Sequence[Utterance]) -> float | None:
    pairs = [(value, message.text) for message in messages for value in message.values]
    if not pairs:
        return None
    return round(sum(stands_in(value, text) for value, text in pairs) / len(pairs), 4)


def _has_jargon(text: str) -> bool:
    return _JARGON.search(text) is not None


def _self_bleu(texts: Sequence[str]) -> float | None:
    """Return the mean BLEU (0 to 100) of each text against the rest; None without sacrebleu."""
    try:
        from sacrebleu.metrics.bleu import BLEU
    except ImportError:
        return None
    if len(texts) < 2:
        return None
    bleu = BLEU(effective_order=True, lowercase=True)
    scores = [
        bleu.sentence_score(text, [*texts[:at], *texts[at + 1 :]]).score
        for at, text in enumerate(texts)
    ]
    return round(sum(scores) / len(scores), 2)
