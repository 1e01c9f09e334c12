"""`answered`: whether an answer tells a fact, and tells it as the answer rather than among others.

To contain the right value is not enough: whoever lists every value there is contains all right
ones. So an answer does not count where it offers another value for the same fact as well, where it
is raw data, where it drowns the fact in unlabelled values, or where it goes on for far longer than
the facts of its turn take. Tables, labelled details, context and politeness are welcome: another
value counts against an answer only where it stands as a value (after "is", a colon or a separator,
in quotes, in a cell) and not as a word of a sentence, or where there are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from envfactory.task.model import Fact
from envfactory.task.words import number_word

_MOST_RIVALS = 2
"""Other values of the same field that may be spoken of, if none of them stands as a value."""

_MOST_UNLABELLED = 2
"""Other details of a record that may stand beside a fact without saying which is which."""

_NEAR = 120
"""Characters before a value in which its label stands."""

_ROOM, _ROOM_PER_CHARACTER = 1500, 20
"""Longest answer, in characters: a table of details, and more where there is more to tell."""

_MOST_JSON_KEYS = 2
_JSON_KEY = re.compile(r"""(["'])[\w.$-]+\1\s*:""")
_MOST_BARE = 3
_BARE = re.compile(
    r"(?:^|[,;\n])\s*(?:[-*•]\s*)?"
    r"(?:\d{4}-\d\d-\d\dt[\d:.]+(?:z|[+-][\d:]+)?|\d{4,}|[a-z]+_\d+)\s*(?=[,;\n]|$)"
)
"""A moment or key as systems write it, listed without a word about what it is."""

_LIST_MARKER = re.compile(r"(?m)^\s*(?:[-*•]\s*)?\d{1,3}[.)](?=\s)")
_SAID_AS_WORD = 20
"""Largest number that people write as a word."""

_ANSWERS, _FORMS = 8, 1 << 12
"""Answers and values that are kept in the form in which they are compared."""

_MARKUP = " \t\"'`*_()[]<>"
_BEFORE_VALUE = re.compile(r"(?:^|[\n:=|,;/.!?•–—-]|\b(?:is|are|was|were|be|as|or|and|either))$")
_AFTER_VALUE = re.compile(r"$|[\n:=|,;/.!?–—-]|(?:or|and)\b")
_NEGATED = re.compile(r"(?:\b(?:not|never|neither|nor|no longer)|n't)\s*$")
_JOINED = re.compile(r"(?:[\s,/|;–—\"'-]|\b(?:or|and|to)\b)*")
_EITHER = re.compile(r"[/–—-]|\bor\b|\bto\b")
_FUNCTION_WORDS = re.compile(
    r"a|and|are|as|at|but|by|for|from|in|is|of|on|or|so|that|the|there|to|was|were|which|with"
)
_QUOTES = (
    ("‘", "'"),
    ("’", "'"),
    ("“", '"'),
    ("”", '"'),
    ("\u00a0", " "),
    ("\u202f", " "),
)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a value stands in a text; `form` is as it was looked for."""

    start: int
    end: int
    form: str


def contains(answer: str, forms: Iterable[str]) -> bool:
    """Return whether a text contains one of the forms, as whole words or numbers.

    Case, spacing, typographic quotes and thousands separators make no difference.
    """
    text = _normal_answer(answer)
    return any(next(_found(text, _normal_form(form)), None) is not None for form in forms)


def answered(fact: Fact, answer: str, beside: Sequence[Fact] = ()) -> bool:
    """Return whether an answer tells a fact, and offers no other value for it.

    Args:
        fact: What is to be told, with what could be taken for it.
        answer: What was said in the fact's turn.
        beside: The other facts of the same turn, which may be told as well.
    """
    text = _normal_answer(answer)
    if _is_endless(text, (fact, *beside)) or _is_raw(text):
        return False
    own = {_normal_form(form) for form in fact.forms}
    others = {_normal_form(form) for other in beside for form in other.forms} - own
    rivals = {_normal_form(form) for form in fact.rivals} - own - others
    spans = _longest(text, [*own, *others, *rivals])
    told = [span for span in spans if span.form in own and not _is_negated(text, span)]
    if not told:
        return False
    standing = [span for span in spans if span.form in rivals]
    if len({span.form for span in standing}) > _MOST_RIVALS:
        return False
    if any(_is_offered(text, span, spans) for span in standing):
        return False
    if _is_number(fact) and _is_guessed(text, told, spans):
        return False
    return not _is_crowded(text, fact, told, spans)


# ------------------------------------------------------------------ finding values
@cache
def _numbers() -> re.Pattern[str]:
    """Return what a number looks like, in digits or as a word."""
    words = "|".join(number_word(number) for number in range(_SAID_AS_WORD + 1))
    return re.compile(rf"(?<![\w.,:/#-])\d+(?:\.\d+)?(?!\w|[.,:]\d)|\b(?:{words})\b")


def _normal(text: str) -> str:
    """Return a text in the form in which values are looked for; line ends stay."""
    for typographic, plain in _QUOTES:
        text = text.replace(typographic, plain)
    text = text.casefold()
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


@lru_cache(maxsize=_ANSWERS)
def _normal_answer(answer: str) -> str:
    """Return `_normal` of an answer, which is asked for once per fact."""
    return _normal(answer)


@lru_cache(maxsize=_FORMS)
def _normal_form(form: str) -> str:
    """Return `_normal` of a value, which is looked for in many answers."""
    return _normal(form)


def _found(text: str, form: str) -> Iterator[_Span]:
    """Yield where a form stands in a text as whole words or numbers."""
    words = form.split(maxsplit=1)
    if not words or words[0] not in text:
        return
    for match in _pattern(form).finditer(text):
        yield _Span(match.start(), match.end(), form)


@lru_cache(maxsize=_FORMS)
def _pattern(form: str) -> re.Pattern[str]:
    left = r"(?<![\w])(?<!\d[.,:])" if form[0].isalnum() else ""
    right = r"(?![\w])(?![.,:]\d)" if form[-1].isalnum() else ""
    return re.compile(left + r"\s+".join(re.escape(word) for word in form.split()) + right)


def _longest(text: str, forms: Iterable[str]) -> list[_Span]:
    """Return where forms stand; what lies inside a longer one is part of that one."""
    taken: list[_Span] = []
    for form in sorted(set(forms), key=lambda form: (-len(form), form)):
        for span in _found(text, form):
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _is_negated(text: str, span: _Span) -> bool:
    return _NEGATED.search(text[max(0, span.start - 16) : span.start].rstrip(_MARKUP)) is not None


# ------------------------------------------------------------------ other values
def _is_offered(text: str, span: _Span, spans: Sequence[_Span]) -> bool:
    """Return whether a value stands as a value, and not as a word of a sentence."""
    before = text[: span.start].rstrip(_MARKUP)
    after_at = len(text) - len(text[span.end :].lstrip(_MARKUP))
    ends = {other.end for other in spans}
    starts = {other.start for other in spans}
    left = _BEFORE_VALUE.search(before[-12:]) is not None or len(before) in ends
    right = _AFTER_VALUE.match(text[after_at:]) is not None or after_at in starts
    either = text[after_at:].startswith("or ") or before.endswith(" or")
    return (either or (left and right)) and not _is_negated(text, span)


def _is_guessed(text: str, told: Sequence[_Span], spans: Sequence[_Span]) -> bool:
    """Return whether a number is one of several that are offered for the same thing."""
    markers = [match.span() for match in _LIST_MARKER.finditer(text)]
    free = [
        _Span(match.start(), match.end(), match.group())
        for match in _numbers().finditer(text)
        if not any(start <= match.start() < end for start, end in markers)
        and not any(s.start < match.end() and match.start() < s.end for s in spans)
    ]
    for span in told:
        run, either = _run(text, span, free)
        if either or run >= _MOST_RIVALS:
            return True
        frame = _frame(text, span)
        if any(_frame(text, other) == frame for other in free):
            return True
    return False


def _run(text: str, span: _Span, free: Sequence[_Span]) -> tuple[int, bool]:
    """Return how many numbers a number is listed with, and whether as alternatives."""
    count, either = 0, False
    edge = span.end
    for other in (other for other in free if other.start >= span.end):
        if not _JOINED.fullmatch(between := text[edge : other.start]):
            break
        count, either, edge = count + 1, either or bool(_EITHER.search(between)), other.end
    edge = span.start
    for other in (other for other in reversed(free) if other.end <= span.start):
        if not _JOINED.fullmatch(between := text[other.end : edge]):
            break
        count, either, edge = count + 1, either or bool(_EITHER.search(between)), other.start
    return count, either


def _frame(text: str, span: _Span) -> tuple[str, ...]:
    """Return what a number counts: the word after it, or else the two before it."""
    following = re.match(r"\s*([^\W\d_]+)", text[span.end :])
    if following is not None and not _FUNCTION_WORDS.fullmatch(following.group(1)):
        return (following.group(1),)
    return ("", *re.findall(r"[^\W\d_]+", text[max(0, span.start - 40) : span.start])[-2:])


# ------------------------------------------------------------------ too much
def _is_endless(text: str, facts: Iterable[Fact]) -> bool:
    needed = sum(max(map(len, fact.forms)) for fact in facts)
    return len(text) > _ROOM + _ROOM_PER_CHARACTER * needed


def _is_raw(text: str) -> bool:
    """Return whether a text is data as systems keep it rather than something told."""
    return len(_JSON_KEY.findall(text)) > _MOST_JSON_KEYS or len(_BARE.findall(text)) > _MOST_BARE


def _is_crowded(text: str, fact: Fact, told: Sequence[_Span], spans: Sequence[_Span]) -> bool:
    """Return whether a fact stands among other details that nothing tells it apart from."""
    known = {span.form for span in spans}
    details = {_normal_form(detail) for detail in fact.details} - known
    present = sum(next(_found(text, detail), None) is not None for detail in details)
    if present <= _MOST_UNLABELLED or not fact.label:
        return False
    return not any(_is_labelled(text, span, fact.label) for span in told)


def _is_labelled(text: str, span: _Span, label: str) -> bool:
    """Return whether a label stands before a value in its line, over its column, or above it."""
    above, _, before = text[: span.start].rpartition("\n")
    before = before[-_NEAR:]
    if "|" in before:
        before += next((line for line in above.splitlines() if line.startswith("|")), "")
    elif heads := [line for line in above.splitlines() if line.rstrip(_MARKUP).endswith(":")]:
        before += heads[-1][-_NEAR:]
    words = {word.rstrip("s") for word in re.findall(r"\w+", label.casefold())}
    return bool(words & {word.rstrip("s") for word in re.findall(r"\w+", before)})


def _is_number(fact: Fact) -> bool:
    return isinstance(fact.value, int | float) and not isinstance(fact.value, bool)
