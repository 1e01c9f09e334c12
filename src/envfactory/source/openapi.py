"""OpenAPI 3.0 and 3.1 descriptions (https://spec.openapis.org/oas/)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.source.description import ApiDescription, Method, Provenance
from envfactory.source.document import Document, clipped, kind_of
from envfactory.source.notes import Budget, Notes
from envfactory.source.operations import Draft, OperationReader
from envfactory.source.reference import References, Unreadable, escape
from envfactory.source.schemas import SchemaTable

MAX_ID: Final = 256
"""Longest operation id, in characters; longer ones are replaced by derived ones."""

MAX_NAME: Final = 60
"""Longest name of an API, in characters."""

_METHODS: Final[tuple[Method, ...]] = get_args(Method)
_VERSION: Final = re.compile(r"3\.[01](\.\d+)?(-[\w.+-]+)?")
_NOISE: Final = re.compile(r"\b(open)?api\b|\brest\b|\bversion [\d.]+|\bv\d[\d.]*\b", re.IGNORECASE)


def recognises(document: Document) -> bool:
    """Tell whether this is OpenAPI, of whatever version."""
    root = document.mapping
    return "openapi" in root or "swagger" in root or "paths" in root


def read(document: Document) -> ApiDescription:
    """Read an OpenAPI 3.0 or 3.1 document.

    What cannot be read is left out and listed in `skipped`.

    Raises:
        InputError: If the version is another one, or no operation can be read.
    """
    version = _version(document)
    notes, budget = Notes(), Budget(document.where)
    references = References(document.mapping)
    schemas = SchemaTable(document.mapping, references, notes, budget)
    reader = OperationReader(references, schemas, notes, budget)
    found = list(_find(document, references, notes))
    if not found and not notes.all():
        raise InputError(
            f"{document.where}#/paths", "has no operations", "add at least one under 'paths'"
        )
    drafts, failures = _read_operations(found, reader, schemas, notes)
    if not drafts:
        raise _nothing_readable(document, failures, notes)
    roots = {name: None for draft in drafts for name in draft.uses}
    info = _object(document.mapping.get("info"))
    title = _line(info.get("title")) or document.name
    return ApiDescription(
        name=_short_name(title) or _short_name(document.name.partition(".")[0]) or "api",
        title=title,
        version=_line(info.get("version")),
        description=_text(info.get("description")),
        tags=_tags(document.mapping.get("tags")),
        operations=tuple(draft.operation for draft in drafts),
        schemas=schemas.needed(roots),
        provenance=_provenance(document, info, version),
        skipped=notes.all(),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """An operation that the document declares."""

    method: Method
    path: str
    node: Json
    shared: Json
    where: str


def _version(document: Document) -> str:
    root = document.mapping
    if "openapi" not in root and "swagger" in root:
        raise InputError(
            f"{document.where}#/swagger",
            f"is Swagger {str(root['swagger'])[:40]}; OpenAPI 3.0 and 3.1 can be read",
            "convert it to OpenAPI 3.0 first",
        )
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


def _find(document: Document, references: References, notes: Notes) -> Iterator[_Found]:
    """Yield what is declared under `paths`, in the order of the document."""
    paths = document.mapping.get("paths")
    if paths is None:
        return
    if not isinstance(paths, dict):
        raise InputError(
            f"{document.where}#/paths",
            f"is {kind_of(paths)}, not an object",
            "map each path to its operations",
        )
    for path, declared in paths.items():
        if path.startswith("x-"):
            continue
        where = f"#/paths/{escape(path)}"
        try:
            item, place = references.follow(declared, where)
            if not isinstance(item, dict):
                raise Unreadable(place, "malformed path", kind_of(item), "write an object")
        except Unreadable as error:
            notes.leave_out(error, where)
            continue
        for method in item:
            if method in _METHODS:
                # the item may be shared by several paths, so the place is the path's own
                yield _Found(
                    method, path, item[method], item.get("parameters"), f"{where}/{method}"
                )


def _read_operations(
    found: list[_Found], reader: OperationReader, schemas: SchemaTable, notes: Notes
) -> tuple[list[Draft], list[Unreadable]]:
    drafts: list[Draft] = []
    failures: list[Unreadable] = []
    for part, identifier in zip(found, _identifiers(found, notes), strict=True):
        try:
            drafts.append(
                reader.read(identifier, part.method, part.path, part.node, part.shared, part.where)
            )
        except Unreadable as error:
            notes.leave_out(error, part.where)
            failures.append(error)
    schemas.build()
    tainted = schemas.tainted()
    kept: list[Draft] = []
    for draft in drafts:
        broken = next((tainted[name] for name in draft.uses if name in tainted), None)
        if broken is None:
            kept.append(draft)
        else:
            notes.leave_out(broken, draft.where)
            failures.append(broken)
    return kept, failures


def _nothing_readable(document: Document, failures: list[Unreadable], notes: Notes) -> InputError:
    if failures:
        first = failures[0]
        problem = f"{first.reason} ({first.detail})" if first.detail else first.reason
        return InputError(
            document.where + clipped(first.where),
            f"{problem}, so none of the {len(failures)} operations can be read",
            first.fix,
        )
    note = notes.all()[0]
    return InputError(
        document.where + clipped(note.where),
        f"{note.reason}, so there are no operations",
        note.detail,
    )


def _identifiers(found: list[_Found], notes: Notes) -> list[str]:
    """Return one unique id per operation: its own where it has one that nobody had before."""
    own: list[str | None] = []
    taken: set[str] = set()
    for part in found:
        declared = part.node.get("operationId") if isinstance(part.node, dict) else None
        identifier = _line(declared)
        if not identifier:
            own.append(None)
        elif len(identifier) > MAX_ID or identifier in taken:
            reason = (
                "operation id too long" if len(identifier) > MAX_ID else "duplicate operation id"
            )
            notes.add(f"{part.where}/operationId", reason, identifier)
            own.append(None)
        else:
            own.append(identifier)
            taken.add(identifier)
    result: list[str] = []
    for part, kept in zip(found, own, strict=True):
        identifier = kept or _unused(_derived_id(part), taken)
        taken.add(identifier)
        result.append(identifier)
    return result


def _derived_id(part: _Found) -> str:
    words = re.findall(r"\w+", f"{part.method} {part.path}")
    return "_".join(words)[:MAX_ID]


def _unused(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    return name


def _provenance(document: Document, info: dict[str, Json], version: str) -> Provenance:
    licence = _object(info.get("license"))
    origins = info.get("x-origin")
    origin = _object(origins[0]) if isinstance(origins, list) and origins else {}
    return Provenance(
        format=f"openapi {version}",
        location=document.name,
        sha256=document.sha256,
        licence=_line(licence.get("name")) or _line(licence.get("identifier")) or None,
        licence_url=_line(licence.get("url")) or None,
        origin=_line(origin.get("url")) or None,
    )


def _tags(node: Json) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in node if isinstance(node, list) else []:
        name = _line(_object(part).get("name"))
        if name:
            tags.setdefault(name, _text(_object(part).get("description")))
    return tags


def _object(node: Json) -> dict[str, Json]:
    return node if isinstance(node, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _line(value: Json) -> str:
    """Return a scalar as one line; YAML reads an unquoted version as a number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return " ".join(str(value).split())


def _short_name(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", _NOISE.sub(" ", plain))
    return "-".join(words)[:MAX_NAME].strip("-")
