"""`html_page`: one environment as a web page in one file, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from envfactory.catalog.drawing import svg
from envfactory.catalog.page import Page
from envfactory.webpage import code, document

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
       color: #1d2433; background: #fff; overflow-wrap: break-word; }
h1 { margin-bottom: 0; } h2 { margin-top: 2rem; border-bottom: 1px solid #d9dee8; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
td, th { padding: .25rem .75rem .25rem 0; vertical-align: top; border-bottom: 1px solid #eef1f6; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; } .number { text-align: right; }
.writes { color: #9a4b00; } .quiet { color: #5d6880; } figure { overflow-x: auto; margin: 1rem 0; }
.failed, .trouble { color: #b00020; } .passed { color: #17663a; }
svg .entity { fill: #f6f8fc; stroke: #8b98b5; } svg text { font: 12px ui-monospace, monospace; }
svg .table { font-weight: bold; } svg .field { fill: #5d6880; } svg .key { fill: #17663a; }
svg path { fill: none; stroke: #8b98b5; stroke-width: 1.5; } svg .refers { stroke-dasharray: 4 3; }
@media (max-width: 50rem) { table { display: block; overflow-x: auto; } }
@media (prefers-color-scheme: dark) {
  body { color: #dfe4ee; background: #161a22; } td, th, h2 { border-color: #2c3444; }
  svg .entity { fill: #1f2531; } svg text { fill: #dfe4ee; } .passed, svg .key { fill: #6ccf97;
  color: #6ccf97; } .writes { color: #f0a860; }
  .failed, .trouble { color: #ff8f86; }
  .quiet, svg .field { color: #98a3ba; fill: #98a3ba; }
}
"""


def html_page(page: Page) -> str:
    """Return the page of an environment as an HTML document; every text in it is escaped."""
    parts = [
        f"<h1>{escape(page.title)}</h1>",
        f'<p class="quiet"><code>{escape(page.name)}</code> · {escape(page.domain)} · '
        f"{escape(page.verdict)}</p>",
        f"<p>{escape(page.description)}</p>" if page.description else "",
        _section("Entities and relations", _entities(page)),
        _section("Tools", _tools(page)),
        _section("Scenarios", _scenarios(page)),
        _section("Where it comes from", _source(page)),
        _section("Certificate", _certificate(page)),
    ]
    body = "\n".join(part for part in parts if part)
    return document(page.title, body, _STYLE)


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{content}" if content else ""


def _entities(page: Page) -> str:
    figure = f"<figure>\n{svg(page)}\n</figure>" if page.entities else ""
    details = []
    for entity in page.entities:
        rows = [(code(f.name), escape(f.type), escape(f.note)) for f in entity.fields]
        if rows:
            summary = f"<summary><code>{escape(entity.table)}</code> {escape(entity.description)}"
            table = _table(("field", "type", ""), rows)
            details.append(f"<details>{summary}</summary>\n{table}</details>")
    return "\n".join([figure, *details])


def _tools(page: Page) -> str:
    rows = []
    for tool in page.tools:
        kind = {True: '<span class="writes">writes</span>', False: "reads", None: ""}[tool.writes]
        inferred = f'<br><span class="quiet">inferred: {escape("; ".join(tool.inferred))}</span>'
        call = f"{tool.name}({', '.join(tool.parameters)})"
        told = escape(tool.description) + (inferred if tool.inferred else "")
        rows.append((code(call), kind, told))
    return _table(("tool", "", "what it does"), rows)


def _scenarios(page: Page) -> str:
    names = list(page.scenarios)
    tables = list(dict.fromkeys(table for rows in page.scenarios.values() for table in rows))
    rows = [
        (code(table), *(str(page.scenarios[name].get(table, 0)) for name in names))
        for table in tables
    ]
    return _table(("rows in", *map(escape, names)), rows) if rows else ""


def _source(page: Page) -> str:
    rows = [("licence", escape(page.licence or "not stated"))]
    if page.source is not None:
        facts = page.source.model_dump(exclude_none=True)
        rows += [
            (name.replace("_", " "), escape(str(fact))) for name, fact in facts.items() if fact
        ]
    rows.append(("identity of the package", code(page.identity)))
    table = _table(("", ""), rows)
    left_out = [(escape(reason), str(count)) for reason, count in page.left_out.items()]
    if not left_out:
        return table
    return f"{table}\n<p>Operations that were left out:</p>\n{_table(('because', ''), left_out)}"


def _certificate(page: Page) -> str:
    rows = [
        (escape(c.title), f'<span class="{escape(c.outcome)}">{escape(c.outcome)}</span>')
        for c in page.checks
    ]
    return _table(("check", "outcome"), rows) if rows else f"<p>{escape(page.verdict)}</p>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    titles = "".join(f"<th>{title}</th>" for title in head)
    top = [f"<tr>{titles}</tr>"] if any(head) else []
    return "<table>\n" + "\n".join([*top, *lines]) + "\n</table>"
