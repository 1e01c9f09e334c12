"""Preconditions: the states that a text says a record must be in for a tool to change it.

"Cancel an order that was not shipped yet" is refused once the order is shipped. Only states that
the record's own status has are taken from a text; what it says of others is left as it is.
"""

from __future__ import annotations

import re

from envfactory.records import Json
from envfactory.spec.model import (
    ActOnRecord,
    DeleteRecord,
    FieldSpec,
    Omission,
    Scalar,
    UpdateRecord,
)
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Made
from envfactory.spec.words.name import words
from envfactory.spec.words.prose import plain
from envfactory.spec.writes.refused import condition, undecided, without_twins

_BE = r"(?:is|are|was|were|be|been|has been|have been|had been|being)"
_NOT = (
    rf"(?:(?:{_BE}|has|have|had) not|isn't|aren't|wasn't|weren't|hasn't been|haven't been|not)"
    r"(?: been)?(?: already)?"
)
_GONE = frozenset(("deleted", "removed", "destroyed"))
"""States that a deletion leads to: "each file must be deleted by itself" asks for none."""
_MAX_TEXT = 600
_MOST_STATES = 24


def with_precondition(made: Made, omit: list[Omission]) -> Made:
    """Return a tool that is refused as its source says, as far as rules can decide.

    Args:
        made: The tool; what a source says that no two records share becomes unique.
        omit: Gets the refusals that no rule decides.
    """
    without_twins(made)
    stated = _with_states(made)
    omit += undecided(stated)
    return stated


def _with_states(made: Made) -> Made:
    """Return a tool that is refused in the states that the text of its operation rules out."""
    behaviour = made.behaviour
    if not isinstance(behaviour, ActOnRecord | UpdateRecord | DeleteRecord):
        return made
    if behaviour.allowed_from or getattr(behaviour, "or_create", False):
        return made
    status = _status(made.draft, behaviour)
    if status is None:
        return made
    operation = made.seen.operation
    text = f"{plain(operation.summary)}. {plain(operation.description, _MAX_TEXT)}"
    text += "".join(f" Fails {one}." for one in map(condition, operation.refusals))
    allowed = allowed_states(text, status, made.draft.noun)
    if isinstance(behaviour, ActOnRecord):
        allowed = tuple(one for one in allowed if one != behaviour.target)
    if isinstance(behaviour, DeleteRecord):
        allowed = tuple(one for one in allowed if str(one).lower() not in _GONE)
    if allowed:
        changed = {"allowed_from": allowed, "field": status.name}
        made.behaviour = behaviour.model_copy(update=changed)
    return made


def allowed_states(text: str, status: FieldSpec, noun: tuple[str, ...]) -> tuple[Json, ...]:
    """Return the states that a text allows, in their order; none where it speaks of no state.

    Args:
        text: What a source says that a tool does.
        status: The field with the states.
        noun: What a record is called, in the singular.
    """
    choices = status.type.choices if isinstance(status.type, Scalar) else ()
    if not 1 < len(choices) <= _MOST_STATES:
        return ()
    states: dict[str, Json] = {" ".join(words(str(one))): one for one in choices}
    said = " ".join(text.lower().replace("_", " ").replace("-", " ").replace("’", "'").split())
    one = f"({'|'.join(re.escape(state) for state in sorted(states, key=len, reverse=True))})"
    several = rf"{one}(?:,? (?:or|and) {one})?"
    allowed = list(states)
    for match in re.finditer(rf"\b{_NOT} {one}( yet)?\b(?! by\b)", said):
        if not _is_refusal(said, match.start()):
            order = list(states)
            later = order[order.index(match[1]) :] if match[2] else [match[1]]
            allowed = [state for state in allowed if state not in later]
        else:
            allowed = [state for state in allowed if state == match[1]]
    for match in re.finditer(rf"\b(already|has been|have been) {one}\b", said):
        if _is_refusal(said, match.start()):
            order = list(states)
            later = order[order.index(match[2]) :] if match[1] == "already" else [match[2]]
            allowed = [state for state in allowed if state not in later]
    for match in re.finditer(
        rf"\b(?:if|when)\b[^.;]*?\b(?:is|are|was|were) {one}\b(?! by\b)", said
    ):
        if _is_refusal(said, match.start()):
            allowed = [state for state in allowed if state != match[1]]
    label = re.escape(" ".join(noun))
    needs = (
        rf"\b(?:that|which|who|only (?:if|while|when|works? (?:if|while|when))(?: \w+){{1,3}}) "
        rf"(?:{_BE}|has|have|had) (?:still |currently |already )?{several}\b",
        rf"\b(?:still|must be|needs? to be|has to be) {several}\b",
        rf"^\W*\w+ (?:an?|the|any) {several} {label}\b",
        rf"\bonly {several} {label}s?\b",
    )
    for pattern in needs:
        for match in re.finditer(pattern, said):
            if not _is_refusal(said, match.start()):
                named = {group for group in match.groups() if group}
                allowed = [state for state in allowed if state in named]
    return tuple(states[state] for state in allowed) if len(allowed) < len(states) else ()


def _is_refusal(said: str, at: int) -> bool:
    """Tell whether what stands at a place of a text is said of when a tool fails."""
    sentence = re.split(r"[.;:!?]", said[:at])[-1]
    return (
        re.search(r"\b(?:fail|error|refus|reject|raise|cannot|can't|may not)", sentence) is not None
    )


def _status(draft: Draft, behaviour: ActOnRecord | UpdateRecord | DeleteRecord) -> FieldSpec | None:
    """Return the one field that tells how far a record has come, if texts can speak of it."""
    if isinstance(behaviour, ActOnRecord):
        field = draft.fields[behaviour.field]
        return field if field.role == "status" else None
    known = [field for field in draft.fields.values() if field.role == "status"]
    return known[0] if len(known) == 1 else None
