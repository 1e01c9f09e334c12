"""Local references: JSON pointers into one document, and the parts that cannot be read.

JSON Pointer is RFC 6901; a reference is a URI fragment, so it is percent-decoded first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from envfactory.records import Json

MAX_HOPS: Final = 100
"""Most references that may be followed in a row."""


class Unreadable(Exception):
    """A part of a document that has to be left out.

    Attributes:
        where: JSON pointer of the part, as '#/paths/~1orders'.
        reason: Short stable phrase that counts group by.
        detail: What arrived.
        fix: What to do about it; may be empty.
    """

    def __init__(self, where: str, reason: str, detail: str = "", fix: str = "") -> None:
        self.where, self.reason, self.detail, self.fix = where, reason, detail, fix
        super().__init__(f"{where}: {reason}: {detail}")


def escape(token: str) -> str:
    """Return one step of a JSON pointer in its escaped form."""
    return token.replace("~", "~0").replace("/", "~1")


class References:
    """Resolves the references of one document; `read` makes each a URI reference."""

    def __init__(self, root: dict[str, Json], read: Callable[[str], str] = str) -> None:
        self._root, self._read = root, read

    def follow(self, node: Json, where: str) -> tuple[Json, str]:
        """Return the first node from `node` on that is no reference, and where it lies.

        Raises:
            Unreadable: If a reference leads outside the document, nowhere, or round in a circle.
        """
        trail = _Trail(where)
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            node, where = self._at(str(node["$ref"]), trail)
        return node, where

    def target(self, reference: str, where: str) -> tuple[Json, str]:
        """Return the node that `reference` names, and its pointer in one canonical form.

        Raises:
            Unreadable: If it leads outside the document or nowhere.
        """
        return self._at(reference, _Trail(where))

    def _at(self, reference: str, trail: _Trail) -> tuple[Json, str]:
        reference = self._read(reference)
        trail.step(reference)
        tokens = _tokens(reference, trail.where)
        node: Json = self._root
        for token in tokens:
            while isinstance(node, dict) and token not in node and "$ref" in node:
                node, _ = self._at(str(node["$ref"]), trail)
            if isinstance(node, dict) and token in node:
                node = node[token]
            elif isinstance(node, list) and (index := _index(token, len(node))) is not None:
                node = node[index]
            else:
                raise _nowhere(reference, trail.where)
        return node, "#" + "".join("/" + escape(token) for token in tokens)


class _Trail:
    """The references that were followed to resolve the one at `where`."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._seen: set[str] = set()

    def step(self, reference: str) -> None:
        if reference in self._seen:
            raise Unreadable(
                self.where, "circular reference", reference[:200], "let it name a definition"
            )
        if len(self._seen) >= MAX_HOPS:
            raise Unreadable(self.where, "reference chain too long", reference[:200])
        self._seen.add(reference)


def _tokens(reference: str, where: str) -> list[str]:
    if not reference.startswith("#"):
        raise Unreadable(
            where, "remote reference", reference[:200], "bundle the description into one file first"
        )
    pointer = unquote(reference[1:])
    if pointer and not pointer.startswith("/"):
        raise _nowhere(reference, where)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _index(token: str, length: int) -> int | None:
    if token.isascii() and token.isdigit() and len(token) < 10 and int(token) < length:
        return int(token)
    return None


def _nowhere(reference: str, where: str) -> Unreadable:
    return Unreadable(
        where, "unresolvable reference", reference[:200], "define what it names, or remove it"
    )
