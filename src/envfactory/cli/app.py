"""The commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from envfactory import __version__
from envfactory.cli import (
    adapt,
    audit,
    build,
    catalog,
    corpus,
    curate,
    export,
    graph,
    repair,
    report,
    run,
    sample,
    show,
    tasks,
    trajectories,
    verify,
)

app = typer.Typer(
    name="envfactory",
    help="From API descriptions to verified tool environments, tasks and training data.",
    epilog="Add --debug to any command to see the traceback of an error.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"envfactory {__version__}")
        raise typer.Exit


@app.callback()
def envfactory(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """From API descriptions to verified tool environments, tasks and training data."""


for command in (
    *(run, corpus, build, adapt, verify, repair, graph),
    *(sample, tasks, audit, report, curate, trajectories, export, show),
):
    app.command(epilog=command.EXAMPLE)(getattr(command, command.__name__.rpartition(".")[2]))
app.add_typer(catalog.catalog, name="catalog")
