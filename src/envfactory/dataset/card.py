"""The card of a dataset: `README.md` for people and the Hub, `card.json` for programs.

It counts what every stage kept and dropped, and why, so that what is not in the data can be seen
as well as what is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import yaml

from envfactory.dataset.figures import EnvironmentFigures, Figures, Spread
from envfactory.dataset.files import FileInfo
from envfactory.errors import one_line
from envfactory.records import Stored

CONFIGS = {
    "sft": "trajectories as OpenAI `messages` and `tools` (a JSON text)",
    "hermes": "the same as text, calls inside `<tool_call>`, results inside `<tool_response>`",
    "alpaca": "the same text as `instruction`, `output`, `system` and `history`",
    "rl": "tasks to practise on: prompt, tools, initial state, goal and reference calls",
}
"""The tables of a dataset and what they hold."""


class StageCount(Stored):
    """What a stage kept (None where nobody said) and what it dropped, by reason."""

    stage: str
    kept: int | None
    dropped: dict[str, int]


class Card(Stored):
    """Everything that a dataset says about itself."""

    schema_version: Literal[1] = 1
    name: str
    generator: str
    seed: int | None
    tasks: int
    trajectories: int
    rows: dict[str, int]
    stages: tuple[StageCount, ...]
    figures: Figures
    environments: tuple[EnvironmentFigures, ...]
    files: tuple[FileInfo, ...]


def count_stages(
    kept: Mapping[str, int], drops: Iterable[tuple[str, str]]
) -> tuple[StageCount, ...]:
    """Return what happened in each stage.

    Args:
        kept: How much each stage kept, in the order of the stages.
        drops: The stage and the reason of everything that was dropped.
    """
    dropped: dict[str, dict[str, int]] = {stage: {} for stage in kept}
    for stage, reason in drops:
        reasons = dropped.setdefault(stage, {})
        reasons[reason] = reasons.get(reason, 0) + 1
    return tuple(
        StageCount(stage=stage, kept=kept.get(stage), dropped=dict(sorted(reasons.items())))
        for stage, reasons in dropped.items()
    )


def render(card: Card) -> str:
    """Return the card as Markdown, with the header that `datasets` reads the configs from.

    A table without rows is no config: `datasets` refuses to open an empty file.
    """
    return "\n".join(
        [
            _header(card),
            f"# {_text(card.name)}",
            "",
            "Multi-turn conversations of agents that use tools in executable environments. "
            f"Environments: {len(card.environments)}; tasks: {card.tasks}; trajectories: "
            f"{card.trajectories}. Made by {card.generator}"
            + ("." if card.seed is None else f" with seed {card.seed}."),
            "",
            *_contents(card),
            *_figures(card.figures),
            *_stages(card.stages),
            *_environments(card.environments),
            *_provenance(card.environments),
        ]
    )


def _header(card: Card) -> str:
    filled = [name for name in CONFIGS if card.rows.get(name)]
    header: dict[str, object] = {
        "pretty_name": one_line(card.name, 200),
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["tool-use", "agents", "synthetic"],
    }
    if filled:
        header["configs"] = [
            {
                "config_name": name,
                "data_files": [{"split": "train", "path": f"{name}.parquet"}],
                **({"default": True} if name == filled[0] else {}),
            }
            for name in filled
        ]
    return f"---\n{yaml.safe_dump(header, sort_keys=False, allow_unicode=True)}---\n"


def _contents(card: Card) -> list[str]:
    rows = [
        (f"`{name}`", str(card.rows.get(name, 0)), description)
        for name, description in CONFIGS.items()
    ]
    return [
        "## Contents",
        "",
        *_table(("config", "rows", "what a row is"), rows),
        "Each table is there as `.parquet` and as `.jsonl` with the same rows. In `sft`, Parquet",
        "holds every message as a JSON document (`arrow.json`), which `datasets` 4.7 or newer",
        "reads as an object. `dropped.jsonl` names everything that was left out, and why;",
        "`card.json` holds this page's numbers.",
        "",
    ]


def _figures(figures: Figures) -> list[str]:
    def row(name: str, spread: Spread) -> tuple[str, ...]:
        return (name, *map(str, (spread.total, spread.least, spread.median, spread.most)))

    return [
        "## Conversations",
        "",
        *_table(
            ("", "total", "least", "median", "most"),
            [
                row("turns", figures.turns),
                row("tool calls", figures.calls),
                row("tokens, about", figures.tokens),
            ],
        ),
        f"{figures.refused_calls} calls were refused by a tool. Tokens are characters by four.",
        "",
    ]


def _stages(stages: tuple[StageCount, ...]) -> list[str]:
    rows = []
    for stage in stages:
        kept = "" if stage.kept is None else str(stage.kept)
        reasons = "; ".join(f"{_text(why)} ({number})" for why, number in stage.dropped.items())
        rows.append((_text(stage.stage), kept, str(sum(stage.dropped.values())), reasons))
    return ["## Kept and dropped", "", *_table(("stage", "kept", "dropped", "why"), rows)]


def _environments(environments: tuple[EnvironmentFigures, ...]) -> list[str]:
    rows = [
        (
            f"{_text(e.title)} (`{e.name}`)",
            _text(e.domain),
            str(e.tasks),
            f"{e.tools - len(e.never_called)} of {e.tools}",
            str(e.calls),
            f"`{e.identity.removeprefix('sha256:')[:12]}`",
        )
        for e in environments
    ]
    titles = ("environment", "domain", "tasks", "tools called", "calls", "identity")
    return ["## Environments", "", *_table(titles, rows)]


def _provenance(environments: tuple[EnvironmentFigures, ...]) -> list[str]:
    rows = []
    for environment in environments:
        source = environment.source
        licence = source.licence if source is not None else None
        rows.append(
            (
                f"`{environment.name}`",
                _text(environment.licence or "not stated"),
                "" if source is None else _text(source.format),
                "" if source is None else _text(source.origin or source.location),
                "" if source is None else _text(licence or "not stated"),
            )
        )
    titles = ("environment", "licence", "made from", "origin", "licence of the origin")
    return ["## Provenance", "", *_table(titles, rows)]


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [titles, tuple("---" for _ in titles), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _text(text: str) -> str:
    """Return a text from elsewhere so that it is nothing but text in a Markdown table."""
    return re.sub(r"([\\`*_\[\]|<>#!~])", r"\\\1", one_line(text, 200))
