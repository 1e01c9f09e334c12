"""`envfactory repair`: what verification finds, mended by rules and by the specification."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from envfactory.cli.options import AsJson, Seed, Trust
from envfactory.cli.screen import Screen
from envfactory.errors import InputError

if TYPE_CHECKING:
    from envfactory.verify.repair import Repair

EXAMPLE: Final = "Example: envfactory repair out/environments/google_tasks --dry-run"


def repair(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="An environment package.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    tries: Annotated[
        int, typer.Option(min=1, help="How many candidates are verified at most.")
    ] = 40,
    seed: Seed = 0,
    trust: Trust = False,
    as_json: AsJson = False,
) -> None:
    """Mend what verification finds in a package, where rules or its specification can.

    A change is kept only if it mends something and breaks nothing. Ends with exit code 1 if the
    best version is not verified.
    """
    from envfactory.environment.package import CODE
    from envfactory.verify.repair import offline_writers
    from envfactory.verify.repair import repair as mend

    try:
        before = (package / CODE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(package / CODE), str(error), "name an environment package") from error
    found = mend(package, offline_writers(package), seed=seed, tries=tries, trust=trust)
    if found.changed and not dry_run:
        found.save(package)
    diff = "".join(
        difflib.unified_diff(
            before.splitlines(keepends=True), found.source.splitlines(keepends=True), CODE, CODE
        )
    )
    Screen(as_json=as_json).result(
        {
            "before": found.before.level,
            "after": found.after.level,
            "attempts": [
                {"finding": a.finding, "change": a.change, "kept": a.kept, "reason": a.reason}
                for a in found.attempts
            ],
            "left": [
                {"id": f.id, "place": f.place, "message": f.message, "severity": f.severity}
                for f in found.left
            ],
            "diff": diff,
        },
        lambda: _lines(found, diff, dry_run=dry_run),
    )
    if not found.after.verified:
        raise typer.Exit(1)


def _lines(found: Repair, diff: str, *, dry_run: bool) -> list[str]:
    lines = [
        f"{'kept' if a.kept else 'not kept'}: {a.change} ({a.finding}): {a.reason}"
        for a in found.attempts
    ]
    if not found.attempts:
        lines.append("nothing to mend" if not found.left else "no rule knows an answer")
    if diff:
        lines += ["", diff.rstrip()]
    lines += ["", f"{found.before.package}: {found.before.level} -> {found.after.level}"]
    lines += [f"  left ({f.severity}): {f.place}: {f.message}" for f in found.left]
    if found.changed and dry_run:
        lines.append("nothing was written")
    return lines
