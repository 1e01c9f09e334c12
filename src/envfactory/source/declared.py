"""Tools as a source declares them: a name, a text, and schemas; no address, often no output.

Lists of tools and Python sketches both end here. A schema may refer to parts of itself only; what
it refers to becomes a named schema of the description, shared where two tools mean the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.description import (
    ApiDescription,
    Body,
    Hints,
    JsonSchema,
    Operation,
    Provenance,
)
from envfactory.source.docstring import read_docstring
from envfactory.source.document import Document, clipped, kind_of
from envfactory.source.notes import Budget, Notes
from envfactory.source.reference import References, Unreadable
from envfactory.source.schemas import SchemaTable
from envfactory.source.yaml_core import weight_of_text

MAX_TOOL_NAME: Final = 128
"""Longest name of a tool, in characters."""

_JSON: Final = "application/json"
_NOT_IN_NAMES: Final = re.compile(r"[\s/{}?#]")
_NOISE: Final = re.compile(r"\b(?:mcp|server|api|tools?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """One tool as it was found.

    Attributes:
        where: JSON pointer or line, for what is left out.
        title: A name for people; may be empty.
        text: What it does, in whatever form; a docstring is taken apart.
        takes: The schema of its arguments, unread; None where there is none.
        returns: The schema of its result, unread; None where nothing is said.
    """

    where: str
    name: str
    title: str
    text: str
    takes: Json = None
    returns: Json = None
    tags: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)


def described(
    document: Document,
    tools: Sequence[Declared],
    notes: Notes,
    *,
    kind: str,
    title: str,
    description: str = "",
    version: str = "",
) -> ApiDescription:
    """Return the description of an API that consists of these tools.

    Args:
        document: Where they were found.
        tools: What was found, in order.
        notes: What was left out so far; what has to be left out here is added.
        kind: What was read, for the provenance.
        title: The name of the whole, for people; may be empty.
        description: What the whole is for.
        version: The version that the source states.

    Raises:
        InputError: If none of the tools can be read.
    """
    reader = _ToolReader(notes, Budget(document.where))
    operations: list[Operation] = []
    taken: set[str] = set()
    for tool in tools:
        try:
            operation = reader.read(tool)
            if operation.id in taken:
                raise Unreadable(tool.where, "duplicate tool name", operation.id)
        except Unreadable as error:
            notes.leave_out(error, tool.where)
            continue
        taken.add(operation.id)
        operations.append(operation)
    if not operations:
        raise _nothing(document, notes, kind)
    shown = _line(title)[:200] or _spoken(document.name)
    return ApiDescription(
        name=_short_name(shown) or "tools",
        title=shown,
        version=_line(version)[:60],
        description=description,
        operations=tuple(operations),
        schemas={name: reader.schemas[name] for name in sorted(reader.schemas)},
        provenance=Provenance(format=kind, location=document.name, sha256=document.sha256),
        skipped=notes.all(),
    )


class _ToolReader:
    """Reads the tools of one document, and collects the schemas that they name."""

    def __init__(self, notes: Notes, budget: Budget) -> None:
        self._notes, self._budget = notes, budget
        self.schemas: dict[str, JsonSchema] = {}

    def read(self, tool: Declared) -> Operation:
        """Return the operation that a tool is.

        Raises:
            Unreadable: If its name or its schema of arguments cannot be used.
        """
        name = tool.name.strip()
        if not name or _NOT_IN_NAMES.search(name) or not name.isprintable():
            raise Unreadable(tool.where, "malformed tool name", repr(tool.name)[:80])
        if len(name) > MAX_TOOL_NAME:
            raise Unreadable(tool.where, "tool name too long", f"{len(name)} characters")
        self._budget.spend(weight_of_text(tool.text) + 1)
        doc = read_docstring(tool.text)
        takes = self._schema(tool.takes, f"{tool.where}/input", name)
        return Operation(
            id=name,
            method="call",
            path=f"/{name}",
            summary=_line(tool.title),
            description=doc.text,
            refusals=doc.refusals,
            tags=tool.tags,
            request=_request(takes, doc.parameters),
            response=self._response(tool, doc.returns),
            hints=tool.hints,
        )

    def _response(self, tool: Declared, said: str) -> Body | None:
        """Return what a tool gives back; a schema that cannot be read counts as none."""
        try:
            schema = self._schema(tool.returns, f"{tool.where}/output", tool.name)
        except Unreadable as error:
            self._notes.leave_out(error, f"{tool.where}/output")
            schema = {}
        if not schema and not said:
            return None
        return Body(media_type=_JSON, schema=schema, description=said)

    def _schema(self, node: Json, where: str, owner: str) -> JsonSchema:
        if node is None or node is True:
            return {}
        if not isinstance(node, dict):
            raise Unreadable(where, "malformed schema", kind_of(node), "write an object")
        table = SchemaTable(node, References(node), self._notes, self._budget)
        uses: dict[str, None] = {}
        schema = table.inline(node, "#", uses)
        table.build()
        broken = next((error for name, error in table.tainted().items() if name in uses), None)
        if broken is not None:
            raise broken
        named = table.needed(uses)
        renamed = {name: self._name(name, owner, one) for name, one in named.items()}
        for name, one in named.items():
            self.schemas[renamed[name]] = _renamed(one, renamed)
        return _renamed(schema, renamed)

    def _name(self, name: str, owner: str, schema: JsonSchema) -> str:
        """Return the name under which a schema is kept: its own, unless that means another."""
        wanted, count = name, 1
        while wanted in self.schemas and self.schemas[wanted] != schema:
            wanted = f"{owner}_{name}" if count == 1 else f"{owner}_{name}_{count}"
            count += 1
        return wanted


def _renamed(node: Json, names: dict[str, str]) -> JsonSchema:
    """Return a schema that refers to other schemas by their new names."""
    if all(old == new for old, new in names.items()):
        return node if isinstance(node, dict) else {}

    def walk(value: Json) -> Json:
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        walked = {key: walk(inner) for key, inner in value.items()}
        reference = value.get("$ref")
        if isinstance(reference, str):
            old = reference.removeprefix("#/schemas/")
            walked["$ref"] = f"#/schemas/{names.get(old, old)}"
        return walked

    walked = walk(node)
    return walked if isinstance(walked, dict) else {}


def _request(schema: JsonSchema, texts: dict[str, str]) -> Body | None:
    """Return the arguments of a tool, with the texts that its docstring has for them."""
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return None
    filled: dict[str, Json] = {}
    for name, one in properties.items():
        said = texts.get(name, "")
        if said and isinstance(one, dict) and not one.get("description"):
            one = {**one, "description": said}
        filled[name] = one
    required = schema.get("required")
    return Body(
        media_type=_JSON,
        schema={**schema, "properties": filled},
        required=isinstance(required, list) and bool(required),
    )


def _nothing(document: Document, notes: Notes, kind: str) -> InputError:
    skipped = notes.all()
    if not skipped:
        return InputError(document.where, f"is {kind} without tools", "add at least one")
    first = skipped[0]
    detail = f" ({first.detail})" if first.detail else ""
    return InputError(
        document.where + clipped(first.where),
        f"{first.reason}{detail}, so no tool can be read",
        "correct it, or remove it",
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _spoken(name: str) -> str:
    """Return what a file is called, in words: `stock_tools.json` is `Stock tools`."""
    words = name.partition(".")[0].replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] or name


def _short_name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", plain)
    words = re.findall(r"[a-z0-9]+", _NOISE.sub(" ", spaced).lower())
    return "-".join(words or re.findall(r"[a-z0-9]+", plain.lower()))[:60].strip("-")
