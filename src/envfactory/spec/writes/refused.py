"""Refused: what a source says of when a tool fails, and which of it rules decide.

A docstring's `Raises:` says that there is no such record, that a name is taken, that a balance is
too low, or that an order has been shipped. Tools refuse all of these by what they do. What a text
says beside is not enforced, and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from envfactory.spec.model import (
    ActOnRecord,
    AdjustRecord,
    CreateRecord,
    DeleteRecord,
    Omission,
    OrderRecords,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.records.made import Made
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import plain

UNDECIDED = "a refusal that no rule decides"
_MISSING = re.compile(
    r"\b(?:not found|no such|unknown|no \w+ (?:with|has|exists|of)|"
    r"(?:does|do|did)(?: not|n't) exist|(?:is|are|was) missing|cannot be found)\b"
)
_TAKEN = re.compile(r"\b(?:already (?:exists?|registered|taken|used|in use)|is taken|not unique)\b")
_POSITIVE = re.compile(r"\b(?:positive|negative|zero|at least (?:1|one)|greater than 0|above 0)\b")
_SCARCE = re.compile(
    r"\b(?:insufficient|too (?:low|little|few|small)|not enough|(?:does|do) not have enough|"
    r"out of stock|in stock|exceeds?|below|sufficient|enough)\b"
)
_EMPTY = re.compile(r"\b(?:is empty|nothing in|no items?)\b")
_UNIQUE = re.compile(
    r"\b(?:must|has to|should|needs to) be (?:globally |system-wide )?unique\b"
    r"(?! (?:within|in|per|among|across|for|to|by)\b)"
    r"|^(?:the |an? )?unique (?:name|title|slug|username|handle|alias|code)\b"
    r"(?! (?:within|in|per|among|across)\b)"
    r"|\b(?:more than one|no two|two) \w+ (?:cannot|can not|can|may|may not) have the same\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:raised )?(?:if|when|whenever|in case) ", re.IGNORECASE)


def condition(text: str) -> str:
    """Return when a tool fails, as the end of a sentence: `if the order is shipped`."""
    said = plain(text)
    return f"if {_LEAD.sub('', said)}".rstrip(".")


def without_twins(made: Made) -> None:
    """Let no two records share what a source says that only one may have: `the email is taken`."""
    behaviour = made.behaviour
    if not isinstance(behaviour, CreateRecord):
        return
    given = [assign.field for assign in behaviour.assigns if assign.source == "parameter"]
    for name in _told_unique(made):
        _make_unique(made, name)
    for sentence in _told(made):
        if not _TAKEN.search(sentence):
            continue
        said = words(sentence)
        named = [n for n in given if _is_named(words(made.draft.fields[n].source_name), said)]
        if len(named) == 1:
            _make_unique(made, named[0])


def _told_unique(made: Made) -> Iterator[str]:
    """Yield the fields of which inputs say that no two records have the same value."""
    texts = {one.name: one.description for one in made.parameters}
    for assign in getattr(made.behaviour, "assigns", ()):
        if assign.parameter and _UNIQUE.search(texts.get(assign.parameter, "")):
            yield assign.field


def _make_unique(made: Made, name: str) -> None:
    field = made.draft.fields[name]
    named = isinstance(field.type, Scalar) and not field.type.choices
    if named and not field.reference and not field.has_default and field.role != "key":
        made.draft.replace(field.name, unique=True)


def undecided(made: Made) -> Iterator[Omission]:
    """Yield the refusals that a source declares and no rule decides."""
    for text in made.seen.operation.refusals:
        if not _decides(made, condition(text).lower()):
            where = f"{made.seen.where}: {plain(text)[:120]}"
            yield Omission(subject="refusal", where=where, reason=UNDECIDED)


def _told(made: Made) -> Iterator[str]:
    """Yield the sentences of a source that say when a tool fails, in small letters."""
    yield from (condition(text).lower() for text in made.seen.operation.refusals)
    for sentence in re.split(r"[.;!?]\s", plain(made.seen.operation.description).lower()):
        if re.search(r"\b(?:fails?|error|refused?|rejected|raises?)\b", sentence):
            yield sentence


def _is_named(parts: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[at : at + len(parts)] == parts for at in range(len(said) - len(parts) + 1))


def _decides(made: Made, text: str) -> bool:
    """Tell whether a tool is refused where a text says that it is."""
    behaviour, draft = made.behaviour, made.draft
    if _MISSING.search(text):
        return any(parameter.reference is not None for parameter in made.parameters)
    if _TAKEN.search(text):
        return isinstance(behaviour, CreateRecord) and any(
            field.unique or (field.name == draft.key and draft.choice.style == "natural")
            for field in (draft.fields[assign.field] for assign in behaviour.assigns)
        )
    if isinstance(behaviour, OrderRecords):
        return bool(_EMPTY.search(text) or (_SCARCE.search(text) and behaviour.stock))
    if isinstance(behaviour, AdjustRecord):
        low = behaviour.floor is not None and _SCARCE.search(text)
        return bool(low or (_POSITIVE.search(text) and behaviour.amount))
    return _speaks_of_state(made, " ".join(words(text)))


def _speaks_of_state(made: Made, text: str) -> bool:
    """Tell whether a text names a state in which a tool is refused, or may not be."""
    behaviour = made.behaviour
    if isinstance(behaviour, ActOnRecord) and " ".join(words(str(behaviour.target))) in text:
        return True
    if not isinstance(behaviour, ActOnRecord | UpdateRecord | DeleteRecord):
        return False
    if not behaviour.allowed_from or behaviour.field is None:
        return False
    states = made.draft.fields[behaviour.field].type
    named = states.choices if isinstance(states, Scalar) else ()
    return any(" ".join(words(str(one))) in text for one in named)
