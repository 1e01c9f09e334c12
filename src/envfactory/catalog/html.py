"""`html_page`: one environment as a web page in one file, which loads nothing from anywhere."""

from __future__ import annotations

from html import escape
from typing import Final

from envfactory.catalog.drawing import svg
from envfactory.catalog.page import Page
from envfactory.webpage import STYLE, code, document, facts, table

_ASKED: Final = {"must": "must pass", "should": "should pass", "note": "for information"}
_STYLE: Final = """
body { max-width: 72rem; } h3 { margin: 1.4rem 0 .3rem; }
table.wide { width: 100%; }
table.wide td { border-bottom: 1px solid var(--line); padding-top: .3rem; padding-bottom: .3rem; }
.calls { max-width: 22rem; } .name { font-weight: 600; } .writes { color: var(--mild); }
figure { overflow-x: auto; margin: 1rem 0; }
svg .entity { fill: var(--back); stroke: var(--quiet); }
svg text { font: 12px ui-monospace, monospace; fill: var(--ink); }
svg .table { font-weight: bold; } svg .field { fill: var(--quiet); } svg .key { fill: var(--good); }
svg path { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
svg .refers { stroke-dasharray: 4 3; }
svg path:hover { stroke: var(--good); stroke-width: 3; }
@media (max-width: 50rem) {
  table.wide tbody, table.wide tr, table.wide td { display: block; }
  table.wide td { max-width: none; border: 0; padding: .1rem 0; }
  table.wide tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  table.wide tr:first-child { display: none; }
}
"""
"""What this page has beside what all pages have."""


def html_page(page: Page) -> str:
    """Return the page of an environment as an HTML document; every text in it is escaped."""
    level = page.level
    pill = f'<span class="level {escape(level)}">{escape(level)}</span> ' if level else ""
    parts = [
        f"<h1>{escape(page.title)}</h1>",
        f'<p class="quiet">{code(page.name)} · {escape(page.domain)}{_evidence(page)}</p>',
        f'<p class="lead">{pill}{escape(page.verdict.removeprefix(f"{level}: "))}</p>',
        f"<p>{escape(page.description)}</p>" if page.description else "",
        facts(
            {
                "tools": len(page.tools),
                "of them write": _writing(page),
                "tables": len(page.entities),
                "scenarios": len(page.scenarios),
                "licence": page.licence or "not stated",
            }
        ),
        _section("Entities and relations", _entities(page)),
        _section("Tools", _tools(page)),
        _section("Scenarios", _scenarios(page)),
        _section("Where it comes from", _source(page)),
        _section("Certificate", _certificate(page)),
    ]
    body = "\n".join(part for part in parts if part)
    return document(page.title, body, STYLE + _STYLE)


def _evidence(page: Page) -> str:
    """Return by which words the domain was told, where any were."""
    told = escape(", ".join(page.domain_evidence))
    return f", by {told}" if told else ""


def _writing(page: Page) -> int | None:
    """Return how many tools write, or None where that is not known of all."""
    known = [tool.writes for tool in page.tools if tool.writes is not None]
    return sum(known) if len(known) == len(page.tools) else None


def _section(title: str, content: str) -> str:
    return f"<h2>{escape(title)}</h2>\n{content}" if content else ""


def _entities(page: Page) -> str:
    if not page.entities:
        return ""
    parts = [f"<figure>\n{svg(page)}\n</figure>"]
    if page.relations:
        parts.append(
            '<p class="quiet">A line leads from an owner to what it owns, a dashed one to what is '
            "referred to; point at one to see by which field.</p>"
        )
    for entity in page.entities:
        rows = [(code(f.name), escape(f.type), escape(f.note)) for f in entity.fields]
        if rows:
            summary = f"<summary>{code(entity.table)} {escape(entity.description)}</summary>"
            fields = table(("field", "type", ""), rows)
            parts.append(f"<details>{summary}\n{fields}</details>")
    return "\n".join(parts)


def _tools(page: Page) -> str:
    rows = []
    for tool in page.tools:
        kind = {True: '<span class="writes">writes</span>', False: "reads", None: ""}[tool.writes]
        takes = f'<br><span class="quiet">{" ".join(map(code, tool.parameters))}</span>'
        inferred = f'<br><span class="quiet">inferred: {escape("; ".join(tool.inferred))}</span>'
        call = f'<span class="name">{code(tool.name)}</span>{takes if tool.parameters else ""}'
        told = escape(tool.description) + (inferred if tool.inferred else "")
        rows.append(f'<tr><td class="calls">{call}</td><td>{kind}</td><td>{told}</td></tr>')
    if not rows:
        return ""
    head = "<tr><th>tool, and what it takes (? may be left out)</th><th></th><th>does</th></tr>"
    return f'<table class="wide">{head}\n' + "\n".join(rows) + "</table>"


def _scenarios(page: Page) -> str:
    names = list(page.scenarios)
    tables = list(dict.fromkeys(name for rows in page.scenarios.values() for name in rows))
    rows = [
        (code(name), *(str(page.scenarios[scenario].get(name, 0)) for scenario in names))
        for name in tables
    ]
    return table(("rows in", *map(escape, names)), rows) if rows else ""


def _source(page: Page) -> str:
    rows = [("licence", escape(page.licence or "not stated"))]
    if page.source is not None:
        stated = page.source.model_dump(exclude_none=True)
        rows += [
            (name.replace("_", " "), code(text) if name == "sha256" else escape(text))
            for name, text in ((name, str(fact)) for name, fact in stated.items() if fact)
        ]
    rows.append(("identity of the package", code(page.identity)))
    shown = table((), rows)
    left_out = [(escape(reason), str(count)) for reason, count in page.left_out.items()]
    if not left_out:
        return shown
    return f"{shown}\n<h3>Operations that were left out</h3>\n{table((), left_out)}"


def _certificate(page: Page) -> str:
    asked = [check for check in page.checks if check.outcome != "not_applicable"]
    if not asked:
        return f"<p>{escape(page.verdict)}</p>"
    rows = [
        (
            escape(check.title),
            _coloured(check.outcome),
            f'<span class="quiet">{escape(_ASKED.get(check.severity, check.severity))}</span>',
        )
        for check in asked
    ]
    others = len(page.checks) - len(asked)
    rest = f'<p class="quiet">{others} more checks do not apply to it.</p>' if others else ""
    return table(("check", "outcome", "asked"), rows) + rest


def _coloured(outcome: str) -> str:
    return f'<span class="{escape(outcome)}">{escape(outcome.replace("_", " "))}</span>'
