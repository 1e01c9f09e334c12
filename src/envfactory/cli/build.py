"""`envfactory build`: environment packages from API descriptions, without verifying them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from envfactory.cli.options import (
    AllowNetwork,
    AsJson,
    McpCommands,
    McpUrls,
    OutFolder,
    Quiet,
    Seed,
    SourcesIfAny,
    Workers,
    all_sources,
)
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

EXAMPLE: Final = "Example: envfactory build examples/apis/google-tasks.json --out out/environments"


def build(
    out: OutFolder,
    sources: SourcesIfAny = None,
    mcp: McpCommands = None,
    mcp_url: McpUrls = None,
    seed: Seed = 0,
    workers: Workers = None,
    allow_network: AllowNetwork = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write an environment package for each API description, without verifying it.

    Packages of the same names that lie in the folder are replaced.
    """
    from envfactory.pipeline import build as build_packages

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        built = build_packages(
            all_sources(sources, mcp, mcp_url),
            out,
            seed=seed,
            executor=executor,
            listener=listener,
            allow_network=allow_network,
        )
    rows = [
        (entry.spec.name, len(entry.spec.tools), len(entry.spec.entities), entry.source)
        for entry in built.entries
    ]
    screen.result(
        {
            "folder": str(out),
            "environments": [
                {
                    "name": entry.spec.name,
                    "path": str(Path(out) / entry.spec.name),
                    "source": entry.source,
                    "tools": len(entry.spec.tools),
                    "tables": len(entry.spec.entities),
                }
                for entry in built.entries
            ],
            "dropped": [drop.model_dump(mode="json") for drop in built.drops],
        },
        lambda: [
            table("environment", "tools", "tables", "source", rows=rows),
            "",
            *(
                [f"{len(built.drops)} parts of the descriptions were left out; --json lists them"]
                if built.drops
                else []
            ),
            f"Environments:  {out}",
        ],
    )
