"""YAML as JSON values: the YAML 1.2 core rules, safe, without recursion, and bounded.

PyYAML's own loaders follow YAML 1.1, in which `no` is false, `on` is a key called true and dates
are objects; they also recurse, and they build any graph that aliases describe. This module reads
PyYAML's stream of events instead (from libyaml where it is compiled in) and builds plain JSON
values: plain scalars resolve by section 10.3.2 of YAML 1.2.2, mapping keys keep their text, and a
number that JSON cannot hold stays text. Two departures keep what authors mean: digits with a
leading zero stay text, because YAML 1.1 writers leave identifiers such as 01234567089 unquoted,
and the merge key `<<` of YAML 1.1 is understood.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from envfactory.records import Json

MAX_DEPTH: Final = 1000
"""Deepest nesting of lists and mappings."""

MAX_WEIGHT: Final = 4_000_000
"""Most values that a document may hold once its aliases are written out (see `weight_of_text`)."""

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NUMBER_START: Final = frozenset("0123456789+-.")
_CORE: Final = "tag:yaml.org,2002:"
_TEXT_TAGS: Final = frozenset({"!", _CORE + "str", _CORE + "timestamp", _CORE + "binary"})
_SCALAR_TAGS: Final = frozenset({_CORE + "null", _CORE + "bool", _CORE + "int", _CORE + "float"})
_EVENTS: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlProblem(ValueError):
    """The text is not YAML that can be read; `line` and `column` count from 1."""

    def __init__(self, problem: str, line: int, column: int) -> None:
        self.problem, self.line, self.column = problem, line, column
        super().__init__(f"{line}:{column}: {problem}")


def parse_yaml(text: str, max_weight: int = MAX_WEIGHT) -> Json:
    """Return the one document in `text` as a JSON value; aliased values are shared, not copied.

    Raises:
        YamlProblem: If the text is malformed, repeats a key, uses a tag outside the core schema,
            holds several documents, nests deeper than `MAX_DEPTH`, or would hold more than
            `max_weight` values once its aliases are written out.
    """
    builder = _Builder(max_weight)
    try:
        for event in yaml.parse(text, Loader=_EVENTS):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlProblem(error.problem or "malformed", line, column) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise YamlProblem(error.reason, line, column) from error
    return builder.root


def weight_of_text(text: str) -> int:
    """Return what one string counts towards a weight limit: 1, and 1 more per 32 characters."""
    return 1 + len(text) // 32


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been seen."""

    value: dict[str, Json] | list[Json]
    anchor: str | None
    weight_before: int
    key: str | None = None
    merging: bool = False
    merged: list[dict[str, Json]] = field(default_factory=list)


class _Builder:
    """Turns the events of one document into a JSON value."""

    def __init__(self, max_weight: int) -> None:
        self.root: Json = None
        self._max_weight = max_weight
        self._weight = 0
        self._documents = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Json, int]] = {}

    def take(self, event: Any) -> None:
        """Take the next event."""
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent):
            self._open({}, "map", event)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._open([], "seq", event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, yaml.AliasEvent):
            self._take_alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _problem("a second YAML document starts here", event)

    def _take_scalar(self, event: Any) -> None:
        is_key = self._expects_key()
        self._spend(weight_of_text(event.value), event)
        if is_key and event.value == "<<" and event.implicit[0] and event.tag is None:
            self._stack[-1].key, self._stack[-1].merging = "<<", True
            return
        value = event.value if is_key else _scalar(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, weight_of_text(event.value))
        self._put(value, event)

    def _take_alias(self, event: Any) -> None:
        if any(frame.anchor == event.anchor for frame in self._stack):
            raise _problem(f"the alias *{event.anchor} stands inside what it names", event)
        if event.anchor not in self._anchors:
            raise _problem(f"the alias *{event.anchor} names no earlier anchor", event)
        value, weight = self._anchors[event.anchor]
        self._spend(weight, event)
        self._put(value, event)

    def _open(self, value: dict[str, Json] | list[Json], kind: str, event: Any) -> None:
        if event.tag not in (None, "!", _CORE + kind):
            raise _problem(f"the tag {event.tag!r} is not allowed", event)
        if len(self._stack) >= MAX_DEPTH:
            raise _problem(f"nested deeper than {MAX_DEPTH} levels", event)
        if self._expects_key():
            raise _problem("a mapping key must be plain text", event)
        self._stack.append(_Open(value, event.anchor, self._weight))
        self._spend(1, event)

    def _close(self, event: Any) -> None:
        frame = self._stack.pop()
        value = frame.value
        if frame.merged and isinstance(value, dict):
            inherited: dict[str, Json] = {}
            for source in reversed(frame.merged):
                inherited.update(source)
            value = inherited | value
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (value, self._weight - frame.weight_before)
        self._put(value, event)

    def _put(self, value: Json, event: Any) -> None:
        """Place a finished value: as the root, an item, a key, or the value of the open key."""
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            if not isinstance(value, str):
                raise _problem("a mapping key must be plain text", event)
            if value in top.value:
                raise _problem(f"duplicate key {value[:80]!r}", event)
            top.key = value
        elif top.merging:
            top.merged.extend(_merge_sources(value, event))
            top.key, top.merging = None, False
        else:
            top.value[top.key] = value
            top.key = None

    def _expects_key(self) -> bool:
        if not self._stack:
            return False
        top = self._stack[-1]
        return top.key is None and isinstance(top.value, dict)

    def _spend(self, weight: int, event: Any) -> None:
        self._weight += weight
        if self._weight > self._max_weight:
            raise _problem(
                f"holds more than {self._max_weight:,} values once its aliases are written out",
                event,
            )


def _merge_sources(value: Json, event: Any) -> list[dict[str, Json]]:
    sources = value if isinstance(value, list) else [value]
    mappings = [source for source in sources if isinstance(source, dict)]
    if len(mappings) != len(sources):
        raise _problem("'<<' merges mappings only", event)
    return mappings


def _scalar(event: Any) -> Json:
    """Resolve a scalar that is not a key."""
    text: str = event.value
    if event.tag is None:
        return _plain(text) if event.implicit[0] else text
    if event.tag in _TEXT_TAGS:
        return text
    if event.tag in _SCALAR_TAGS:
        return _plain(text)
    raise _problem(f"the tag {event.tag[:80]!r} is not allowed", event)


def _plain(text: str) -> Json:
    """Resolve an untagged plain scalar by the core schema."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if text[0] not in _NUMBER_START or len(text) > 64:
        return text
    if _INTEGER.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        number = int(text[2:] if base != 10 else text, base)
        if -(2**63) <= number < 2**64:
            return number
        return float(number)
    if _FLOAT.fullmatch(text):
        real = float(text)
        return real if math.isfinite(real) else text
    return text


def _problem(problem: str, event: Any) -> YamlProblem:
    return YamlProblem(problem, event.start_mark.line + 1, event.start_mark.column + 1)
