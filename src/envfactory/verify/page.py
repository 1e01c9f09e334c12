"""`html_report`: a certificate as a web page in one file, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

import orjson

from envfactory.records import Json
from envfactory.verify.model import Call, Certificate, CheckResult, Detail, Evidence, Finding, Hunt
from envfactory.webpage import code, document, facts, table

_SEVERITY: Final = {"must": "must pass", "should": "should pass", "note": "for information"}
_OUTCOME: Final = {"not_run": "not run", "not_applicable": "does not apply", "trouble": "broke"}


def html_report(certificates: Sequence[Certificate]) -> str:
    """Return one page that shows certificates one after the other."""
    title = certificates[0].package if len(certificates) == 1 else "Certificates"
    body = "\n".join(_certificate(certificate) for certificate in certificates)
    return document(title, body)


def hunted(hunt: Hunt) -> str:
    """Return what a hunt came to, as a sentence."""
    if hunt.stopped:
        return f"nothing was hunted: {hunt.stopped}"
    tried = f"{hunt.examples} sequences were hunted"
    if not hunt.reported:
        return f"{tried}, and nothing was found"
    return (
        f"{tried}, and {hunt.reported} failures reported; {len(hunt.leads)} of them show what no "
        "check had found, and come out the same when their calls are made again"
    )


def _certificate(certificate: Certificate) -> str:
    parts = [
        f"<h1>{escape(certificate.package)}</h1>",
        f'<p class="lead"><span class="level {certificate.level}">{certificate.level}</span> '
        f"{escape(why(certificate))}</p>",
        _facts(certificate),
        "<h2>Checks</h2>",
        *map(_check, certificate.results),
        _survivors(certificate),
        _laws(certificate),
        _coverage(certificate),
        _scenarios(certificate),
        "<h2>About this certificate</h2>",
        table(
            (),
            [
                ("content hash of the package", code(certificate.identity)),
                ("version of the checks", str(certificate.checks_version)),
                ("seed", str(certificate.seed)),
                ("effort, in nominal seconds", str(certificate.effort)),
                *([("hunt", hunted(certificate.hunt))] if certificate.hunt is not None else []),
                ("to make it again", code(_command(certificate, ""))),
                ("to test a sample of it", code(_command(certificate, " --check"))),
                ("to test all of it", code(_command(certificate, " --check --all"))),
            ],
        ),
    ]
    return "\n".join(part for part in parts if part)


def why(certificate: Certificate) -> str:
    """Return a sentence that says how a certificate comes to its level."""
    by_name = {
        severity: [r for r in certificate.results if r.severity == severity and not r.clear]
        for severity in ("must", "should")
    }
    titles = {name: "; ".join(r.title for r in results) for name, results in by_name.items()}
    match certificate.level:
        case "failed":
            return f"What must hold does not: {titles['must']}."
        case "undecided":
            return f"No fault was found, but not everything could be tried: {titles['must']}."
        case "strong":
            return "Everything that must hold and that should hold was tried, and holds."
        case _ if by_name["should"]:
            return f"Everything that must hold holds; what should and does not: {titles['should']}."
        case _:
            return "Everything that must hold holds; seeded faults and coverage were not tried."


def share(certificate: Certificate, check: str, part: str, whole: str) -> float | None:
    """Return what percentage a check counted, or None where it did not."""
    for result in certificate.results:
        if result.id == check and result.tried.get(whole):
            return 100 * result.tried.get(part, 0) / result.tried[whole]
    return None


def _facts(certificate: Certificate) -> str:
    calls = sum(
        n for r in certificate.results for name, n in r.tried.items() if name.endswith("calls")
    )
    mutants = share(certificate, "mutants", "caught", "tried")
    branches = share(certificate, "coverage", "branches taken", "branches")
    lines = share(certificate, "coverage", "lines run", "lines")
    return facts(
        {
            "tools": certificate.summary.get("tools"),
            "scenarios": certificate.summary.get("scenarios"),
            "checks passed": certificate.summary.get("passed"),
            "findings": certificate.summary.get("findings"),
            "calls looked at": calls,
            "seeded faults caught": None if mutants is None else f"{mutants:.0f}%",
            "branches taken": None if branches is None else f"{branches:.0f}%",
            "lines run": None if lines is None else f"{lines:.0f}%",
        }
    )


def _check(result: CheckResult) -> str:
    outcome, style = _OUTCOME.get(result.outcome, result.outcome), result.outcome
    if result.severity == "note" and result.findings:
        outcome, style = "noted", "not_run"
    opened = " open" if result.findings and result.severity != "note" else ""
    tried = ", ".join(f"{count} {escape(name)}" for name, count in result.tried.items())
    shown = "" if result.id == "mutants" else "".join(map(_finding, result.findings))
    more = f"<p>and {result.left_out} more</p>" if result.left_out else ""
    evidence = "".join(map(_evidence, result.evidence))
    if evidence:
        evidence = f"<p>Shown to work:</p><ul>{evidence}</ul>"
    return (
        f'<details{opened}><summary><span class="{style}">{outcome}</span> '
        f'{escape(result.title)} <span class="quiet">({code(result.id)}, '
        f"{_SEVERITY[result.severity]})</span></summary>"
        f'<p class="quiet">Tried: {tried or "nothing"}.</p>{shown}{more}{evidence}</details>'
    )


def _finding(finding: Finding) -> str:
    rows = []
    if finding.expected is not None:
        rows.append(("expected", _value(finding.expected)))
    if finding.actual is not None:
        rows.append(("found", _value(finding.actual)))
    return (
        f"<p><strong>{escape(finding.place)}</strong>: {escape(finding.message)}</p>"
        f"{_sequence(finding.scenario, finding.calls)}{table((), rows) if rows else ''}"
        f'<p class="quiet">{code(finding.replay)}</p>'
    )


def _sequence(scenario: str | None, calls: Sequence[Call]) -> str:
    if not calls:
        return ""
    lines = "\n".join(escape(shown(call)) for call in calls)
    start = f"# from the scenario {scenario}" if scenario else "# from an empty state"
    return f"<pre>{escape(start)}\n{lines}</pre>"


def _evidence(evidence: Evidence) -> str:
    calls = " → ".join(code(shown(call)) for call in evidence.calls)
    return f"<li>{escape(evidence.place)}: {calls}</li>"


def shown(call: Call) -> str:
    """Return a call as a line of Python."""
    if call.python is None and isinstance(call.arguments, dict):
        inner = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
        return f"{call.tool}({inner})"
    return f"{call.tool}(**{call.python if call.python is not None else call.arguments!r})"


def _survivors(certificate: Certificate) -> str:
    result = _result(certificate, "mutants")
    if result is None or not result.tried:
        return ""
    rows = [
        (escape(d.place), str(d.counts.get("tried", 0)), str(d.counts.get("caught", 0)))
        for d in result.details
    ]
    diffs = [
        f"<li>{escape(f.place)}, {escape(f.message.partition(':')[0])}<pre>"
        f'<span class="minus">- {escape(str(f.expected))}</span>\n'
        f'<span class="plus">+ {escape(str(f.actual or "(left out)"))}</span></pre></li>'
        for f in result.findings
    ]
    told = f"<p>Not noticed:</p><ul>{''.join(diffs)}</ul>" if diffs else "<p>All were noticed.</p>"
    return (
        "<h2>Seeded faults</h2><p>Each is a small mistake written into the code, to see whether "
        f"the checks notice it.</p>{table(('kind', 'tried', 'caught'), rows)}{told}"
    )


def _laws(certificate: Certificate) -> str:
    result = _result(certificate, "behaviour")
    if result is None or not result.details:
        return ""
    items = []
    for tool, details in groupby(result.details, key=lambda detail: detail.place):
        laws = "; ".join(
            f"{escape(d.says)} <span class='quiet'>({d.counts.get('judged', 0)}×)</span>"
            for d in details
        )
        items.append(f"<li>{code(tool)} {laws}</li>")
    return (
        "<h2>What each tool is held to</h2><p>Sentences that follow from the specification, and "
        f"how many calls were judged by each.</p><ul>{''.join(items)}</ul>"
    )


def _coverage(certificate: Certificate) -> str:
    result = _result(certificate, "coverage")
    if result is None or not result.details:
        return ""
    rows = [
        (
            code(d.place),
            f"{d.counts['lines run']} of {d.counts['lines']}",
            f"{d.counts['branches taken']} of {d.counts['branches']}",
        )
        for d in result.details
    ]
    return f"<h2>Coverage</h2>{table(('method', 'lines run', 'branches taken'), rows)}"


def _scenarios(certificate: Certificate) -> str:
    result = _result(certificate, "scenarios")
    if result is None or not result.details:
        return ""
    tables = list(dict.fromkeys(_tables(result.details)))
    rows = [(code(name), *(str(d.counts.get(name, 0)) for d in result.details)) for name in tables]
    head = ("rows in", *(escape(d.place) for d in result.details))
    return f"<h2>Scenarios</h2>{table(head, rows)}"


def _tables(details: Sequence[Detail]) -> Iterator[str]:
    for detail in details:
        yield from detail.counts


def _result(certificate: Certificate, check: str) -> CheckResult | None:
    return next((result for result in certificate.results if result.id == check), None)


def _command(certificate: Certificate, options: str) -> str:
    name = certificate.package or "PACKAGE"
    seed = f" --seed {certificate.seed}" if certificate.seed and not options else ""
    return f"envfactory verify {name}{options}{seed}"


def _value(value: Json) -> str:
    if isinstance(value, str):
        return escape(value)
    return f"<pre>{escape(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())}</pre>"
