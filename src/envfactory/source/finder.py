"""`find_sources`: the sources that are meant by files, folders, package data and addresses.

A folder stands for every file in it that a reader recognises, at any depth, and a file with the
tools of several MCP servers for one source each. `package:NAME/PATH` is
what an installed package holds at PATH; the package is found, never imported.
"""

from __future__ import annotations

import codecs
import importlib.metadata
import importlib.util
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from envfactory.errors import InputError
from envfactory.source import sketch
from envfactory.source.document import MAX_BYTES, Document, printable
from envfactory.source.fetch import fetch, is_address, public_address
from envfactory.source.mcp import read_mcp
from envfactory.source.place import Place
from envfactory.source.reader import reader_of
from envfactory.source.server import ServerAddress
from envfactory.source.tool_list import split_servers

PACKAGE: Final = "package:"
"""How a source inside an installed package begins."""

SERVER: Final = "mcp:"
"""How a live MCP server begins, before its command or its address."""

MAX_FILES: Final = 50_000
"""Most files of one folder that are looked at."""

NO_SOURCE: Final = "no API description"
LEADS_AWAY: Final = "a link that leads out of the folder"

_MEANT: Final = re.compile(r"""\s*\{\s*["}]|(?s:.{0,2000}^)["']?(openapi|swagger)["']?\s*:""", re.M)
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_START: Final = 64
_GZIP: Final = b"\x1f\x8b"
_SMALL: Final = 8 << 20
"""Bytes of a file that is looked into before anything limits what reading it may take."""
_IGNORED_FOLDERS: Final = frozenset({"__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class Passed:
    """A file of a folder that is no source, and why.

    Attributes:
        name: The file below the folder that was given.
        reason: Short stable phrase that counts group by.
        detail: What arrived.
    """

    name: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FoundSources:
    """What was found: sources in a fixed order, each once, and the files passed over."""

    places: tuple[Place, ...]
    passed: tuple[Passed, ...]


def find_sources(
    given: Sequence[str | Path], *, allow_network: bool = False, look: bool = True
) -> FoundSources:
    """Return the sources that are meant by `given`.

    Args:
        given: Files, folders, `package:NAME/PATH`, addresses, or `mcp:` and the command or the
            address of a live server, which is started or reached, and asked for its tools.
        allow_network: Whether addresses may be fetched, here and where a source refers to them.
        look: Whether to look into the files of a folder; else each of them is taken for a source,
            or for as many as there are servers whose tools it lists.

    Raises:
        InputError: If nothing is given, something given does not exist or may not be read, or a
            folder holds no source.
        InfrastructureError: If a live server does not answer.
    """
    if not given:
        raise InputError("sources", "none is given", "name an API description or a folder of them")
    places: dict[Path | str, Place] = {}
    passed: dict[str, Passed] = {}
    for each in given:
        text = str(each)
        if isinstance(each, str) and is_address(text):
            fetched = _at_address(text, allow_network)
            places |= {one.where: one for one in _parts(fetched) if one.where not in places}
            continue
        if isinstance(each, str) and text.startswith(SERVER):
            places.setdefault(text, _of_server(text, allow_network))
            continue
        root = _in_package(text) if text.startswith(PACKAGE) else _Root(Path(each), text)
        found, others = root.search(allow_network, look)
        if not found:
            raise InputError(text, "the folder holds no API description", "name another")
        for place in found:
            places.setdefault(place.where if place.path is None else place.path.resolve(), place)
        passed |= {f"{text} {other.name}": other for other in others}
    return FoundSources(tuple(places.values()), tuple(passed.values()))


@dataclass(frozen=True, slots=True)
class _Root:
    """A file or folder that was given.

    Attributes:
        path: Where it lies.
        where: What the user called it.
        package: What records call it, if it is inside a package.
        licence: The licence of that package.
    """

    path: Path
    where: str
    package: str = ""
    licence: str | None = None

    def search(self, allow_network: bool, look: bool) -> tuple[list[Place], list[Passed]]:
        """Return the sources here, and the files that are none."""
        if not self.path.is_dir():
            return _parts(self._place(self.path, self.path.parent, allow_network)), []
        places: list[Place] = []
        passed: list[Passed] = []
        home = self.path.resolve()
        for path in _files(self.path, self.where):
            name = printable(path.relative_to(self.path).as_posix())
            if not path.resolve().is_relative_to(home):
                passed.append(Passed(name, LEADS_AWAY))
                continue
            place = self._place(path, self.path, allow_network)
            if not look:
                places += _parts(place) if _is_small(path) else [place]
                continue
            try:
                document = place.read()
            except InputError as error:
                passed.append(Passed(name, NO_SOURCE, error.problem))
                continue
            if reader_of(document) is not None or _is_damaged(document):
                places += _servers(place, document) or [place]
            else:
                problem = document.problem
                passed.append(Passed(name, NO_SOURCE, "" if problem is None else problem.problem))
        return places, passed

    def _place(self, path: Path, folder: Path, allow_network: bool) -> Place:
        inside = path.relative_to(folder if path != self.path else path.parent)
        label = printable(inside.as_posix())
        name = printable(path.name)
        if self.package:
            name = label = self.package if path == self.path else f"{self.package}/{label}"
        return Place(
            where=str(path),
            name=name,
            label=label,
            path=path,
            folder=folder,
            licence=self.licence,
            allow_network=allow_network,
        )


def _parts(place: Place) -> list[Place]:
    """Return the sources at a place that was named by itself; one that is broken is left whole."""
    if not _may_hold_several(place):
        return [place]
    try:
        return _servers(place, place.read()) or [place]
    except InputError:
        return [place]


def _servers(place: Place, document: Document) -> list[Place]:
    """Return one place for each server where a file holds the tools of several, else none."""
    places = []
    for number, (name, data) in enumerate(split_servers(document), start=1):
        part = "#" + (re.sub(r"[^\w.-]+", "-", name)[:60].strip("-") or str(number))
        places.append(
            Place(
                where=f"{place.where}#{number}",
                name=place.name + part,
                label=place.label + part,
                data=data,
                licence=place.licence,
            )
        )
    return places


def _may_hold_several(place: Place) -> bool:
    """Tell by its first bytes whether a file may hold a list, so that others are read but once."""
    start = place.data[:_START]
    if place.path is not None:
        try:
            with place.path.open("rb") as file:
                start = file.read(_START)
        except OSError:
            return False
    return start.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"[", _GZIP))


def _is_small(path: Path) -> bool:
    """Tell whether a file may be read beforehand, where one that misbehaves should cost little."""
    try:
        return path.stat().st_size <= _SMALL
    except OSError:
        return False


def _is_damaged(document: Document) -> bool:
    """Tell whether this was meant to be a source, so that its fault should be seen."""
    if document.problem is not None and _MEANT.match(document.text) is not None:
        return True
    return sketch.malformed(document) is not None


def _files(folder: Path, where: str) -> Iterator[Path]:
    """Yield the files of a folder in order of their names, those in hidden folders left aside."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in _IGNORED_FOLDERS
        )
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or not path.is_file():
                continue
            count += 1
            if count > MAX_FILES:
                raise InputError(
                    where, f"holds more than {MAX_FILES:,} files", "name a folder inside it"
                )
            yield path


def _at_address(address: str, allow_network: bool) -> Place:
    name = public_address(address)
    if not allow_network:
        raise InputError(
            name,
            "is an address, and the network may not be used",
            "add --allow-network, or download it and name the file",
        )
    data = fetch(address, MAX_BYTES)
    return Place(where=address, name=name, label=name, data=data, allow_network=True)


def _of_server(given: str, allow_network: bool) -> Place:
    """Return what a live MCP server says of itself, as a document that can be read again."""
    named = given.removeprefix(SERVER)
    if is_address(named):
        if not allow_network and urlsplit(named).hostname not in _THIS_MACHINE:
            raise InputError(
                public_address(named),
                "is an address, and the network may not be used",
                "add --allow-network",
            )
        address = ServerAddress.of_url(named)
    else:
        address = ServerAddress.of_command(named)
    description = read_mcp(address)
    name = description.provenance.location
    return Place(where=named, name=name, label=name, data=description.to_line())


# ------------------------------------------------------------------------------ packages
def _in_package(given: str) -> _Root:
    """Return what `package:NAME/PATH` means."""
    name, _, inside = given.removeprefix(PACKAGE).partition("/")
    steps = PurePosixPath(inside).parts
    if not name.isidentifier() or inside.startswith("/") or ".." in steps or "\0" in inside:
        raise InputError(
            given, "is no place in a package", "write package:NAME/PATH with the name you import"
        )
    home = _home_of(name, given)
    path = home.joinpath(*steps)
    if not path.resolve().is_relative_to(home.resolve()):
        raise InputError(given, "leads out of the package", "name a file inside it")
    if not path.exists():
        raise InputError(given, f"the package {name} holds nothing there", "check the path")
    return _Root(path, given, "/".join((PACKAGE + name, *steps)), _licence_of(name))


def _home_of(name: str, given: str) -> Path:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        raise InputError(
            given, f"no package {name} is installed here", "install it, or check the name"
        )
    for folder in spec.submodule_search_locations or ():
        if Path(folder).is_dir():
            return Path(folder)
    raise InputError(given, f"{name} is no folder of files", "name a package that is one")


def _licence_of(name: str) -> str | None:
    """Return the licence that the distribution of a package states in one line."""
    owners = importlib.metadata.packages_distributions().get(name, ())
    for owner in sorted(set(owners)):
        facts = importlib.metadata.metadata(owner)
        for key in ("License-Expression", "License"):
            stated = " ".join((facts[key] or "").split()) if key in facts else ""
            if 0 < len(stated) <= 100:
                return stated
    return None
