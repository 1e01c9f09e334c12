"""The arguments of a trial: a call known to succeed, with one value replaced and the rest fitted.

A value alone often means nothing: the ticket of another collection is not found. So what else the
call names is taken, where it can be, from what surrounds the value: the record that holds it, the
records around that one, and the arguments that the producer was called with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from envfactory.graph.executed.control import is_scalar
from envfactory.graph.model import Port, ToolNode
from envfactory.graph.path import ANY, names, segments, unescape, values_at
from envfactory.records import Json


def put(arguments: Mapping[str, Json], path: str, value: Json) -> dict[str, Json]:
    """Return arguments with a value at a path; parts that are missing are made, lists of one."""
    return cast(dict[str, Json], _put(dict(arguments), segments(path), value))


def _put(whole: Json, rest: tuple[str, ...], value: Json) -> Json:
    if not rest:
        return value
    head, tail = rest[0], rest[1:]
    if head == ANY:
        if isinstance(whole, dict) and whole:
            key = next(iter(whole))
            return {**whole, key: _put(whole[key], tail, value)}
        first = whole[0] if isinstance(whole, list) and whole else None
        return [_put(first, tail, value)]
    key = unescape(head)
    known = whole if isinstance(whole, dict) else {}
    return {**known, key: _put(known.get(key), tail, value)}


def lean(node: ToolNode, arguments: Mapping[str, Json], path: str) -> dict[str, Json]:
    """Return arguments without the optional parts, except the one that holds the path."""
    stated = node.input_schema.get("required")
    needed = {str(name) for name in stated} if isinstance(stated, list) else set()
    needed.add(unescape(segments(path)[0]))
    return {name: value for name, value in arguments.items() if name in needed}


def fitted(
    consumer: ToolNode,
    path: str,
    arguments: Mapping[str, Json],
    producer: ToolNode,
    given: Mapping[str, Json],
    result: Json,
    place: str,
) -> dict[str, Json]:
    """Return a consumer's arguments with other identities taken from around a value.

    Args:
        consumer: The tool to be called.
        path: The input that takes the value; it is left as it is.
        arguments: Arguments of the consumer that are known to succeed.
        producer: The tool that returned the value.
        given: What the producer was called with.
        result: What it returned.
        place: The concrete path of the value in the result.
    """
    fit = dict(arguments)
    for port in consumer.inputs:
        if port.path == path or ANY in segments(port.path):
            continue
        current = next((value for _, value in values_at(fit, port.path)), None)
        if current is None or port.choices or not is_scalar(current):
            continue
        for value in _around(port, producer, given, result, place):
            if isinstance(value, str) == isinstance(current, str):
                fit = put(fit, port.path, value)
                break
    return fit


def _around(
    port: Port, producer: ToolNode, given: Mapping[str, Json], result: Json, place: str
) -> Iterator[Json]:
    """Yield values that may be meant by a port, the nearest first."""
    parts = segments(place)
    for length in range(len(parts) - 1, -1, -1):
        prefix = "".join(f"/{part}" for part in parts[:length])
        general = "".join(f"/{ANY if part.isdigit() else part}" for part in parts[:length])
        holder = next((value for _, value in values_at(result, prefix)), None)
        if not isinstance(holder, dict):
            continue
        for output in producer.outputs:
            inside, _, leaf = output.path.rpartition("/")
            if inside == general and _meant(port, output):
                value = holder.get(unescape(leaf))
                if is_scalar(value):
                    yield value
    for taken in producer.inputs:
        if _meant(port, taken):
            yield from (
                value for _, value in values_at(dict(given), taken.path) if is_scalar(value)
            )


def _meant(port: Port, other: Port) -> bool:
    """Say whether two ports identify the same entity, or are called the same where none does."""
    if port.entity is not None or other.entity is not None:
        return port.entity == other.entity
    return names(port.path)[-1:] == names(other.path)[-1:]
