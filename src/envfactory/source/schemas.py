"""The schemas of one description: inline ones rewritten, referenced ones named and collected.

A reference may point anywhere in the document. What it points at becomes a named schema, once;
cycles stay references, so they are plain data. A schema that cannot be read taints every schema
that needs it, and the operations that need those are left out.
"""

from __future__ import annotations

import re
from collections import deque
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from envfactory.records import Json
from envfactory.source.description import JsonSchema
from envfactory.source.dialect import OPENAPI, Dialect
from envfactory.source.keywords import SchemaWriter
from envfactory.source.notes import Budget, Notes
from envfactory.source.reference import References, Unreadable, escape
from envfactory.source.values import object_of

MAX_NAME: Final = 120
"""Longest name of a schema, in characters."""

_STRUCTURE: Final = frozenset(
    {"components", "schemas", "paths", "parameters", "responses", "requestBodies", "headers"}
    | {"properties", "items", "content", "schema", "allOf", "anyOf", "oneOf", "requestBody"}
    | {"definitions", "$defs", "additionalProperties"}
)

_INSIDE: Final = frozenset({"properties", "items", "allOf", "anyOf", "oneOf"})


class SchemaTable:
    """Collects the schemas that the operations of one document reach."""

    def __init__(
        self,
        root: dict[str, Json],
        references: References,
        notes: Notes,
        budget: Budget,
        dialect: Dialect = OPENAPI,
    ) -> None:
        self._references, self._notes, self._budget = references, notes, budget
        self._dialect = dialect
        self._names: dict[str, str] = {}  # pointer in the source to the name of the schema
        self._taken: set[str] = set()
        self._pending: deque[tuple[str, Json]] = deque()
        self._met: set[str] = set()
        self._uses: dict[str, dict[str, None]] = {}
        self._built: dict[str, JsonSchema] = {}
        self._broken: dict[str, Unreadable] = {}
        named = root
        for step in dialect.home.split("/")[1:-1]:
            named = object_of(named.get(step))
        for key in named:
            self._name(dialect.home + escape(key))  # so that these keep their own names

    def inline(self, node: Json, where: str, uses: dict[str, None]) -> JsonSchema:
        """Return the schema at `node`; add the names that it refers to to `uses`.

        Raises:
            Unreadable: If the schema itself cannot be read.
        """
        refer = partial(self._refer, uses)
        writer = SchemaWriter(refer, self._notes, self._budget, self._dialect)
        return writer.write(node, where)

    def build(self) -> None:
        """Write every schema that has been referred to, and those that they refer to."""
        while self._pending:
            pointer, node = self._pending.popleft()
            name = self._names[pointer]
            uses = self._uses.setdefault(name, {})
            try:
                self._references.follow(node, pointer)  # a definition that only circles is none
                self._built[name] = self.inline(node, pointer, uses)
            except Unreadable as error:
                self._broken[name] = error

    def tainted(self) -> dict[str, Unreadable]:
        """Return the names of the schemas that need an unreadable one, with what is unreadable."""
        users: dict[str, list[str]] = {}
        for name, uses in self._uses.items():
            for used in uses:
                users.setdefault(used, []).append(name)
        reached = dict(self._broken)
        queue = deque(self._broken)
        while queue:
            broken = queue.popleft()
            for user in users.get(broken, ()):
                if user not in reached:
                    reached[user] = reached[broken]
                    queue.append(user)
        return reached

    def needed(self, roots: dict[str, None]) -> dict[str, JsonSchema]:
        """Return the schemas that `roots` need, themselves included, in order of name."""
        reached = dict.fromkeys(roots)
        queue = deque(roots)
        while queue:
            for used in self._uses[queue.popleft()]:
                if used not in reached:
                    reached[used] = None
                    queue.append(used)
        return {name: self._built[name] for name in sorted(reached)}

    def _refer(self, uses: dict[str, None], reference: str, where: str) -> str:
        node, pointer = self._references.target(reference, where)
        name = self._name(pointer)
        if pointer not in self._met:
            self._met.add(pointer)
            self._pending.append((pointer, node))
        uses[name] = None
        return f"#/schemas/{name}"

    def _name(self, pointer: str) -> str:
        """Return the name of the schema at `pointer`: unique, and free of `/`, `~` and `%`."""
        if pointer in self._names:
            return self._names[pointer]
        wanted = _readable(pointer, self._dialect.home)
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._taken.add(name)
        self._names[pointer] = name
        return name


def _readable(place: str, home: str) -> str:
    file, _, fragment = place.partition("#")
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in fragment.split("/")[1:]]
    if f"#{fragment}".startswith(home) and len(tokens) == home.count("/"):
        name = re.sub(r"[^\w.-]+", "_", tokens[-1]).strip("_")
    else:
        telling = [t for t in tokens if t not in _STRUCTURE and "json" not in t]
        if file and (not telling or tokens[0] in _INSIDE):  # the file itself is the schema
            telling = [_stem(file), *telling]
        name = "_".join(re.findall(r"[\w.-]+", " ".join(telling)))
    return name[:MAX_NAME] or "schema"


def _stem(file: str) -> str:
    """Return what a file is called; that of its folder where it is only the index of it."""
    path = PurePosixPath(file)
    stem = path.name.partition(".")[0]
    return path.parent.name or stem if stem in ("index", "_index") else stem
