"""`envfactory adapt`: environment packages from modules and servers that others have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from envfactory.cli.options import AsJson, OutFolder, Seed, Trust
from envfactory.cli.screen import Screen, table
from envfactory.errors import InputError

EXAMPLE: Final = "Example: envfactory adapt shop_server.py --out out/foreign"


def adapt(
    out: OutFolder,
    module: Annotated[
        Path | None,
        typer.Argument(metavar="[MODULE]", help="Python module with a FastMCP server called mcp."),
    ] = None,
    mcp: Annotated[
        str | None,
        typer.Option(
            "--mcp",
            metavar="COMMAND",
            help="MCP server to be started; {scratch} is the folder of a session.",
        ),
    ] = None,
    mcp_url: Annotated[
        str | None, typer.Option("--mcp-url", metavar="URL", help="MCP server over HTTP.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the package; its own by default.")
    ] = None,
    scenario: Annotated[
        list[Path] | None,
        typer.Option(
            "--scenario",
            metavar="FILE",
            help="JSON file with a scenario, or a list of them. May be given several times.",
        ),
    ] = None,
    scratch: Annotated[
        Path | None,
        typer.Option(
            "--scratch", metavar="DIR", help="Files that every session's folder starts with."
        ),
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option(
            "--env",
            metavar="NAME=VALUE",
            help="Variable for the server that is started; {scratch} as above. May be given "
            "several times.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="PATTERN",
            help="Files of a session's folder that tell no states apart, beside .git/index and "
            "the like. May be given several times.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="TOOL",
            help="Tool of a server that agents are not offered, since it reads the clock, say. "
            "May be given several times.",
        ),
    ] = None,
    seed: Seed = 0,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Wrap a Python module, or a live MCP server, as an environment package.

    The module needs tools load_scenario(scenario) and save_scenario(). It is executed and its tools
    are called, in the sandbox, to see what they return. A server is started as it is: adapt only
    one that you would run.
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
    from envfactory.environment.package import PackageFiles, read_tools

    if module is not None:
        from envfactory.verify import Confined

        confined = Confined(trust=trust)
        path = confined.adapt(module, out, name=name, scenarios=scenario or (), seed=seed)
    else:
        from envfactory.environment.foreign.adapt import adapt_server
        from envfactory.source.server import ServerAddress

        address = ServerAddress.of_command(mcp) if mcp else ServerAddress.of_url(mcp_url or "")
        address = replace(address, environment=_variables(env or ()))
        path = adapt_server(
            address,
            out,
            name=name,
            scenarios=scenario or (),
            scratch=scratch,
            ignored=ignore or (),
            without=without or (),
        )
    package = PackageFiles.read(path)
    found = {
        "name": package.manifest.name,
        "path": str(path),
        "kind": package.manifest.kind,
        "tools": len(read_tools(path).tools),
        "scenarios": list(package.scenarios),
    }
    row = (*(str(found[column]) for column in ("name", "kind", "tools")), len(package.scenarios))
    Screen(as_json=as_json).result(
        found,
        lambda: [
            table("environment", "kind", "tools", "scenarios", rows=[row]),
            "",
            f"Package:  {path}",
        ],
    )


def _variables(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return variables as pairs.

    Raises:
        InputError: If one has no name.
    """
    for text in given:
        if "=" not in text.strip("="):
            raise InputError(f"--env {text}", "is no variable", "write NAME=VALUE")
    return tuple((name, value) for name, _, value in (text.partition("=") for text in given))
