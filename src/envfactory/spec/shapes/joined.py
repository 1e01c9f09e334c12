"""Joined words: what a path writes as one word and the texts and schemas of its API as several.

`/therapeuticareas` "Returns the therapeutic areas", or answers with a `TherapeuticArea`: tools and
tables are named as a person writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from envfactory.source.description import Operation
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.prose import plain

_SHORTEST = 7
"""Letters of a word that may be several; of each of these, at least three."""
_ONE = word_set(
    "dataset datasets webhook webhooks database databases timezone timezones playlist playlists "
    "website websites hostname hostnames username usernames filename filenames timestamp timestamps"
)
"""Words that people write as one, though some also write them as two."""
_PART = 3
_MOST = 3
"""Words that are looked for in one."""


def learn_joined(operations: Sequence[Operation], named: Iterable[str], nouns: Nouns) -> None:
    """Teach `nouns` the parts of words that paths write together and others apart.

    Args:
        operations: All operations of an API.
        named: The names of its schemas.
        nouns: What knows the words of the API.
    """
    wanted = set(_joined(operations))
    wanted |= {nouns.singular(word) for word in wanted}
    texts = [words(plain(t)) for one in operations for t in (one.summary, one.description)]
    names = [words(name) for name in (*(one.id for one in operations), *named)]
    together = Counter(word for told in texts for word in told if word in wanted)
    apart: dict[str, Counter[tuple[str, ...]]] = {}
    for parts in (run for told in (*texts, *names) for run in _runs(told)):
        if (joined := "".join(parts)) in wanted:
            apart.setdefault(joined, Counter())[parts] += 1
    for word, found in apart.items():
        parts, times = min(found.items(), key=lambda entry: (-entry[1], entry[0]))
        if times > together[word]:
            for form in (nouns.singular_words(parts), nouns.plural_words(parts)):
                nouns.learn_parts("".join(form), form)


def _joined(operations: Sequence[Operation]) -> Iterator[str]:
    """Yield the words of paths that are long enough to be several."""
    for operation in operations:
        for segment in operation.path.split("/"):
            if "{" not in segment:
                yield from (
                    word
                    for word in words(segment)
                    if len(word) >= _SHORTEST and word.isalpha() and word not in _ONE
                )


def _runs(told: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield two and three words that follow one another and are long enough to be such."""
    for count in range(2, _MOST + 1):
        for parts in zip(*(told[start:] for start in range(count)), strict=False):
            if all(len(part) >= _PART and part.isalpha() for part in parts):
                yield parts
