"""Web pages in one file, which load nothing from anywhere: what all of them have in common.

Texts are escaped by whoever puts them into a page; `code` does it itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --page: #fff; --ink: #1d2433; --quiet: #5b6478;
        --line: #d9dee8; --good: #11733b; --bad: #b3261e; --mild: #8a5a00; --back: #f5f7fb; }
body { font: 15px/1.55 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto;
       padding: 0 1rem; color: var(--ink); background: var(--page);
       overflow-wrap: break-word; }
h1 { margin-bottom: .2rem; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
p.lead { font-size: 1.1rem; margin-top: .2rem; } .quiet { color: var(--quiet); }
.level { display: inline-block; padding: .1rem .7rem; border-radius: 1rem; color: var(--page);
         font-weight: 600; background: var(--mild); }
.level.strong, .level.verified { background: var(--good); }
.level.failed { background: var(--bad); }
dl.facts { display: flex; flex-wrap: wrap; gap: .8rem 2rem; margin: 1rem 0; }
dl.facts div { min-width: 7rem; } dl.facts dt { color: var(--quiet); font-size: .85rem; }
dl.facts dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: 0 .8rem; }
summary { cursor: pointer; padding: .5rem 0; } details[open] summary { margin-bottom: .3rem; }
.passed { color: var(--good); } .failed:not(.level), .trouble { color: var(--bad); }
.not_run, .not_applicable { color: var(--quiet); }
table { border-collapse: collapse; margin: .5rem 0 1rem; }
th, td { text-align: left; padding: .15rem .9rem .15rem 0; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
th { color: var(--quiet); font-weight: 500; } code, pre { font-size: .88em; }
pre { background: var(--back); padding: .6rem .8rem; overflow-x: auto; border-radius: .3rem; }
.minus { color: var(--bad); } .plus { color: var(--good); }
ul { padding-left: 1.2rem; } li { margin: .2rem 0; } code { overflow-wrap: anywhere; }
@media (max-width: 50rem) { table { display: block; overflow-x: auto; } }
@media (prefers-color-scheme: dark) {
  :root { --page: #161a22; --ink: #dfe4ee; --quiet: #98a3ba; --line: #2c3444; --good: #6ccf97;
          --bad: #ff8f86; --mild: #e3b35c; --back: #1f2531; }
}
"""
"""How reports look; a page may have its own style instead."""


def document(title: str, body: str, style: str = STYLE) -> str:
    """Return a whole page.

    Args:
        title: What the page is called, not escaped yet.
        body: What stands in it, as HTML.
        style: How it looks, as CSS.
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML; those that are whole numbers stand to the right."""
    titles = "".join(f"<th>{title}</th>" for title in head)
    lines = ["<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows]
    return "<table>" + (f"<tr>{titles}</tr>" if head else "") + "\n".join(lines) + "</table>"


def facts(told: Mapping[str, object]) -> str:
    """Return figures with what they count above them; those that are None are left out."""
    shown = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in told.items()
        if value is not None
    )
    return f'<dl class="facts">{shown}</dl>'


def code(text: str) -> str:
    """Return a text as code, escaped."""
    return f"<code>{escape(text)}</code>"


def _cell(text: str) -> str:
    return f'<td class="n">{text}</td>' if text.isdigit() else f"<td>{text}</td>"
