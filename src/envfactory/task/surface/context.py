"""`Context`: why somebody asks, and what goes on around them, read from `context.toml`.

A reason fits what is asked for (something new, a change, a removal, a question), what it is about
(a person, an order, a place) and the domain of the environment. It says nothing that could be taken
for a value of the request.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Lines = tuple[str, ...]

_WHERE = ("place", "medium")
"""What `{where}` is drawn from."""
_GAP = re.compile(r"{(\w+)}")
_OF_KIND, _OF_DOMAIN, _OF_ANY = 2.0, 1.6, 2.0
"""How readily reasons are taken that fit the record, the domain, and the act alone."""
_PERSON = "person"
_OWN_PART = 0.6
"""How often a gap is filled with what the domain is known for."""
_LOOKS_BACK = re.compile(r"\b(?:it|its|they|them|their|there|one|ones|those|that)\b")
"""Words for what the request names, which then comes before them."""
_LEADS = 0.4
_FOLLOWS = 0.35
_LONGEST_LEAD = 16
"""Words of a request that a reason may lead up to, or follow, in one sentence."""
_APART = re.compile(
    r"(?:I\b(?!')|[A-Z]{2}|[A-Z][a-z]+'s\b|So|And|Hm|Wait|First|By the|Okay|Quick|Excuse|Out|For|"
    r"Guess|You|Pretty|Help|On|With|According|If|All|My|One|There|Sorry|Any|Let's|Got|Time|Start|"
    r"Just|Something|Before|Tell|Forgive|Might|Alright|Here|Hear|Ready|Drum|Big|Right|Ooh|Fun|Now|"
    r"Honestly|Urgent|Best|Todo|Job|Following|As|Next|Then|After|And|Once|At|In|Nobody|Somebody|Who|Also|Spill|Better|Bring|Well|"
    r"I'm (?:not|afraid|blanking|hunting|looking))\b"
)
"""How sentences begin that do not go on after `so`."""
_OWN = re.compile(r"(?:I|we|my|our|nobody)\b", re.IGNORECASE)
"""How reasons begin that nobody else could have known, or that name somebody already."""
_FIRST_HAND = re.compile(r"\b(?:I|me|my|mine)\b")
"""Words of somebody who did not hear it from others."""
_TAILED = 0.3
_LONG_FORMS = {
    "can't": "cannot", "won't": "will not", "shan't": "shall not", "n't": " not", "I'm": "I am",
    "I'd": "I would", "let's": "let us", "Let's": "Let us", "'ll": " will", "'re": " are",
    "'ve": " have",
}  # fmt: skip
_IS = re.compile(r"\b(it|that|there|what|when|who|where|It|That|There|What|When|Who|Where)'s\b")


@dataclass(frozen=True)
class Reasons:
    """Reasons by what they fit, and what fills their gaps.

    Attributes:
        common: By topic.
        by_kind: By kind of record, then topic.
        by_domain: By domain, then topic; `who`, `event` and `place` hold what fills gaps there.
        parts: What fills gaps anywhere.
        tails: What may follow a reason.
        scenes: Where a wish comes from, whatever it is.
        chat: What chatty people say beside the matter.
    """

    common: Mapping[str, Lines]
    by_kind: Mapping[str, Mapping[str, Lines]]
    by_domain: Mapping[str, Mapping[str, Lines]]
    parts: Mapping[str, Lines]
    tails: Lines
    scenes: Lines
    chat: Lines


@cache
def load_reasons() -> Reasons:
    """Return the reasons that come with the package; they are read once."""
    text = resources.files("envfactory.task.surface").joinpath("context.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)

    def by_topic(section: Mapping[str, Any]) -> dict[str, Lines]:
        return {topic: tuple(lines) for topic, lines in section.items()}

    return Reasons(
        common=by_topic(data["any"]),
        by_kind={kind: by_topic(section) for kind, section in data["kind"].items()},
        by_domain={domain: by_topic(section) for domain, section in data["domain"].items()},
        parts=by_topic(data["parts"]),
        tails=tuple(data["parts"]["tail"]),
        scenes=tuple(data["scene"]["lines"]),
        chat=tuple(data["chat"]["lines"]),
    )


class Context:
    """The reasons of one person in one domain."""

    def __init__(
        self, domain: str, rng: random.Random, fresh: Callable[[Sequence[str]], str]
    ) -> None:
        """Listen to somebody.

        Args:
            domain: What the environment is for.
            rng: Decides.
            fresh: Chooses a line that was not said before.
        """
        self._rng, self._fresh = rng, fresh
        self._reasons = load_reasons()
        self._domain = self._reasons.by_domain.get(domain, {})

    def reason(self, topic: str, kind: str, *, many: bool = False, renames: bool = False) -> str:
        """Return a clause that says why, without a full stop; empty for a topic without any.

        Args:
            topic: What is asked for: create, update, delete, ask.
            kind: What kind of record it is about.
            many: Whether it is about several records, which a word for one of them would not fit.
            renames: Whether it is about what a record is called.
        """
        pools = [
            (_fitting(lines, topic, many=many, of_record=of_record), weight)
            for lines, weight, of_record in self._pools(topic, kind, renames=renames)
        ]
        full = [(lines, weight) for lines, weight in pools if lines]
        if not full:
            return ""
        lines = self._rng.choices([lines for lines, _ in full], [weight for _, weight in full])[0]
        line = self._fresh(lines)
        reason = self._filled(line)
        if (
            topic == "ask"
            or _OWN.match(reason)
            or _FIRST_HAND.search(reason)
            or self._rng.random() >= _TAILED
        ):
            return reason
        gaps = set(_GAP.findall(line))
        tails = [tail for tail in self._reasons.tails if gaps.isdisjoint(_GAP.findall(tail))]
        return f"{reason}, {self._filled(self._fresh(tails))}"

    def _pools(self, topic: str, kind: str, *, renames: bool) -> list[tuple[Lines, float, bool]]:
        """Return the lines that fit, their weight, and whether they speak of the record."""
        topics = (topic, "rename") if renames else (topic,)
        of_kind, common = self._reasons.by_kind.get(kind, {}), self._reasons.common
        pools = [(of_kind.get(topic, ()), _OF_KIND, True) for topic in topics]
        if kind != _PERSON or topic == "ask":  # what is said of things would be rude of people
            pools.append((self._domain.get(topic, ()), _OF_DOMAIN, False))
            pools += [(common.get(topic, ()), _OF_ANY, False) for topic in topics]
        return pools

    def scene(self) -> str:
        """Return a clause about where a wish comes from."""
        return self._filled(self._fresh(self._reasons.scenes))

    def chat(self) -> str:
        """Return a sentence beside the matter."""
        return sentence(self._filled(self._fresh(self._reasons.chat)))

    def _filled(self, line: str) -> str:
        """Return a line with its gaps filled."""
        return line.format(**{gap: self._part(gap) for gap in _GAP.findall(line)})

    def _part(self, gap: str) -> str:
        """Return what fills a gap: of what the domain is known for, or of what fits anywhere."""
        own = self._domain.get("place" if gap == "where" else gap, ())
        if own and self._rng.random() < _OWN_PART:
            return self._fresh(own)
        names = _WHERE if gap == "where" else (gap,)
        return self._fresh([part for name in names for part in self._reasons.parts[name]])

    def put(
        self, reason: str, request: str, *, bound: bool, asks: bool, small: bool = False
    ) -> tuple[str, str, str]:
        """Return what comes before a request, the request, and what comes after it.

        The reason is the first, the last, or in the same sentence; the others are empty.

        Args:
            reason: A clause.
            request: A sentence.
            bound: Whether the sentence has to stay as it is.
            asks: Whether it is a question.
            small: Whether sentences begin with a small letter.
        """
        words = len(request.split())
        joinable = not bound and words <= _LONGEST_LEAD and request[-1:] in (".", "?", "!")
        after = looks_back(reason)
        if joinable and after and not asks and self._rng.random() < _FOLLOWS:
            link = self._rng.choice(("since", "as", "because"))
            return "", f"{request[:-1]}, {link} {reason}{request[-1]}", ""
        told = f"{reason}." if small else sentence(reason)
        if joinable and not after and self._rng.random() < _LEADS and not _APART.match(request):
            lower = request if request.startswith("I'") else request[:1].lower() + request[1:]
            return "", f"{told[:-1]}, so {lower}", ""
        return ("", request, told) if after else (told, request, "")


def _fitting(lines: Lines, topic: str, *, many: bool, of_record: bool) -> Lines:
    """Return the lines without those for one record, where there are several.

    `It` in a reason for a question is what is asked, but in one for a kind of record that record.
    """
    if not many or (topic == "ask" and not of_record):
        return lines
    return tuple(line for line in lines if not looks_back(line))


def looks_back(reason: str) -> bool:
    """Return whether a reason has words for what the request names: it was a test."""
    return _LOOKS_BACK.search(reason) is not None


def capital(text: str) -> str:
    """Return a text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def sentence(clause: str) -> str:
    """Return a clause as a sentence."""
    return f"{capital(clause)}."


def written_out(text: str) -> str:
    """Return a text without contractions, as formal people write."""
    text = _IS.sub(r"\1 is", text)
    for short, long in _LONG_FORMS.items():
        text = text.replace(short, long)
    return text
