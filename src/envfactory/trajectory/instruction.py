"""`understand`: what a user makes of being told to use a tool of their own.

Records are found by the names that the user knows them by, among those that the user sees on their
own side; a key means nothing to them. Values are what the agent says next to their names, or what
the user said in the first place. Where the instruction leaves something open, the user asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from envfactory.environment import ToolSpec
from envfactory.environment.world import SEPARATOR
from envfactory.records import Json
from envfactory.task.grounding.records import RecordJson, Records
from envfactory.task.judging.answering import contains
from envfactory.task.meanings.moment import read_date, read_moment
from envfactory.task.meanings.shape import Shape, read_shape
from envfactory.task.meanings.spoken import Speaker, currency_in
from envfactory.task.meanings.words import singular, spaced
from envfactory.task.user import Knowledge
from envfactory.trajectory.hearing import stems

_QUOTED = r"(?:[`\"“‘]([^`\"”’]+)[`\"”’]|(?<!\w)'([^']+)'(?!\w))"
_BARE = r"([^\s,;!?]*[^\s,;.!?])"
_IS = r"\s*(?:to|is|as|of|=|:)\s*"


@dataclass(frozen=True, slots=True)
class Side:
    """What the user has to go by.

    Attributes:
        tool: The tool that is to be used.
        records: What the user sees.
        known_by: By parameter, the fields by which the user knows records; any text where a
            parameter is not there.
        knows: What the user knows that may matter, the likeliest first.
    """

    tool: ToolSpec
    records: Records
    known_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    knows: Sequence[Knowledge] = ()

    @property
    def environment(self) -> str:
        """Where the tool is."""
        return self.tool.name.partition(SEPARATOR)[0]

    @property
    def speaker(self) -> Speaker:
        """Says values at the present moment."""
        return Speaker(self.records.now(self.environment))


def understand(text: str, side: Side) -> dict[str, Json] | str:
    """Return the arguments that an instruction comes to, or what the user asks about it."""
    shape = read_shape(side.tool.input_schema)
    tables = {name: _table(part) for name, part in shape.fields.items()}
    arguments: dict[str, Json] = {}
    rest = text
    for name, part in shape.fields.items():
        if tables[name] is None:
            value, rest = _value(text, rest, name, part, shape, side)
            if value is not None:
                arguments[name] = value
            elif name in shape.required:
                return f"What should I use for the {spaced(name)}?"
    for name, part in shape.fields.items():
        table = tables[name]
        if table is None or (name not in shape.required and not _speaks_of(text, name, table)):
            continue
        found = _named(rest, name, table, part, side)
        noun = singular(spaced(table))
        if len(found) > 1 and part.kind != "list":
            return f"There are several that fit. Which {noun} exactly?"
        if found:
            arguments[name] = list(found) if part.kind == "list" else found[0]
        elif name in shape.required:
            return f"Which {noun} should I use? I only know them by what they are called."
    return arguments


def _table(part: Shape) -> str | None:
    """Return the table of the records that an argument names, if it does."""
    return part.entity or (part.item.entity if part.item is not None else None)


def _speaks_of(text: str, name: str, table: str) -> bool:
    """Return whether a text says the name of a parameter, or of the kind of record it names."""
    words = stems(text)
    return bool(stems(name) & words or stems(singular(spaced(table))) & words)


# ------------------------------------------------------------------------------ records
def _named(text: str, name: str, table: str, part: Shape, side: Side) -> list[str | int]:
    """Return the keys of the records that a text names, those that it names best."""
    rows = side.records.rows(side.environment, table)
    fields = side.known_by.get(name, ())
    scored = [(_recognised(text, row, fields, side.speaker), row) for row in rows]
    best = max((score for score, _ in scored), default=0)
    found = [row for score, row in scored if score and (score == best or part.kind == "list")]
    if len(found) > 1 and part.kind != "list":
        found = _closest(text, found, side.speaker)
    return [key for row in found if isinstance(key := next(iter(row.values())), str | int)]


def _recognised(text: str, row: RecordJson, fields: Sequence[str], speaker: Speaker) -> int:
    """Return how many characters of a text name a record; 0 where it is not named."""
    if fields:
        told = [_said(text, row, name, speaker) for name in fields]
        return sum(told) if all(told) else 0
    texts = (name for name, value in row.items() if isinstance(value, str))
    return max((_said(text, row, name, speaker) for name in texts), default=0)


def _said(text: str, row: RecordJson, name: str, speaker: Speaker) -> int:
    """Return how long the longest form of a field's value is that a text contains."""
    value = row.get(name)
    if value is None or isinstance(value, dict | list):
        return 0
    forms = speaker.forms(value, Shape("text"), currency_in(row, name)) or (str(value),)
    choice = (spaced(value),) if isinstance(value, str) else ()
    return max((len(f) for f in (*forms, *choice) if f and contains(text, (f,))), default=0)


def _closest(text: str, rows: Sequence[RecordJson], speaker: Speaker) -> list[RecordJson]:
    """Return those of some records of which a text says most beside what they all share."""
    scores = [sum(_said(text, row, name, speaker) > 0 for name in row) for row in rows]
    return [row for row, score in zip(rows, scores, strict=True) if score == max(scores)]


# ------------------------------------------------------------------------------ values
def _value(
    text: str, rest: str, name: str, part: Shape, whole: Shape, side: Side
) -> tuple[Json, str]:
    """Return a value as the agent says it, or as the user knows it, and the text without it.

    What stands in `rest` has not been taken for another value yet.
    """
    known = [each for each in side.knows if _is_about(each, name)]
    for each in known:
        if contains(text, (each.said, str(each.value))):
            return each.value, rest.replace(each.said, "")
    for option in part.choices:
        if contains(rest, (str(option), spaced(str(option)))):
            return option, rest
    label = re.escape(spaced(name)).replace(r"\ ", r"[\s_]+")
    patterns = [rf"\b{label}\b(?:{_IS}|\s+){_QUOTED}", rf"\b{label}\b{_IS}{_BARE}"]
    if list(whole.fields) == [name]:
        patterns = [rf"\b{label}\b[^.?!]*?{_QUOTED}", _QUOTED, patterns[1]]
    for pattern in patterns:
        found = re.search(pattern, rest, re.IGNORECASE)
        if found is not None:
            said = next(group for group in found.groups() if group)
            return _typed(said, part, side.speaker.now), rest.replace(found.group(), "")
    return (known[0].value if known and name in whole.required else None), rest


def _is_about(known: Knowledge, name: str) -> bool:
    """Return whether a thing that the user knows is what an argument takes."""
    if known.path is not None:
        return known.path == f"/{name}"
    return stems(known.about.partition(" of the ")[0]) == stems(name)


def _typed(text: str, part: Shape, now: datetime) -> Json:
    """Return a text as the type that a schema asks for, as it is where it is no such thing."""
    try:
        match part.kind:
            case "integer":
                return int(text.replace(",", ""))
            case "number":
                return float(text.lstrip("$€£").replace(",", ""))
            case "boolean":
                return text.casefold() in ("true", "yes", "on")
            case "date":
                day = read_date(text, now.date())
                return text if day is None else day.isoformat()
            case "datetime":
                moment = read_moment(text, now)
                return text if moment is None else moment.isoformat().replace("+00:00", "Z")
    except ValueError:
        return text
    return text
