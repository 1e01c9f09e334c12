"""Wrapping what others have written as an environment package."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import orjson
import tomli_w
from pydantic_core import from_json

from envfactory.environment.foreign.module import ForeignModule
from envfactory.environment.foreign.remote import ForeignServer, ServerInstance, WarmConnections
from envfactory.environment.foreign.scratch import read_folder
from envfactory.environment.foreign.settings import (
    IGNORED,
    LOADS,
    SAVES,
    SCRATCH,
    ListedTool,
    ListedTools,
    ServerSettings,
)
from envfactory.environment.package import CODE, MANIFEST, SCENARIOS, TOOLS, Manifest, Source
from envfactory.errors import InputError, OutputError
from envfactory.records import Json, content_hash, json_hash, write_atomic
from envfactory.source.server import ServerAddress, ServerInfo, ServerTool

_RESETS = ("reset", "reset_state", "reset_all")
_INDENTED = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE

Scenarios = Mapping[str, Mapping[str, Json]]


def adapt_module(
    path: Path, out: Path, *, name: str | None = None, scenarios: Sequence[Path] = ()
) -> Path:
    """Write a package for a Python module in the paper's format, and return its folder.

    The module is copied as it is, with the modules beside it that it imports, and executed once.
    Without scenarios, what it saves as it is becomes one called `base`.

    Args:
        path: The module.
        out: The folder of packages; one of the same name is replaced.
        name: The package's name; by default that of the module.
        scenarios: JSON files, each a scenario, or a list of them.

    Raises:
        InputError: If the module cannot be adapted, or a scenario is none that it loads.
        OutputError: If the package cannot be written.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error), "name a Python file") from error
    module = ForeignModule(path, source)
    found = _read_scenarios(scenarios) or {"base": module().to_scenario()}
    for title, scenario in found.items():
        try:
            module.from_scenario(scenario)
        except InputError as error:
            raise InputError(f"scenario {title}", error.problem, "leave it out") from error
    manifest = Manifest(
        name=_name(name or path.stem),
        title=module.host.server.name,
        description=module.about,
        kind="module",
        source=Source(format="python module", location=path.name, sha256=content_hash(source)),
    )
    files = {CODE: source}
    files.update({place: beside.read_bytes() for place, beside in _beside(module, path).items()})
    return _write(out, manifest, files, found)


def adapt_server(
    address: ServerAddress,
    out: Path,
    *,
    name: str | None = None,
    scenarios: Sequence[Path] = (),
    scratch: Path | None = None,
    settings: ServerSettings | None = None,
    ignored: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Path:
    """Write a package for a live MCP server, and return its folder.

    The server is started or reached once, to list its tools, and once more to save its first state.

    Args:
        address: How to reach it; `{scratch}` in a command is the folder of the session.
        out: The folder of packages; one of the same name is replaced.
        name: The package's name; by default what the server calls itself.
        scenarios: JSON files, each a scenario, or a list of them.
        scratch: A folder whose files each session starts with.
        settings: What its state is; by default guessed from what it offers.
        ignored: Further patterns of files that tell no states apart.
        without: Names of tools that agents are not offered: those that read the clock, say.

    Raises:
        InputError: If its sessions would share their state, the server is no good, or it has no
            such tool to be left out.
        InfrastructureError: If it does not answer.
        OutputError: If the package cannot be written.
    """
    files = {} if scratch is None else read_folder(scratch)
    start: dict[str, Json] = {"files": files} if files else {}
    info, tools = _listing(address, start)
    chosen = settings or guess_settings(address, tools)
    chosen = chosen.model_copy(update={"ignored": (*chosen.ignored, *ignored)})
    listed = _offered(address, tools, chosen.own_tools, without)
    server = ForeignServer(chosen, listed.specs(), listed.reads(), ahead=False)
    found = _read_scenarios(scenarios) or {"base": _first_state(server, start)}
    content = listed.model_dump(mode="json")
    manifest = Manifest(
        name=_name(name or info.name),
        title=info.title or info.name,
        description=info.instructions,
        version=info.version or "1",
        kind="server",
        server=chosen,
        source=Source(format=f"mcp {info.protocol}", location=info.name, sha256=json_hash(content)),
    )
    return _write(out, manifest, {TOOLS: orjson.dumps(content, option=_INDENTED)}, found)


def guess_settings(address: ServerAddress, tools: Sequence[ServerTool]) -> ServerSettings:
    """Return what the state of a server is, by what it offers.

    Raises:
        InputError: If the sessions of a server at a URL would share their state.
    """
    names = {tool.name for tool in tools}
    reset = next((name for name in _RESETS if name in names), "")
    settings = ServerSettings(
        command=address.command, url=address.url, environment=dict(address.environment), reset=reset
    )
    if names >= {LOADS, SAVES}:
        return settings.model_copy(update={"state": "own"})
    if any(SCRATCH in part for part in (*address.command, *settings.environment.values())):
        return settings.model_copy(update={"state": "files", "ignored": IGNORED})
    if address.url and not reset and not all(tool.read_only for tool in tools):
        raise InputError(
            address.url,
            "its sessions would share their state",
            f"give a server with tools {LOADS} and {SAVES} or reset, or a command to start one",
        )
    return settings


def _listing(
    address: ServerAddress, start: Mapping[str, Json]
) -> tuple[ServerInfo, tuple[ServerTool, ...]]:
    """Return what a server says of itself and of its tools; it has a scratch folder meanwhile."""
    settings = ServerSettings(
        command=address.command, url=address.url, environment=dict(address.environment)
    )
    instance = ServerInstance(settings, {}, frozenset(), WarmConnections(settings, ahead=False))
    try:
        instance.load(start or None)
        return instance.connection.info(), instance.connection.tools()
    finally:
        instance.end()


def _offered(
    address: ServerAddress,
    tools: Sequence[ServerTool],
    own: Collection[str],
    without: Sequence[str],
) -> ListedTools:
    """Return the tools that agents are offered.

    Args:
        address: Whose tools.
        tools: All that the server has.
        own: Names of those for going from state to state.
        without: Names of those to be left out.

    Raises:
        InputError: If one to be left out is unknown, or none is left.
    """
    names = [tool.name for tool in tools]
    unknown = sorted(set(without).difference(names))
    if unknown:
        fix = f"it has {', '.join(names)}"
        raise InputError(f"--without {unknown[0]}", "the server has no such tool", fix)
    left = tuple(_listed(t) for t in tools if t.name not in own and t.name not in without)
    if not left:
        raise InputError(str(address), "the server has no tools", "give a server that has some")
    return ListedTools(tools=left)


def _first_state(server: ForeignServer, start: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a session saves before any call, and end the server."""
    try:
        session = server.from_scenario(start) if start else server()
        try:
            return session.to_scenario()
        finally:
            session.close()
    finally:
        server.close()


def _listed(tool: ServerTool) -> ListedTool:
    return ListedTool(
        name=tool.name,
        description=tool.description or tool.title,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema or {},
        read_only=bool(tool.read_only),
    )


def _beside(module: ForeignModule, path: Path) -> dict[str, Path]:
    """Return the files beside a module that it imported, by their place in the package."""
    files = sorted(Path(name) for name in module.host.files if Path(name) != path)
    return {file.relative_to(path.parent).as_posix(): file for file in files}


def _read_scenarios(paths: Sequence[Path]) -> dict[str, Mapping[str, Json]]:
    found: dict[str, Mapping[str, Json]] = {}
    for path in paths:
        try:
            content = from_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                str(path), error.strerror or str(error), "name a JSON file with a scenario"
            ) from error
        except ValueError as error:
            raise InputError(str(path), f"not JSON: {error}", "correct the file") from error
        items = content if isinstance(content, list) else [content]
        for number, item in enumerate(items, 1):
            if not isinstance(item, dict):
                raise InputError(str(path), "is no scenario", "a scenario is an object")
            stem = re.sub(r"\W+", "_", path.stem).strip("_") or "scenario"
            found[stem if len(items) == 1 else f"{stem}_{number}"] = item
    return found


def _name(given: str) -> str:
    """Return a name for a package that fits its manifest."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", given)
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.casefold()).strip("_")[:60]
    return plain if plain[:1].isalpha() else f"env_{plain}".rstrip("_")


def _write(out: Path, manifest: Manifest, files: Mapping[str, bytes], scenarios: Scenarios) -> Path:
    content = {MANIFEST: tomli_w.dumps(manifest.model_dump(exclude_none=True)).encode(), **files}
    for name, scenario in scenarios.items():
        content[f"{SCENARIOS}/{name}.json"] = orjson.dumps(dict(scenario), option=_INDENTED)
    return put_package(out / manifest.name, content)


def put_package(target: Path, content: Mapping[str, bytes]) -> Path:
    """Write the files of a package into a folder, in the place of one that was there.

    Raises:
        OutputError: If the folder is there and is no package, or cannot be written.
    """
    if target.is_dir() and not (target / MANIFEST).is_file():
        raise OutputError(str(target), "is a folder and no environment package", "name another")
    try:
        shutil.rmtree(target, ignore_errors=True)
        for place, data in content.items():
            write_atomic(target / place, data)
    except OSError as error:
        raise OutputError(str(target), error.strerror or str(error)) from error
    return target
