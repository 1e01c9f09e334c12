"""Restated operations: what some descriptions say in another place than others do.

Some services take what callers ask for in headers (`id: 7`), and some generators write down every
answer as a text, which says nothing of it. Both are read as what they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from envfactory.source.description import JsonSchema, Operation, Parameter
from envfactory.spec.records.parameter import is_transport
from envfactory.spec.words.credential import is_credential

_ASKED = 2
"""So many headers of one operation that look like arguments show that a service takes them so."""
_ANSWERS = 4
"""So few answers that are all texts may well be texts."""
_TEXT: JsonSchema = {"type": "string"}
_UNTOLD: tuple[JsonSchema, ...] = (_TEXT, {"type": "object"}, {})
_ARGUMENT = re.compile(r"[a-z][a-z0-9]*(?:_+[a-zA-Z0-9]+)*")


def restated(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """Return operations with arguments in queries and not in headers, and told answers only."""
    found = tuple(operations)
    if any(sum(_is_argument(one.name) for one in _headers(op)) >= _ASKED for op in found):
        found = tuple(_with_queries(operation) for operation in found)
    answers = [op.response.schema_ for op in found if op.response is not None]
    texts = sum(answer == _TEXT for answer in answers)
    if texts >= _ANSWERS and texts * 2 > len(answers) and all(one in _UNTOLD for one in answers):
        found = tuple(_untold(operation) for operation in found)
    return found


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
