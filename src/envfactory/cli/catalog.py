"""`envfactory catalog`: what environments there are, found, filtered and shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer
from rich.console import RenderableType

from envfactory.cli.embedding import embedder_of
from envfactory.cli.options import AsJson, CacheFolder
from envfactory.cli.screen import Screen, table

if TYPE_CHECKING:
    from envfactory.catalog import Catalog, CatalogEntry, Filter, Hit, Listed

EXAMPLE: Final = "Example: envfactory catalog search 'book a table' out/corpus --writes"

Folders = Annotated[
    list[Path],
    typer.Argument(
        metavar="DIR...", help="Folders of builds or runs, packages, or folders of packages."
    ),
]
Domain = Annotated[str | None, typer.Option(metavar="WORDS", help="Only of this domain.")]
Entity = Annotated[
    str | None, typer.Option(metavar="WORDS", help="Only with a table of this name.")
]
MinTools = Annotated[int | None, typer.Option(min=1, help="Only with so many tools or more.")]
Writes = Annotated[bool, typer.Option("--writes", help="Only with a tool that changes something.")]
Tool = Annotated[str | None, typer.Option(metavar="WORDS", help="Only with a tool of this name.")]
Level = Annotated[
    Literal["verified", "strong", "failed", "undecided", "none"] | None,
    typer.Option(help="Only with this verdict; what is strong is verified, too."),
]
Licence = Annotated[
    str | None, typer.Option(metavar="WORDS", help="Only of this licence; 'not stated' is one.")
]

catalog = typer.Typer(
    help="List, search and show environments, and report on corpus builds.",
    epilog=EXAMPLE,
    no_args_is_help=True,
)


@catalog.command(name="list", epilog="Example: envfactory catalog list out/corpus --min-tools 10")
def list_environments(
    folders: Folders,
    domain: Domain = None,
    entity: Entity = None,
    tool: Tool = None,
    min_tools: MinTools = None,
    writes: Writes = False,
    level: Level = None,
    licence: Licence = None,
    check: Annotated[
        bool, typer.Option("--check", help="Read every package, and say which have changed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List environments, by name."""
    from envfactory.catalog import Catalog

    found = Catalog.open(folders)
    wanted = _filter(domain, entity, tool, min_tools, writes, level, licence)
    listed = _wanted(found, wanted)
    _show(listed, found, as_json, check=check)


@catalog.command(epilog=EXAMPLE)
def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What it is about, in words.")],
    folders: Folders,
    domain: Domain = None,
    entity: Entity = None,
    tool: Tool = None,
    min_tools: MinTools = None,
    writes: Writes = False,
    level: Level = None,
    licence: Licence = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 20,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Look for the words alone, not for the meaning.")
    ] = False,
    cache: CacheFolder = None,
    as_json: AsJson = False,
) -> None:
    """Search environments by words and by meaning, the best first."""
    from envfactory.catalog import Catalog
    from envfactory.catalog import search as find

    found = Catalog.open(folders)
    wanted = _filter(domain, entity, tool, min_tools, writes, level, licence)
    listed = _wanted(found, wanted)
    hits = find(query, listed, None if words_only else embedder_of(cache))[:limit]
    _show([hit.listed for hit in hits], found, as_json, hits=hits)


@catalog.command(epilog="Example: envfactory catalog show kennel out/corpus --html out/kennel.html")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="An environment's name, or its identity.")
    ],
    folders: Folders,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the page as HTML too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one environment on a page: entities, tools, scenarios, provenance, certificate."""
    from envfactory.catalog import Catalog, html_page, page_of
    from envfactory.cli.reading import page_parts
    from envfactory.records import write_atomic

    screen = Screen(as_json=as_json)
    listed = Catalog.open(folders).named(name)
    page = page_of(listed.path)
    if page.identity != listed.entry.identity:
        screen.note(f"{listed.path} has changed since it was listed")
    if html is not None:
        write_atomic(html, html_page(page).encode())
    ending = [] if html is None else ["", f"Page:  {html}"]
    screen.result(
        {"path": str(listed.path), **page.model_dump(mode="json")},
        lambda: [*page_parts(page), *ending],
    )


@catalog.command(epilog="Example: envfactory catalog report out/corpus")
def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of a corpus build that has ended.")
    ],
    as_json: AsJson = False,
) -> None:
    """Report on a corpus build: how many in, verified and left out, with reasons."""
    from envfactory.catalog import CorpusReport
    from envfactory.cli.corpus import report_parts

    found = CorpusReport.load(folder)
    Screen(as_json=as_json).result(found.model_dump(mode="json"), lambda: report_parts(found))


def _filter(
    domain: str | None,
    entity: str | None,
    tool: str | None,
    min_tools: int | None,
    writes: bool,
    level: str | None,
    licence: str | None,
) -> Filter:
    from envfactory.catalog import Filter

    return Filter(
        domain=domain,
        entity=entity,
        tool=tool,
        min_tools=min_tools,
        writes=1 if writes else None,
        level=level,
        licence=licence,
    )


def _wanted(found: Catalog, wanted: Filter) -> list[Listed]:
    """Return the environments that a filter accepts.

    Raises:
        InputError: If it asks for a domain that none of them is of.
    """
    from envfactory.catalog import Filter
    from envfactory.errors import InputError

    of_domain = Filter(domain=wanted.domain)
    if found.listed and not any(of_domain.accepts(each.entry) for each in found.listed):
        domains = ", ".join(sorted({each.entry.domain for each in found.listed}))
        raise InputError(
            "--domain", f"no environment is of {wanted.domain!r}", f"use a word of: {domains}"
        )
    return [each for each in found.listed if wanted.accepts(each.entry)]


def _show(
    listed: Sequence[Listed],
    found: Catalog,
    as_json: bool,
    *,
    hits: Sequence[Hit] = (),
    check: bool = False,
) -> None:
    """Show environments as a table or as JSON, with everything that is wrong beside them."""
    from envfactory.catalog import state_of
    from envfactory.environment.package import MANIFEST

    screen = Screen(as_json=as_json)
    wrong = [(problem.where, problem.problem) for problem in found.problems]
    for each in listed:
        here = (each.path / MANIFEST).is_file()
        state = state_of(each) if check else "ok" if here else "missing"
        wrong += [] if state == "ok" else [(str(each.path), state)]
    values: list[dict[str, Any]] = [
        {**each.entry.model_dump(mode="json"), "path": str(each.path)} for each in listed
    ]
    for value, hit in zip(values, hits, strict=False):
        value |= {"score": hit.score, "found_by": hit.found_by}
    screen.result(
        {
            "environments": values,
            "problems": [{"where": where, "problem": problem} for where, problem in wrong],
        },
        lambda: _parts(listed, len(found.listed), [hit.found_by for hit in hits], wrong),
    )


def _parts(
    listed: Sequence[Listed],
    known: int,
    found_by: Sequence[str],
    wrong: Sequence[tuple[str, str]],
) -> list[RenderableType]:
    """Return environments as a table, how many of those known they are, and what is wrong."""
    columns = ["environment", "domain", "tools", "writes", "tables", "covered", "verdict"]
    rows = [_row(each.entry) for each in listed]
    if found_by:
        columns.append("found by")
        rows = [(*row, by) for row, by in zip(rows, found_by, strict=True)]
    whole = [column for column in columns if column not in ("domain", "found by")]
    count = f"{len(listed)} environment{'s' * (len(listed) != 1)}"
    some = f" of {known}" if len(listed) < known else ""
    parts: list[RenderableType] = [table(*columns, rows=rows, whole=whole), ""] if rows else []
    parts.append(count + some)
    return [*parts, "", table("cannot be used", "why", rows=wrong)] if wrong else parts


def _row(entry: CatalogEntry) -> tuple[object, ...]:
    return (
        entry.name,
        entry.domain,
        len(entry.tools),
        "–" if entry.writes is None else str(entry.writes),
        len(entry.entities),
        "–" if entry.coverage is None else f"{entry.coverage:.0%}",
        entry.level,
    )
