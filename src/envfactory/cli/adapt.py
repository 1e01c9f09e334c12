"""`envfactory adapt`: environment packages from modules and servers that others have written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from envfactory.cli.options import AsJson, OutFolder, Seed, Trust
from envfactory.cli.screen import Screen, table
from envfactory.errors import InputError

if TYPE_CHECKING:
    from envfactory.source.server import ServerAddress

EXAMPLE: Final = "Example: envfactory adapt shop_server.py --out out/foreign"

Module = Annotated[
    Path | None,
    typer.Argument(metavar="[MODULE]", help="Python module with a FastMCP server called mcp."),
]
McpCommand = Annotated[
    str | None,
    typer.Option(
        "--mcp",
        metavar="COMMAND",
        help="MCP server to be started; {scratch} is the folder of a session.",
    ),
]
McpUrl = Annotated[
    str | None, typer.Option("--mcp-url", metavar="URL", help="MCP server over HTTP.")
]
Name = Annotated[
    str | None, typer.Option("--name", help="Name of the package; its own by default.")
]
Scenarios = Annotated[
    list[Path] | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        help="JSON file with a scenario, or a list of them. May be given several times.",
    ),
]
Scratch = Annotated[
    Path | None,
    typer.Option("--scratch", metavar="DIR", help="Files that every session's folder starts with."),
]
Variables = Annotated[
    list[str] | None,
    typer.Option(
        "--env",
        metavar="NAME=VALUE",
        help="Variable for the server that is started; {scratch} as above. May be given several "
        "times.",
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="PATTERN",
        help="Files of a session's folder that tell no states apart, beside .git/index and the "
        "like. May be given several times.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="TOOL",
        help="Tool of a server that agents are not offered, since it reads the clock, say. May be "
        "given several times.",
    ),
]


def adapt(
    out: OutFolder,
    module: Module = None,
    mcp: McpCommand = None,
    mcp_url: McpUrl = None,
    name: Name = None,
    scenario: Scenarios = None,
    scratch: Scratch = None,
    env: Variables = None,
    ignore: Ignored = None,
    without: Without = None,
    seed: Seed = 0,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Wrap a Python module, or a live MCP server, as an environment package.

    The module needs tools load_scenario(scenario) and save_scenario(). It is executed and its tools
    are called, in the sandbox, to see what they return. A server is started as it is: adapt only
    one that you would run.
    """
    _check(module, mcp, mcp_url, scratch, env, without)
    if module is not None:
        from envfactory.verify import Confined

        confined = Confined(trust=trust)
        path = confined.adapt(module, out, name=name, scenarios=scenario or (), seed=seed)
    else:
        from envfactory.environment.foreign.adapt import adapt_server

        path = adapt_server(
            _address(mcp, mcp_url, env or ()),
            out,
            name=name,
            scenarios=scenario or (),
            scratch=scratch,
            ignored=ignore or (),
            without=without or (),
        )
    _show(path, Screen(as_json=as_json))


def _check(
    module: Module,
    mcp: McpCommand,
    mcp_url: McpUrl,
    scratch: Scratch,
    env: Variables,
    without: Without,
) -> None:
    """Look whether what was given goes together.

    Raises:
        InputError: If it does not.
    """
    if sum(given is not None for given in (module, mcp, mcp_url)) != 1:
        raise InputError("adapt", "needs one thing to adapt", "give MODULE, --mcp or --mcp-url")
    if mcp is None and env:
        raise InputError("--env", "is for a server that is started", "give --mcp")
    if module is not None and without:
        raise InputError("--without", "is for servers", "take the tool out of the module")
    if scratch is not None and (mcp is None or not scratch.is_dir()):
        raise InputError(
            f"--scratch {scratch}", "is for a folder and a command", "name a folder, with --mcp"
        )


def _show(path: Path, screen: Screen) -> None:
    from envfactory.environment.package import PackageFiles, read_tools

    package = PackageFiles.read(path)
    found = {
        "name": package.manifest.name,
        "path": str(path),
        "kind": package.manifest.kind,
        "tools": len(read_tools(path).tools),
        "scenarios": list(package.scenarios),
    }
    row = (*(str(found[column]) for column in ("name", "kind", "tools")), len(package.scenarios))
    screen.result(
        found,
        lambda: [
            table("environment", "kind", "tools", "scenarios", rows=[row]),
            "",
            f"Package:  {path}",
        ],
    )


def _address(command: str | None, url: str | None, given: Sequence[str]) -> ServerAddress:
    from dataclasses import replace

    from envfactory.source.server import ServerAddress

    address = ServerAddress.of_command(command) if command else ServerAddress.of_url(url or "")
    return replace(address, environment=_variables(given))


def _variables(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return variables as pairs.

    Raises:
        InputError: If one has no name.
    """
    for text in given:
        if "=" not in text.strip("="):
            raise InputError(f"--env {text}", "is no variable", "write NAME=VALUE")
    return tuple((name, value) for name, _, value in (text.partition("=") for text in given))
