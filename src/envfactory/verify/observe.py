"""`observe`: what the tools of a foreign package return and take, found by calling them.

Foreign tools often declare no more than `dict`. Then nothing is known of what feeds what, and there
are no tasks. So they are called, as verification does, and what they returned is kept in the
package's `tools.json`: as a schema, as the tables whose keys each input took, and as whether a call
changed anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import orjson

from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.foreign.observed import (
    Seen,
    Tables,
    is_key,
    named_table,
    observed_schema,
    tables_of,
)
from envfactory.environment.foreign.settings import ListedTool, ListedTools
from envfactory.environment.package import TOOLS, read_tools
from envfactory.environment.world import Session
from envfactory.errors import InputError
from envfactory.records import Json, write_atomic
from envfactory.verify.replay import perform
from envfactory.verify.subject import Subject

_NEIGHBOURS = 3

_Taken = tuple[Mapping[str, Json], Tables]


def observe(path: Path, *, seed: int = 0) -> ListedTools:
    """Call the tools of a foreign package, and write what was seen into its `tools.json`.

    Deterministic. The identity of the package changes, unless all of that was known.

    Args:
        path: The package's folder.
        seed: Where all chance comes from.

    Raises:
        InputError: If the folder is no package, or holds an environment of the kernel's own kind.
        OutputError: If the file cannot be written.
    """
    with Subject(path, seed) as subject:
        if not subject.foreign:
            raise InputError(str(path), "holds no foreign environment", "its tools declare it all")
        notes = {tool.name: _Notes() for tool in subject.tools}
        for session, tool, arguments in _calls(subject):
            _note(notes[tool], session, tool, arguments)
        for session, tool, arguments in list(_neighbours(subject, notes)):
            _note(notes[tool], session, tool, arguments)
        listed = ListedTools(
            tools=tuple(_learned(tool, notes[tool.name]) for tool in _declared(subject))
        )
    content = orjson.dumps(
        listed.model_dump(mode="json", exclude_defaults=True) | {"schema_version": 1},
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )
    write_atomic(path / TOOLS, content)
    return listed


@dataclass(slots=True)
class _Notes:
    """What was seen of one tool."""

    values: list[Seen] = field(default_factory=list)
    taken: list[_Taken] = field(default_factory=list)
    refused: list[_Taken] = field(default_factory=list)
    changes: bool = False


def _calls(subject: Subject) -> Iterator[tuple[Session, str, dict[str, Json]]]:
    """Yield every recorded call, with a session in the state that it met."""
    for episode in subject.exploration.recorded:
        session = subject.starts[episode.scenario].fork()
        for step in episode.steps:
            yield session, step.tool, step.arguments


def _neighbours(
    subject: Subject, notes: Mapping[str, _Notes]
) -> Iterator[tuple[Session, str, dict[str, Json]]]:
    """Yield calls that worked once more, with other keys of the table that a text is a key of.

    One key can be taken by chance, and whatever takes several takes keys.
    """
    for name, seen in notes.items():
        for arguments, tables in seen.taken[:_NEIGHBOURS]:
            for parameter, value in arguments.items():
                for table in tables.values():
                    if not isinstance(value, str) or value not in table.records:
                        continue
                    others = (key for key in table.records if key != value)
                    for key in islice(others, _NEIGHBOURS):
                        for start in subject.starts.values():
                            yield start.fork(), name, {**arguments, parameter: key}


def _note(notes: _Notes, session: Session, tool: str, arguments: dict[str, Json]) -> None:
    before, state_hash = session.to_scenario(), session.state_hash
    outcome = perform(session, tool, arguments)
    changed = session.state_hash != state_hash
    known = tables_of(before)
    if outcome.ok:
        both = tables_of(before, session.to_scenario()) if changed else known
        notes.values.append(Seen(outcome.value, both))
        notes.taken.append((arguments, known))
        notes.changes = notes.changes or changed
    elif not outcome.faulted:
        notes.refused.append((arguments, known))


def _declared(subject: Subject) -> tuple[ListedTool, ...]:
    """Return the tools as their author declares them."""
    environment = subject.package.environment
    if not isinstance(environment, ForeignModule):
        return read_tools(subject.path).tools
    return tuple(
        ListedTool(
            name=tool.name,
            description=tool.spec.description,
            input_schema=tool.spec.input_schema,
            output_schema=tool.spec.output_schema,
        )
        for tool in environment.host.tools.values()
    )


def _learned(tool: ListedTool, notes: _Notes) -> ListedTool:
    return tool.model_copy(
        update={
            "observed": observed_schema(tool.output_schema, notes.values),
            "takes": _takes(tool, notes),
            "changes": notes.changes if notes.values else None,
        }
    )


def _takes(tool: ListedTool, notes: _Notes) -> dict[str, str]:
    """Return the inputs that took keys of one table, and were refused with anything else."""
    properties = tool.input_schema.get("properties")
    found: dict[str, str] = {}
    for name in properties if isinstance(properties, dict) else ():
        taken = [(a[name], tables) for a, tables in notes.taken if a.get(name) is not None]
        if not taken:
            continue
        table = named_table(name, [v for v, _ in taken], [tables for _, tables in taken])
        if table is not None and any(
            not is_key(arguments[name], tables[table])
            for arguments, tables in notes.refused
            if name in arguments and table in tables
        ):
            found[name] = table
    return found
