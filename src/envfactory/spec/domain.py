"""Domains: which part of life an API serves, by weighted words, with the words that decided.

Words of the title weigh most, then those of the records, of tags and paths, of the description and
of what operations say, each kind of evidence with a weight of its own however many words it has.

Words alone decide. Embeddings of the same names and texts, compared with words and sentences of
each domain or with labelled APIs, were measured beside them and got no more of a fresh draw right.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import get_args

from envfactory.spec.model import Domain
from envfactory.spec.words.name import Nouns, word_set, words

_DOMAINS: tuple[Domain, ...] = get_args(Domain)
_STRENGTH = {"weak": 1.0, "strong": 3.0, "phrases": 4.0}
_WITHIN, _SAID = "part of the title", "operation"
_PLACES = {
    "title": 2.5,
    _WITHIN: 1.25,
    "record": 1.4,
    "tag": 1.0,
    "path": 0.8,
    "description": 1.2,
    _SAID: 0.5,
}
"""How much a word counts by where it is found; `Greenwire` need have no wires."""
_FOUND, _MANY = 0.6, 0.4
"""What of that a word counts by being found at all, and what more by being found often."""
_ELSEWHERE = 0.25
_OF_SOFTWARE: Domain = "developer and data tools"
_TECHNICAL = {"description": 0.15, _SAID: 0.5}
"""What words of software count in texts: every API's speak of servers and tokens."""
_USUAL = word_set(
    "order store post like note drive call chat email mail slack discord community github git "
    "contact blog form file job app application build version image request response exchange "
    "message check quote share label environment server member update account link client user "
    "vendor product term team subscription plan feed index interest location country language "
    "character place document page body object target charge event wiki wikipedia facebook twitter "
    "instagram linkedin library database token media text match show click json xml html url water"
)
"""Words that descriptions use in whatever trade: "in order to", "store data", "email us"."""
_OF_ANY = word_set(
    "login oauth authentication authenticator identity mfa otp sso saml jwt hash token security "
    "key api tag uuid schema configuration request log server permission admin metric webhook "
    "plugin response data setting model entity resource version url job session image query "
    "template cache environment check index text domain rule search event subscription record"
) | {"access token", "api key", "webhook subscription", "event subscription"}
"""Words of records, tags and paths by which any service is entered, set up and asked."""
_SELDOM = 0.3
"""What such a word counts in a description."""
_LEAST = 0.9
_TEXT_LENGTH = 2000
_TEXT_WORDS = 90
_OPERATIONS, _OPERATION_LENGTH = 60, 120
"""How many operations are heard, and how many characters of each."""
_SHOWN = 6
_COMPOUND, _WHOLE_WORD = 7, 4
"""Letters of a name that may be made of words, and of a word in it."""
_INFLECTING = re.compile(r"(?:i[zs]|[ai]t[ei]|rat|nition|ition|ment|ing|ium|al|ed|er|or|s)")
"""How words go on that are no compound: `Generator` speaks of no genes."""
_NOISE = word_set("api apis rest service v1 v2 v3 v4 application data web swagger test")
"""Words of titles that any API has."""
_SERVICE = _NOISE | word_set("health status ping swagger openapi search webhook user query index")
"""Words of paths that say how a service is run, whatever it is about."""
_OF_RUNNING = word_set("health healthcheck status ping heartbeat application service version")
"""Words of records that say the same: `GET /health` makes no API one of health."""


@dataclass(frozen=True)
class Classified:
    """A domain, and why.

    Attributes:
        domain: The domain with the most evidence, or 'other' where there is none.
        evidence: The words that decided, the weightiest first, each with where it was found.
        scores: What each domain with any evidence has of it, as a share of all.
    """

    domain: Domain
    evidence: tuple[str, ...]
    scores: dict[Domain, float]


def classify(
    title: str,
    description: str,
    tags: Iterable[str],
    entities: Iterable[tuple[str, ...]],
    nouns: Nouns,
    paths: Iterable[str] = (),
    operations: Iterable[str] = (),
) -> Classified:
    """Return the domain that an API serves, with the words that decided.

    Args:
        title: What the API is called.
        description: What it says of itself; its beginning is read.
        tags: The groups that its operations are in.
        entities: The words of each kind of record.
        nouns: Gives words in the singular.
        paths: The paths of its operations.
        operations: What its operations say of themselves; the first of them are heard.
    """
    heard = {
        **_names(title, tags, entities, paths, nouns),
        **_texts(description, operations, nouns),
    }
    reasons: dict[Domain, dict[str, float]] = {domain: {} for domain in _DOMAINS}
    # Many different words are better evidence than one that is everywhere: a word counts where
    # it says most, and but a little more for being found elsewhere, too.
    for word, found in _weighed(heard).items():
        (best_of, place), *others = sorted(found, key=lambda entry: -entry[0])
        points = best_of + _ELSEWHERE * sum(weight for weight, _ in others)
        domains = _table()[word]
        for domain, strength in domains:
            trust = _trust(word, domain, place)
            reasons[domain][f"{word} ({place})"] = points * trust * strength / len(domains)
    scores = {domain: round(sum(found.values()), 6) for domain, found in reasons.items()}
    best = max(scores, key=lambda domain: scores[domain])
    total = sum(scores.values())
    shares = {domain: round(score / total, 3) for domain, score in scores.items() if score}
    if scores[best] < _LEAST:
        return Classified("other", (), shares)
    decided = sorted(reasons[best].items(), key=lambda entry: (-round(entry[1], 6), entry[0]))
    return Classified(best, tuple(label for label, _ in decided[:_SHOWN]), shares)


def _names(
    title: str,
    tags: Iterable[str],
    entities: Iterable[tuple[str, ...]],
    paths: Iterable[str],
    nouns: Nouns,
) -> dict[str, list[list[str]]]:
    """Return the rows of words in what things are called, by where they are found."""
    whole, parts = _apart(_plain(words(title), nouns))
    from_paths = dict.fromkeys(nouns.singular(word) for path in paths for word in words(path))
    return {
        "title": [whole],
        _WITHIN: [parts],
        "record": [
            [nouns.singular(word) for word in entity]
            for entity in entities
            if not set(entity) <= _OF_RUNNING
        ],
        "tag": [_plain(words(tag), nouns) for tag in tags],
        "path": [[word] for word in from_paths if word not in _SERVICE],
    }


def _texts(description: str, operations: Iterable[str], nouns: Nouns) -> dict[str, list[list[str]]]:
    """Return the rows of words in what is said, by where it is said."""
    text = [word for word in words(description[:_TEXT_LENGTH]) if len(word) > 1][:_TEXT_WORDS]
    said = [words(text[:_OPERATION_LENGTH]) for text in islice(operations, _OPERATIONS)]
    return {
        "description": [_plain(tuple(text), nouns)],
        _SAID: [_plain(each, nouns) for each in said],
    }


def _weighed(heard: dict[str, list[list[str]]]) -> dict[str, list[tuple[float, str]]]:
    """Return how much each word that tells of a domain counts by where it is found."""
    told: dict[str, list[tuple[float, str]]] = {}
    for place, groups in heard.items():
        known = [list(_known(group)) for group in groups]
        if place == _SAID:  # a word counts by how many operations have it
            known, size = [list(dict.fromkeys(group)) for group in known], len(groups)
        else:
            size = sum(map(len, groups))
        for word, count in Counter(word for group in known for word in group).items():
            share = _FOUND + min(count / size, _MANY)
            told.setdefault(word, []).append((_PLACES[place] * share, place))
    return told


def _trust(word: str, domain: Domain, place: str) -> float:
    """Return what a word counts: much of what texts say is said of any API."""
    if place not in _TECHNICAL:
        return _SELDOM if word in _OF_ANY and place not in ("title", _WITHIN) else 1.0
    usual = _SELDOM if word in _USUAL else 1.0
    return min(_TECHNICAL[place] if domain == _OF_SOFTWARE else 1.0, usual)


def _plain(parts: tuple[str, ...], nouns: Nouns) -> list[str]:
    return [nouns.singular(word) for word in parts if word not in _NOISE]


def _apart(title: list[str]) -> tuple[list[str], list[str]]:
    """Return the words of a title, and words in names made of others, such as `Mailbird`."""
    table = _table()
    whole: list[str] = []
    parts: list[str] = []
    for word in title:
        if word in table or len(word) < _COMPOUND:
            whole.append(word)
            continue
        ends = [word[:size] for size in range(len(word) - 1, _WHOLE_WORD - 1, -1)]
        ends = [end for end in ends if not _INFLECTING.match(word[len(end) :])]
        ends += [word[-size:] for size in range(len(word) - 1, _WHOLE_WORD - 1, -1)]
        strong = (e for e in ends if e in table and max(s for _, s in table[e]) > 1)
        part = next(strong, None)
        (whole if part is None else parts).append(part or word)
    return whole, parts


def _known(group: Sequence[str]) -> Iterator[str]:
    """Yield the words in a row of words that tell of a domain; two that tell together are one."""
    table = _table()
    place = 0
    while place < len(group):
        pair = " ".join(group[place : place + 2])
        size = 2 if pair != group[place] and pair in table else 1
        word = pair if size > 1 else group[place]
        if word in table:
            yield word
        place += size


@cache
def _table() -> dict[str, tuple[tuple[Domain, float], ...]]:
    """Return the domains that each word or phrase tells of, and how strongly."""
    lists = tomllib.loads(
        resources.files("envfactory.spec").joinpath("domain.toml").read_text("utf-8")
    )
    table: dict[str, dict[Domain, float]] = {}
    for kind, strength in _STRENGTH.items():
        for domain in _DOMAINS:
            known = lists[domain][kind]
            for word in known.split() if isinstance(known, str) else known:
                table.setdefault(word, {})[domain] = strength
    return {word: tuple(domains.items()) for word, domains in table.items()}
