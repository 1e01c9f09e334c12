"""`html_report`: what an audit of tasks came to, as a web page in one file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Final

from envfactory.audit.alike import REPLAY
from envfactory.audit.auditor import Audit
from envfactory.task.model import Attempt, Task
from envfactory.webpage import code, document, facts, table

MEANING: Final[Mapping[str, str]] = {
    "gold": "The reference solution, with its answers.",
    "reordered": "Independent calls of a turn in another order.",
    "alternative path": "Detours, failed attempts before each call, look-ups by other reads.",
    "another tool": "Another tool that changes the same: a replacement, one call for several.",
    "trying again": "A call that failed for a moment, made once more.",
    "other words": "The same answers padded, in a table, curt, and with all details beside them.",
    "no-op": "Nothing is done, in silence and with a claim to have done it.",
    "dropped call": "One call of the solution is left out.",
    "perturbed argument": "One argument is another value of its type.",
    "wrong entity": "One record is another much like it.",
    "extra damage": "Everything is done, and something is changed beside it.",
    "read spray": "Everything is read and told, and nothing is changed.",
    "write spray": "The changes are made on every record in sight.",
    REPLAY: "What solves another task in the same environments.",
    "answer everything": "Everything is done, and the answer holds every value there is.",
    "stopping half way": "Later turns, or the last change, are claimed and not done.",
    "giving up": "A call that failed for a moment is left at that.",
    "everything twice": "Each change is made twice, where that comes to something else.",
    "repeating the request": "The answer is the request.",
    "asking for ever": "The user is asked again and again, and nothing is done.",
    "first in sight": "Whichever record a list shows first, or last, is taken for the right one.",
    "refusing everything": "Whatever is asked for is refused.",
    "guessing": "The answer is what most records hold.",
}
"""What each attempt is, in a sentence."""

_MOST_SHOWN: Final = 400
"""Tasks that are shown one by one; pages with more take long to open."""


def html_report(audits: Sequence[Audit]) -> str:
    """Return one page that shows what was tried, what was dropped and why, and each task.

    At most 400 tasks are shown one by one, those that were dropped before the others.
    """
    weak = [audit for audit in audits if audit.weakness is not None]
    stand = len(audits) - len(weak)
    level = "verified" if not weak else "failed"
    chip = "all stand" if not weak else f"{len(weak)} dropped"
    parts = [
        "<h1>Audit of tasks</h1>",
        f'<p class="lead"><span class="level {level}">{chip}</span> '
        f"{stand} of {len(audits)} tasks let right ways pass and no adversary win.</p>",
        _facts(audits, stand),
        "<h2>What was tried</h2>",
        _tried(audits),
        "<h2>Dropped</h2>" if weak else "",
        *_dropped(weak),
        "<h2>Tasks</h2>",
        *_tasks([*weak, *(audit for audit in audits if audit.weakness is None)]),
    ]
    return document("Audit of tasks", "\n".join(part for part in parts if part))


def attempts_of(audits: Sequence[Audit]) -> list[tuple[Attempt, int]]:
    """Return each attempt summed over all tasks, and on how many of them it was tried."""
    tried: dict[tuple[str, str], list[Attempt]] = {}
    for audit in audits:
        for attempt in _record(audit.task):
            tried.setdefault((attempt.name, attempt.expected), []).append(attempt)
    return [
        (
            each[0].model_copy(
                update={
                    "tried": sum(attempt.tried for attempt in each),
                    "passed": sum(attempt.passed for attempt in each),
                }
            ),
            sum(attempt.tried > 0 for attempt in each),
        )
        for each in tried.values()
    ]


def _record(task: Task) -> tuple[Attempt, ...]:
    return task.robustness.attempts if task.robustness is not None else ()


def _facts(audits: Sequence[Audit], stand: int) -> str:
    every = [attempt for audit in audits for attempt in _record(audit.task)]
    return facts(
        {
            "tasks": len(audits),
            "stand": stand,
            "attempts": sum(attempt.tried for attempt in every),
            "right ways refused": sum(a.tried - a.passed for a in every if a.expected == "pass"),
            "adversaries that won": sum(a.passed for a in every if a.expected == "fail"),
        }
    )


def _tried(audits: Sequence[Audit]) -> str:
    rows = [
        (
            escape(attempt.name),
            f'<span class="quiet">{escape(MEANING.get(attempt.name, ""))}</span>',
            str(tasks),
            *_outcome(attempt),
        )
        for attempt, tasks in attempts_of(audits)
    ]
    return table(("attempt", "what it is", "tasks", "is to", "tried", "passed", ""), rows)


def _outcome(attempt: Attempt) -> tuple[str, str, str, str]:
    """Return what an attempt is to do, how often it was tried and passed, and whether it should."""
    if not attempt.tried:
        verdict = '<span class="not_run">no occasion</span>'
    elif attempt.passed == (attempt.tried if attempt.expected == "pass" else 0):
        verdict = '<span class="passed">as it should</span>'
    else:
        verdict = f'<span class="failed">{_wrong(attempt)}</span>'
    return attempt.expected, str(attempt.tried), str(attempt.passed), verdict


def _wrong(attempt: Attempt) -> str:
    refused = attempt.tried - attempt.passed
    return f"{refused} refused" if attempt.expected == "pass" else f"{attempt.passed} won"


def _dropped(weak: Sequence[Audit]) -> Iterator[str]:
    """Yield a paragraph per reason, the most frequent first."""
    counts = Counter(audit.weakness or "" for audit in weak)
    ordered = sorted(weak, key=lambda audit: (-counts[audit.weakness or ""], audit.weakness or ""))
    for reason, group in groupby(ordered, key=lambda audit: audit.weakness or ""):
        categories = Counter(audit.task.category for audit in group)
        among = ", ".join(f"{count} {name}" for name, count in sorted(categories.items()))
        yield f"<p><strong>{escape(reason)}</strong>: {escape(among)}</p>"


def _tasks(audits: Sequence[Audit]) -> Iterator[str]:
    yield from map(_task, audits[:_MOST_SHOWN])
    if len(audits) > _MOST_SHOWN:
        yield f"<p>and {len(audits) - _MOST_SHOWN} more, which stand or are counted above</p>"


def _task(audit: Audit) -> str:
    task, weakness = audit.task, audit.weakness
    style, verdict = ("passed", "stands") if weakness is None else ("failed", "dropped")
    request = task.turns[0].request if task.turns else ""
    why = "" if weakness is None else f"<p class='failed'>{escape(_why(audit))}</p>"
    rows = [
        (escape(attempt.name), *_outcome(attempt)) for attempt in _record(task) if attempt.tried
    ]
    return (
        f'<details><summary><span class="{style}">{verdict}</span> {escape(request)} '
        f'<span class="quiet">({escape(task.category)}, {_where(task)})</span></summary>'
        f"{why}{_turns(task)}"
        f"{table(('attempt', 'is to', 'tried', 'passed', ''), rows) if rows else ''}"
        f'<p class="quiet">{code(task.id)}</p></details>'
    )


def _why(audit: Audit) -> str:
    return f"{audit.weakness} ({audit.detail})" if audit.detail else audit.weakness or ""


def _where(task: Task) -> str:
    return escape(", ".join(f"{ref.name} from {ref.scenario}" for ref in task.environments))


def _turns(task: Task) -> str:
    items = []
    for turn in task.turns:
        calls = ", ".join(code(call.tool) for call in turn.calls) or "no call"
        items.append(
            f"<li>{escape(turn.request)}<br><span class='quiet'>{calls}</span><br>"
            f"{escape(turn.answer)}</li>"
        )
    return f"<ol>{''.join(items)}</ol>"
