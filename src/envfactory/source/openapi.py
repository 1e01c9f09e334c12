"""OpenAPI 3.0 and 3.1 descriptions (https://spec.openapis.org/oas/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, get_args

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.assembly import About, Assembly, Found, NoOperations
from envfactory.source.description import ApiDescription, Method, Provenance
from envfactory.source.dialect import OPENAPI
from envfactory.source.document import Document, kind_of
from envfactory.source.notes import Notes
from envfactory.source.reference import References, Unreadable, escape
from envfactory.source.values import line_of, list_of, object_of, text_of

_METHODS: Final[tuple[Method, ...]] = tuple(m for m in get_args(Method) if m != "call")
_TARGET: Final = re.compile(r"/#X-Amz-Target=(?:[\w.-]*\.)?(\w+)")
_VERSION: Final = re.compile(r"3\.[01](\.\d+)?(-[\w.+-]+)?")


def recognises(document: Document) -> bool:
    """Tell whether this is OpenAPI 3, or a later version of it, or does not say which it is."""
    root = document.mapping
    return "openapi" in root or ("paths" in root and "swagger" not in root)


def read(document: Document) -> ApiDescription:
    """Read an OpenAPI 3.0 or 3.1 document.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If the version is another one, or no operation can be read.
    """
    version = _version(document)
    assembly = Assembly(document, OPENAPI)
    found = list(find_operations(document, assembly.references, assembly.notes))
    return assembly.assemble(found, about(document, f"openapi {version}"))


def find_operations(document: Document, references: References, notes: Notes) -> Iterator[Found]:
    """Yield what is declared under `paths`, in the order of the document.

    Raises:
        InputError: If nothing is declared there.
    """
    paths = document.mapping.get("paths", {})
    home = f"{document.where}#/paths"
    if not isinstance(paths, dict):
        raise InputError(
            home, f"is {kind_of(paths)}, not an object", "map each path to its operations"
        )
    empty = True
    for path, declared in paths.items():
        if path.startswith("x-"):
            continue
        where = f"#/paths/{escape(path)}"
        try:
            item, lies = references.follow(declared, where)
            # an item of this document may be shared by several paths: its place is the path's own
            place = where if lies.startswith("#") else lies
            if not isinstance(item, dict):
                raise Unreadable(lies, "malformed path", kind_of(item), "write an object")
        except Unreadable as error:
            notes.leave_out(error, where)
            empty = False
            continue
        for method in (each for each in item if each in _METHODS):
            empty = False
            found = Found(method, path, item[method], f"{place}/{method}", item.get("parameters"))
            yield _named(found)
    if empty:
        raise NoOperations(home, "has no operations", "add at least one under 'paths'")


def _named(found: Found) -> Found:
    """Return an operation that a header names, and no address, as the call by name that it is.

    `POST /#X-Amz-Target=Tickets.ListTickets` is how such services are written down in OpenAPI. All
    that callers say is in the body; what stands beside it signs the request.
    """
    target = _TARGET.fullmatch(found.path)
    if target is None or found.method != "post" or not isinstance(found.node, dict):
        return found
    node = {name: part for name, part in found.node.items() if name != "parameters"}
    return replace(found, method="call", path=f"/{target[1]}", node=node, shared=None)


def about(document: Document, form: str) -> About:
    """Return what the document says of itself, `form` being what it was read as."""
    info = object_of(document.mapping.get("info"))
    licence = object_of(info.get("license"))
    origins = list_of(info.get("x-origin"))
    origin = object_of(origins[0]) if origins else {}
    return About(
        title=line_of(info.get("title")),
        version=line_of(info.get("version")),
        description=text_of(info.get("description")),
        tags=_tags(document.mapping.get("tags")),
        provenance=Provenance(
            format=form,
            location=document.name,
            sha256=document.sha256,
            licence=line_of(licence.get("name")) or line_of(licence.get("identifier")) or None,
            licence_url=line_of(licence.get("url")) or None,
            origin=line_of(origin.get("url")) or None,
        ),
    )


def _version(document: Document) -> str:
    root = document.mapping
    if "openapi" not in root:
        raise InputError(
            document.where,
            "does not say which version of OpenAPI it is",
            "add 'openapi: 3.0.3' if it is written for that version",
        )
    version = str(root["openapi"])
    if not _VERSION.fullmatch(version):
        raise InputError(
            f"{document.where}#/openapi",
            f"is version {version[:40]!r}; OpenAPI 3.0 and 3.1 can be read",
            "convert it to OpenAPI 3.0 or 3.1",
        )
    return version


def _tags(node: Json) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in list_of(node):
        name = line_of(object_of(part).get("name"))
        if name:
            tags.setdefault(name, text_of(object_of(part).get("description")))
    return tags
