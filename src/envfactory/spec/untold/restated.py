"""Restated operations: what some descriptions say in another place than others do.

Some services take what callers ask for in headers (`id: 7`), and some generators write down every
answer as a text, which says nothing of it. Both are read as what they stand for. What is asked for
a place is asked by its name, where callers have to give that or its coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.source.description import JsonSchema, Operation, Parameter
from envfactory.spec.records.parameter import is_transport
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain

_ASKED = 2
"""So many headers of one operation that look like arguments show that a service takes them so."""
_ANSWERS = 4
"""So few answers that are all texts may well be texts."""
_TEXT: JsonSchema = {"type": "string"}
_UNTOLD: tuple[JsonSchema, ...] = (_TEXT, {"type": "object"}, {})
_AT_PLACE = re.compile(
    r"\b(?:for|at|of|in) (?:an?|the|your) (?:(?:single|given|specific|specified|certain|known) )?"
    r"(?:location|place|point|position|city|station)\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(?:near\w*|around|closest|within|radius|surrounding)\b", re.IGNORECASE)
_PLACES = word_set("place location city town station site spot")
_LATITUDES = {("lat",), ("latitude",)}
_LONGITUDES = {("lon",), ("lng",), ("long",), ("longitude",)}
_ARGUMENT = re.compile(r"[a-z][a-z0-9]*(?:_+[a-zA-Z0-9]+)*")


def restated(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return operations with arguments in queries and not in headers, and told answers only."""
    found = tuple(map(_at_place, operations))
    if any(sum(_is_argument(one.name) for one in _headers(op)) >= _ASKED for op in found):
        found = tuple(_with_queries(operation) for operation in found)
    answers = [op.response.schema_ for op in found if op.response is not None]
    texts = sum(answer == _TEXT for answer in answers)
    if texts >= _ANSWERS and texts * 2 > len(answers) and all(one in _UNTOLD for one in answers):
        found = tuple(_untold(operation) for operation in found)
    return found


def _at_place(operation: Operation) -> Operation:
    """Return a read at one place with the name of that place as what callers have to say.

    They may give its coordinates instead; what is near a place is another thing.
    """
    names = {words(one.name) for one in operation.parameters if not one.required}
    if operation.method != "get" or not (names & _LATITUDES and names & _LONGITUDES):
        return operation
    told = [plain(text) for text in (operation.summary, operation.description)]
    if not any(map(_AT_PLACE.search, told)) or any(map(_NEAR.search, told)):
        return operation
    places = [one for one in operation.parameters if _is_place(words(one.name))]
    if not places or any(one.required for one in places):
        return operation
    named = min(places, key=lambda one: words(one.name)[-1] != "id")
    parameters = (
        one.model_copy(update={"required": True}) if one is named else one
        for one in operation.parameters
    )
    return operation.model_copy(update={"parameters": tuple(parameters)})


def _is_place(parts: tuple[str, ...]) -> bool:
    """Tell whether an input of that name names a place: `place_id`, `city`, `location_name`."""
    return bool(parts) and parts[0] in _PLACES and parts[1:] in ((), ("id",), ("name",))


def _untold(operation: Operation) -> Operation:
    """Return an operation whose answer says nothing of what is in it."""
    if operation.response is None:
        return operation
    body = operation.response.model_copy(update={"schema_": {}})
    return operation.model_copy(update={"response": body})


def _headers(operation: Operation) -> list[Parameter]:
    return [one for one in operation.parameters if one.location == "header"]


def _is_argument(name: str) -> bool:
    plain = _ARGUMENT.fullmatch(name) is not None and not is_credential(name)
    return plain and not is_transport(name, "query")


def _with_queries(operation: Operation) -> Operation:
    taken = {one.name for one in operation.parameters if one.location != "header"}
    parameters = tuple(
        one.model_copy(update={"location": "query"})
        if one.location == "header" and _is_argument(one.name) and one.name not in taken
        else one
        for one in operation.parameters
    )
    return operation.model_copy(update={"parameters": parameters})
