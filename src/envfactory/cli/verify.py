"""`envfactory verify`: certificates for environment packages, made, shown and put to the test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from envfactory.cli.options import AsJson, PackagePaths, Quiet, Seed, Trust, Workers
from envfactory.cli.screen import Screen, table
from envfactory.errors import InputError
from envfactory.executor import local_executor

if TYPE_CHECKING:
    from envfactory.environment import Change
    from envfactory.verify import Certificate, Confirmation, Retrace

EXAMPLE: Final = "Example: envfactory verify out/environments/google_tasks --html report.html"

CONTRADICTED, VOID = 1, 3
"""Exit codes of `--check`."""

_MOST_TOLD = 5
"""How many findings of one check are shown; the certificate has more."""


Quick = Annotated[bool, typer.Option("--quick", help="Neither seed faults nor measure coverage.")]
Seconds = Annotated[
    int,
    typer.Option(
        min=1,
        max=36_000,
        help="Effort beyond what every check asks, in nominal seconds: it buys a fixed number "
        "of tries, so that it comes out the same on every machine.",
    ),
]
Hunt = Annotated[
    int,
    typer.Option(
        "--hunt",
        min=0,
        metavar="EXAMPLES",
        help="Let Hypothesis try so many sequences of calls before; what it finds counts where "
        "it comes out the same when the calls are made again.",
    ),
]
Failures = Annotated[
    Path | None,
    typer.Option(
        "--failures",
        metavar="DIR",
        help="With --hunt: folder that keeps what failed, so that it is tried first next time.",
    ),
]
Checked = Annotated[
    bool, typer.Option("--check", help="Put the certificates that are there to the test.")
]
Everything = Annotated[
    bool, typer.Option("--all", help="With --check: make every check again, not a sample.")
]
Replayed = Annotated[
    str | None,
    typer.Option("--replay", metavar="ID", help="Show a finding once more, call by call."),
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page for people.")
]


def verify(
    packages: PackagePaths,
    quick: Quick = False,
    seconds: Seconds = 60,
    hunt: Hunt = 0,
    failures: Failures = None,
    seed: Seed = 0,
    check: Checked = False,
    everything: Everything = False,
    replay: Replayed = None,
    html: Html = None,
    trust: Trust = False,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Verify environment packages, and write a certificate.json into each.

    Code that this version has written from a specification runs here, any other in the sandbox.

    Ends with exit code 1 if a package is not verified. With --check, 0 says confirmed, 1
    contradicted, 3 void.
    """
    if everything and not check:
        raise InputError("--all", "says how much --check makes again", "add --check")
    if failures is not None and not hunt:
        raise InputError("--failures", "says where a hunt keeps what failed", "add --hunt")
    if check and replay is not None:
        raise InputError("--replay", "does not go with --check", "use one of them")
    screen = Screen(as_json=as_json, quiet=quiet)
    if replay is not None:
        _replay(packages, replay, screen, trust=trust)
        return
    if check:
        _confirm(packages, screen, seed=seed, everything=everything, trust=trust)
        return
    from envfactory.pipeline import certify

    with local_executor(workers) as executor, screen.progress() as listener:
        found = certify(
            packages,
            seed=seed,
            executor=executor,
            listener=listener,
            thorough=not quick,
            effort=seconds,
            trust=trust,
            hunt=hunt,
            failures=failures,
        )
    _show(found, html, screen)
    if any(not certificate.verified for _, certificate in found):
        raise typer.Exit(1)


# ------------------------------------------------------------------------------ certificates
def _show(found: Sequence[tuple[Path, Certificate]], html: Path | None, screen: Screen) -> None:
    if html is not None:
        from envfactory.records import write_atomic
        from envfactory.verify import html_report

        write_atomic(html, html_report([certificate for _, certificate in found]).encode())
    columns = ("environment", "level", "checks", "tools reached", "mutants", "branches", "findings")
    screen.result(
        [{"path": str(path), **certificate.model_dump(mode="json")} for path, certificate in found],
        lambda: [
            table(*columns, rows=[_row(certificate) for _, certificate in found]),
            *(line for _, certificate in found for line in _hunted(certificate)),
            *(line for path, certificate in found for line in _told(path, certificate)),
            *([f"\nPage:  {html}"] if html is not None else []),
        ],
    )


def _row(certificate: Certificate) -> tuple[object, ...]:
    from envfactory.verify import share

    results = {result.id: result for result in certificate.results}
    reached = results.get("reachability")
    passed = sum(result.passed for result in certificate.results)
    applicable = sum(result.outcome != "not_applicable" for result in certificate.results)
    return (
        certificate.package,
        certificate.level,
        f"{passed} of {applicable}",
        f"{len(reached.evidence)} of {reached.tried.get('tools', 0)}" if reached else "-",
        _percent(share(certificate, "mutants", "caught", "tried")),
        _percent(share(certificate, "coverage", "branches taken", "branches")),
        ", ".join(_counts(certificate)) or "none",
    )


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}%"


def _counts(certificate: Certificate) -> Iterator[str]:
    for severity in ("must", "should"):
        failed = [r for r in certificate.results if r.severity == severity and not r.clear]
        count = sum(len(result.findings) + result.left_out for result in failed)
        if count:
            yield f"{count} {severity}"


def _hunted(certificate: Certificate) -> Iterator[str]:
    """Yield what a hunt came to, where there was one."""
    from envfactory.verify import hunted

    hunt = certificate.hunt
    if hunt is not None:
        yield f"\n{certificate.package}: {hunted(hunt)}"


def _told(path: Path, certificate: Certificate) -> Iterator[str]:
    """Yield what was found where something failed, with the command that shows it."""
    for severity in ("must", "should"):
        for result in certificate.results:
            if result.clear or result.severity != severity:
                continue
            yield f"\n{certificate.package}: {result.id} {result.outcome} ({severity} pass)"
            for finding in result.findings[:_MOST_TOLD]:
                yield f"  {finding.place}: {finding.message}"
                yield f"    envfactory verify {path} --replay {finding.id}"
            more = len(result.findings) + result.left_out - _MOST_TOLD
            if more > 0:
                yield f"  and {more} more in {path}/certificate.json"


# ------------------------------------------------------------------------------ putting to the test
def _confirm(
    packages: Sequence[Path], screen: Screen, *, seed: int, everything: bool, trust: bool
) -> None:
    from envfactory.pipeline import find_packages
    from envfactory.verify import Confined

    confined = Confined(trust=trust)
    found = [
        (path, confined.confirm(path, seed=seed, everything=everything))
        for path in find_packages(packages)
    ]
    screen.result(
        [
            {
                "path": str(path),
                "verdict": one.verdict,
                "reasons": one.reasons,
                "checks": one.checks,
                "sequences": one.sequences,
                "quick": one.quick,
            }
            for path, one in found
        ],
        lambda: [_tested(path, one) for path, one in found],
    )
    verdicts = {one.verdict for _, one in found}
    if "contradicted" in verdicts:
        raise typer.Exit(CONTRADICTED)
    if "void" in verdicts:
        raise typer.Exit(VOID)


def _tested(path: Path, found: Confirmation) -> str:
    lines = [f"{path}: {found.verdict}", *(f"  {reason}" for reason in found.reasons)]
    if found.checks:
        lines.append(f"  made again: {found.sequences} sequences, and {', '.join(found.checks)}")
    if found.quick:
        lines.append("  made quickly: neither were faults seeded nor coverage measured")
    return "\n".join(lines)


# ------------------------------------------------------------------------------ one finding
def _replay(packages: Sequence[Path], name: str, screen: Screen, *, trust: bool) -> None:
    from envfactory.pipeline import find_packages
    from envfactory.verify import Certificate, Confined

    (path, *others) = find_packages(packages)
    if others:
        raise InputError("--replay", "is about one package", "name one")
    certificate = Certificate.load(path)
    found = Confined(trust=trust).retrace(path, certificate, name)
    screen.result(_retraced(found), lambda: list(_lines(found)))


def _retraced(found: Retrace) -> dict[str, Any]:
    return {
        "finding": found.finding.model_dump(mode="json"),
        "same": found.same,
        "steps": [
            {
                "call": step.call.model_dump(mode="json"),
                "kind": step.outcome.kind,
                "value": step.outcome.value,
                "changes": [_change(change) for change in step.changes],
            }
            for step in found.steps
        ],
    }


def _lines(found: Retrace) -> Iterator[str]:
    from envfactory.verify import shown

    finding = found.finding
    yield f"{finding.place}: {finding.message}"
    if finding.scenario is not None:
        yield f"from the scenario {finding.scenario}"
    at = int(finding.place.rpartition(":")[2]) if found.code else 0
    for number, line in found.code:
        yield f"{'>' if number == at else ' '} {number:5} {line}"
    for step in found.steps:
        yield f"\n{shown(step.call)}"
        yield f"  {step.outcome.kind}: {step.outcome.text}"
        for change in step.changes:
            yield f"  {_change(change)}"
    for what, value in (("expected", finding.expected), ("found", finding.actual)):
        if value is not None:
            yield f"\n{what}: {value}"
    if found.same is not None:
        yield "\nthe same as in the certificate" if found.same else "\nnot what was found then"


def _change(change: Change) -> str:
    place = ".".join(str(part) for part in (change.table, change.key, change.field) if part)
    return f"{change.kind} {place}: {change.before!r} -> {change.after!r}"
