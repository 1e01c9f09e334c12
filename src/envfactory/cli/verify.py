"""`envfactory verify`: certificates for environment packages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from envfactory.cli.options import AsJson, PackagePaths, Quiet, Seed, Workers
from envfactory.cli.screen import Screen, table
from envfactory.executor import local_executor

if TYPE_CHECKING:
    from envfactory.verify import Certificate

EXAMPLE: Final = "Example: envfactory verify out/environments/google_tasks"


def verify(
    packages: PackagePaths,
    seed: Seed = 0,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Verify environment packages, and write a certificate.json into each.

    Ends with exit code 1 if a package is not verified.
    """
    from envfactory.pipeline import certify

    screen = Screen(as_json=as_json, quiet=quiet)
    with local_executor(workers) as executor, screen.progress() as listener:
        found = certify(packages, seed=seed, executor=executor, listener=listener)
    screen.result(
        [{"path": str(path), **certificate.model_dump(mode="json")} for path, certificate in found],
        lambda: [
            table(
                "environment",
                "verdict",
                "checks passed",
                "found",
                rows=[
                    (
                        c.package,
                        c.level,
                        f"{sum(r.passed for r in c.results)} of {len(c.results)}",
                        findings(c),
                    )
                    for _, c in found
                ],
            )
        ],
    )
    if any(not certificate.verified for _, certificate in found):
        raise typer.Exit(1)


def findings(certificate: Certificate) -> str:
    """Return the first finding of each check that found something, in a few words."""
    return "; ".join(
        f"{result.id}: {result.findings[0].place}: {result.findings[0].message}"
        for result in certificate.results
        if result.findings and result.severity == "must"
    )
