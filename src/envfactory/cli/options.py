"""Options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SourceNames = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="API descriptions: files, folders, package:NAME/PATH, or addresses.",
    ),
]
SourcesIfAny = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SOURCE...",
        show_default=False,
        help="API descriptions: files, folders, package:NAME/PATH, or addresses.",
    ),
]
McpCommands = Annotated[
    list[str] | None,
    typer.Option(
        "--mcp",
        metavar="COMMAND",
        help="A live MCP server as a source: the command that starts it. May be repeated.",
    ),
]
McpUrls = Annotated[
    list[str] | None,
    typer.Option("--mcp-url", metavar="URL", help="A live MCP server over HTTP. May be repeated."),
]
AllowNetwork = Annotated[
    bool,
    typer.Option("--allow-network", help="Fetch sources, and what they refer to, from addresses."),
]
PackagePaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PACKAGE...", help="Environment packages, or folders that hold packages."
    ),
]
Environments = Annotated[
    list[Path],
    typer.Option(
        "--environments",
        "-e",
        metavar="PACKAGE",
        help="Environment package, or folder that holds packages. May be given several times.",
    ),
]
MixText = Annotated[
    str,
    typer.Option(
        "--mix",
        metavar="CATEGORY=WEIGHT,...",
        help="Categories of tasks and their weights, such as base=0.6,recovery=0.4.",
    ),
]
PersonasText = Annotated[
    str,
    typer.Option(
        "--personas",
        metavar="KIND=WEIGHT,...",
        help="Who asks: plain, polite, terse, chatty, formal, engineer, with their weights.",
    ),
]
USUAL_PERSONAS = "plain=4,polite=2,terse=2,chatty=3,formal=1"
Typos = Annotated[float, typer.Option(min=0, max=1, help="Share of words that users mistype.")]
ImplicitnessText = Annotated[
    str,
    typer.Option(
        "--implicitness",
        metavar="0..1",
        help="Share of the values in a task's requests that are not said outright: a number, or "
        "a range such as 0.2:0.8.",
    ),
]
USUAL_IMPLICITNESS = "0.2:0.8"
OutFolder = Annotated[
    Path, typer.Option("--out", "-o", metavar="DIR", help="Folder for the results.")
]
OutFile = Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="File to write.")]
Seed = Annotated[
    int, typer.Option(min=0, max=(1 << 53) - 1, help="Decides everything that is random.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        show_default="one per core",
        help="Worker processes; their number does not change the results.",
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Remove what an earlier run left in the folder.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON on stdout, and nothing else there.")
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust", help="Run code that others have written outside the sandbox, and start servers."
    ),
]
CacheFolder = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        envvar="ENVFACTORY_CACHE",
        metavar="DIR",
        show_default="the user's cache folder",
        help="Where vectors of texts are kept from one command to the next; 'off' for nowhere.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]


def all_sources(
    named: list[str] | None, commands: list[str] | None, urls: list[str] | None
) -> list[str]:
    """Return every source that was given, live servers in the form that `find_sources` knows."""
    return [*(named or ()), *(f"mcp:{given}" for given in (*(commands or ()), *(urls or ())))]
