"""`answered`: whether an answer tells a fact, and tells it as the answer rather than among others.

Values are compared, not spellings: numbers, days and times are read (`heard`), names and choices
may be spaced, hyphenated and quoted in any way. But to contain the right value is not enough:
whoever lists every value there is contains all right ones. So an answer does not count where it
offers another value for the same fact as well, where it is raw data, where it drowns the fact in
unlabelled values, or where it goes on for far longer than the facts of its turn take. Tables,
labelled details, context and politeness are welcome: another value counts against an answer only
where it stands as a value (after "is", a colon or a separator, in quotes, in a cell) and not as a
word of a sentence, or where there are several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from envfactory.task.judging.heard import Heard, Kind, Meant, agrees, heard, kind_of, means
from envfactory.task.judging.normal import normal
from envfactory.task.model import Fact

MOST_UNLABELLED = 2
"""Other details of a record that may stand beside a fact without saying which is which."""

_MOST_RIVALS = 2
"""Other values of the same field that may be spoken of, if none of them stands as a value."""

_MOST_HEAPED = 3
"""Bare values that may stand in a list with a fact that is nothing but one of them."""

_NEAR = 120
"""Characters before a value in which its label stands, other facts left out."""

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
_ANSWERS, _FORMS = 8, 1 << 12
"""Answers and values that are kept in the form in which they are compared."""

_MARKUP = " \t\"'`*_()[]<>"
_BEFORE_VALUE = re.compile(r"(?:^|[\n:=|,;/.!?•-]|\b(?:is|are|was|were|be|as|or|and|either))$")
_AFTER_VALUE = re.compile(r"$|[\n:=|,;/.!?-]|(?:or|and)\b")
_LABEL = re.compile(r"^\W*([^:\n]*[^\W\d][^:\n]*):$")
"""What a line calls the value after it."""
_LEADS = re.compile(r"[:=](?=[\s*_\"'`]|$)|\b(?:is|are|was|were|has|have|called|named|as)\b")
"""What leads up to a value."""
_NEGATED = re.compile(r"(?:\b(?:not|never|neither|nor|no longer)|n't)\s*$")
_JOINED = re.compile(r"(?:[\s,/|;\"'-]|\b(?:or|and|to)\b)*")
_EITHER = re.compile(r"[/-]|\bor\b|\bto\b")
_ITEM_ENDS = ",;\n"
_SENTENCE = re.compile(r"[:?!.]$|(?:\S+\s+){4}")
"""An item of a list that is words of a sentence."""
_FUNCTION_WORDS = re.compile(
    r"a|and|are|as|at|but|by|for|from|in|is|of|on|or|so|that|the|there|to|was|were|which|with"
)
_BREAKS = re.compile(r"[\s_-]+")
_WORDS = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_PLAIN_CHOICE = re.compile(r"[a-z]{3,}")

Role = Literal["own", "other", "rival", "date"]
_RANKS: dict[Role, int] = {"own": 0, "other": 1, "rival": 2, "date": 3}


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a value stands in a text; `form` tells values of one role apart."""

    start: int
    end: int
    role: Role = "own"
    form: str = ""


@dataclass(frozen=True, slots=True)
class _Values:
    """What is looked for: values to be read, and texts that stand for themselves."""

    kind: Kind
    role: Role
    meant: frozenset[Meant]
    texts: frozenset[str]

    @classmethod
    def of(cls, forms: Iterable[str], kind: Kind, role: Role) -> _Values:
        """Return what forms of values stand for."""
        normal = dict.fromkeys(_normal_form(form) for form in forms)
        read = {form: means(form, kind) for form in normal}
        meant = frozenset(value for values in read.values() for value in values)
        texts = frozenset(form for form, values in read.items() if not values)
        return cls(kind, role, meant, texts)

    def but(self, *others: _Values) -> _Values:
        """Return these values without those that are looked for otherwise."""
        meant = self.meant.difference(*(o.meant for o in others if o.kind == self.kind))
        texts = self.texts.difference(*(other.texts for other in others))
        return _Values(self.kind, self.role, meant, texts)


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
    own = _wanted(fact, "own")
    others = [_wanted(other, "other").but(own) for other in beside]
    rivals = _Values.of(fact.rivals, own.kind, "rival").but(own, *others)
    spans = _longest(text, fact, [own, *others, rivals])
    told = [
        span
        for span in spans
        if span.role == "own"
        and not _is_negated(text, span)
        and not (fact.others and _counts_others(text, span, fact))
    ]
    if not told:
        return False
    standing = [span for span in spans if span.role == "rival"]
    if any(_is_labelled(text, span, fact, spans, headed=True) for span in told):
        standing = [span for span in standing if not _is_of_another(text, span, fact)]
    if len({span.form for span in standing}) > _MOST_RIVALS:
        return False
    if any(_is_offered(text, span, spans) for span in standing):
        return False
    if own.kind == "number" and _is_guessed(text, told, spans):
        return False
    return not _is_crowded(text, fact, told, spans) and not _is_heaped(text, fact, told, spans)


def _wanted(fact: Fact, role: Role) -> _Values:
    """Return what tells a fact."""
    kind = kind_of(fact.value)
    forms = fact.forms if kind == "text" else (*fact.forms, str(fact.value))
    return _Values.of(forms, kind, role)


# ------------------------------------------------------------------ finding values
@lru_cache(maxsize=_ANSWERS)
def _normal_answer(answer: str) -> str:
    """Return `normal` of an answer, which is asked for once per fact."""
    return normal(answer)


@lru_cache(maxsize=_FORMS)
def _normal_form(form: str) -> str:
    """Return `normal` of a value, which is looked for in many answers."""
    return normal(form)


def _found(text: str, form: str) -> Iterator[_Span]:
    """Yield where a form stands in a text as whole words or numbers."""
    words = _BREAKS.split(form.strip(" _-"), maxsplit=1)
    if not words[0] or words[0].rstrip(".!?…") not in text:
        return
    for match in _pattern(form).finditer(text):
        yield _Span(match.start(), match.end(), form=form)


@lru_cache(maxsize=_FORMS)
def _pattern(form: str) -> re.Pattern[str]:
    """Return what a form looks like, however it is spaced; without the stop of a sentence."""
    bare = form.rstrip(".!?…") or form
    words = [re.escape(word) for word in _BREAKS.split(bare) if word]
    sign = "-" if re.match(r"-\d", bare) else ""
    left = r"(?<![\w])(?<!\d[.,:])" if bare[0].isalnum() or sign else ""
    right = r"(?![\w])(?![.,:]\d)" if bare[-1].isalnum() else ""
    return re.compile(left + sign + r"[\s_-]+".join(words) + right)


def _longest(text: str, fact: Fact, wanted: Sequence[_Values]) -> list[_Span]:
    """Return where values stand; what lies inside a longer one is part of that one."""
    candidates = [span for values in wanted for span in _spans(text, values, fact.label)]
    if wanted[0].kind != "text":  # neither the 13 nor the Friday of Friday, 13 October stands alone
        candidates += [
            _Span(each.start, each.end, "date")
            for each in heard(text, "date")
            if wanted[0].kind != "number" or all(_has_year(day) for day in each.values)
        ]
    elif isinstance(fact.value, str) and _PLAIN_CHOICE.fullmatch(fact.value):
        plural = _normal_form(f"{fact.value}s")
        candidates += [_Span(s.start, s.end) for s in _found(text, plural)]
    candidates.sort(key=lambda s: (s.start - s.end, _RANKS[s.role], s.start, s.form))
    taken: list[_Span] = []
    for span in candidates:
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _has_year(day: Meant) -> bool:
    return isinstance(day, tuple) and day[0] is not None


def _spans(text: str, values: _Values, label: str) -> Iterator[_Span]:
    """Yield where one of some values stands, read or as it is."""
    for each in heard(text, values.kind) if values.meant else ():
        known = [str(v) for v in values.meant if any(agrees(said, v) for said in each.values)]
        if known and not _is_pronoun(text, each, label):
            yield _Span(each.start, each.end, values.role, min(known))
    for form in values.texts:
        for span in _found(text, form):
            yield _Span(span.start, span.end, values.role, form)


def _is_pronoun(text: str, word: Heard, label: str) -> bool:
    """Return whether a number is the "one" of "one of your lists": it counts nothing."""
    if text[word.start : word.end] != "one":
        return False
    sentence = re.match(r"[^\n,;:.!?]*", text[word.end :])
    following = _stems(sentence.group()) if sentence is not None else []
    return bool(following) and not set(following[:3]) & set(_stems(label))


def _stems(text: str) -> list[str]:
    """Return the words of a text in the order in which they stand, without their plural."""
    return [word.rstrip("s") for word in _WORDS.findall(text.casefold())]


def _counts_others(text: str, span: _Span, fact: Fact) -> bool:
    """Return whether a number counts records of another kind: "12 lists" says nothing of tasks.

    Of names inside one another the longest counts: "12 task lists" says nothing of tasks either.
    """
    following = _stems(re.split(r"[\n.;:,|]", text[span.end :])[0])
    preceding = _stems(re.split(r"[\n.;,|]", text[: span.start])[-1])
    named = sorted((fact.label, *fact.others), key=lambda noun: (-len(noun), noun))
    for noun in named:
        stems = _stems(noun)
        labelled = text[: span.start].rstrip(_MARKUP).endswith((":", "="))
        if following[: len(stems)] == stems or (labelled and preceding[-len(stems) :] == stems):
            return noun != fact.label
    return False


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


def _is_of_another(text: str, span: _Span, fact: Fact) -> bool:
    """Return whether a value is labelled as something else, or is a label itself: "shards: 3"."""
    line = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    after = text[span.end :].lstrip(_MARKUP)
    if not line.strip(_MARKUP + "-•") and text[span.end :].lstrip("*_`\"'").startswith(":"):
        return after[1:2] in (*_MARKUP, "\n")
    label = _LABEL.search(line.rstrip(_MARKUP))
    return label is not None and set(_stems(label[1])).isdisjoint(_stems(fact.label))


def _is_guessed(text: str, told: Sequence[_Span], spans: Sequence[_Span]) -> bool:
    """Return whether a number is one of several that are offered for the same thing."""
    markers = [match.span() for match in _LIST_MARKER.finditer(text)]
    free = [
        _Span(each.start, each.end)
        for each in heard(text, "number")
        if not any(start <= each.start < end for start, end in markers)
        and not any(s.start < each.end and each.start < s.end for s in spans)
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
    if present <= MOST_UNLABELLED or not fact.label:
        return False
    return not any(_is_labelled(text, span, fact, spans) for span in told)


def _is_heaped(text: str, fact: Fact, told: Sequence[_Span], spans: Sequence[_Span]) -> bool:
    """Return whether a fact is nothing but an item of a list of values of all sorts."""
    if not all(_is_item(text, span) for span in told):
        return False
    if any(_is_labelled(text, span, fact, spans, headed=True) for span in told):
        return False
    facts = [span for span in spans if span.role in ("own", "other")]
    heaped, start = 0, 0
    for item in re.split(f"[{_ITEM_ENDS}]", text):
        end = start + len(item)
        mentions = any(start <= span.start < end for span in facts)
        heaped += bool(item.strip()) and not mentions and not _SENTENCE.search(item.strip())
        start = end + 1
    return heaped > _MOST_HEAPED


def _is_item(text: str, span: _Span) -> bool:
    """Return whether a value is a whole item of a list, or a whole line."""
    before = _LIST_MARKER.sub("", text[: span.start].rpartition("\n")[2]).rstrip(_MARKUP + "-•")
    after = text[span.end :].lstrip(_MARKUP + ".")
    return before[-1:] in ("", ",", ";") and after[:1] in ("", *_ITEM_ENDS)


def _is_labelled(
    text: str, span: _Span, fact: Fact, spans: Sequence[_Span], *, headed: bool = False
) -> bool:
    """Return whether a label stands before a value in its line, over its column, or above it.

    Where it has to be `headed`, a word of another item of a list is no label: what comes before has
    to lead up to a value, as with a colon or "are".
    """
    above, _, before = text[: span.start].rpartition("\n")
    here = len(text[: span.start]) - len(before)
    for other in reversed(spans):  # a long list is labelled at its beginning
        if here <= other.start < other.end <= span.start and other.role in ("own", "other"):
            before = before[: other.start - here] + before[other.end - here :]
    before = before[-_NEAR:]
    if headed and "|" not in before:
        before = before[: max((m.end() for m in _LEADS.finditer(before)), default=0)]
    if "|" in before:
        before += next((line for line in above.splitlines() if line.startswith("|")), "")
    elif heads := [line for line in above.splitlines() if line.rstrip(_MARKUP).endswith(":")]:
        before += heads[-1][-_NEAR:]
    label = f"{fact.label} {_BREAKS.sub(' ', fact.path.rpartition('/')[2])}"
    return not set(_stems(label)).isdisjoint(_stems(before))
