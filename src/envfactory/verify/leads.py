"""Leads: sequences that were found elsewhere, made again here, and held against the package.

A certificate has to come out the same for everybody. So it does not matter how a sequence was
found, and nothing of that is believed: its calls are made, the question of its check is asked about
the last one, and calls that are not needed are left out. What shows nothing is no finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from envfactory.errors import InputError
from envfactory.verify.check import MAX_FINDINGS, call
from envfactory.verify.explore import shorten
from envfactory.verify.ground import Ground
from envfactory.verify.model import CheckResult, Finding, Lead
from envfactory.verify.questions import QUESTIONS, ask
from envfactory.verify.retrace import arguments_of


def lead_of(check: str, scenario: str, made: Sequence[tuple[str, Any]]) -> Lead:
    """Return the lead that calls are."""
    return Lead(check=check, scenario=scenario, calls=tuple(call(*one) for one in made))


def judged(ground: Ground, lead: Lead) -> tuple[Lead, Finding] | None:
    """Make the calls of a lead again; None if they show nothing.

    Returns:
        The lead with no more calls than it needs, and what it shows. O(calls^2) calls.
    """
    if lead.check not in QUESTIONS or lead.scenario not in ground.starts or not lead.calls:
        return None
    try:
        made = [(one.tool, arguments_of(one)) for one in lead.calls]
    except InputError:
        return None
    first = ask(ground, lead.check, lead.scenario, made)
    if first is None:
        return None
    subject = _about(lead.check, first)

    def still(fewer: Sequence[tuple[str, Any]]) -> bool:
        found = ask(ground, lead.check, lead.scenario, fewer)
        return found is not None and _about(lead.check, found) == subject

    kept = shorten(made, still)
    finding = first if len(kept) == len(made) else ask(ground, lead.check, lead.scenario, kept)
    assert finding is not None
    return lead_of(lead.check, lead.scenario, kept), finding


def with_leads(
    result: CheckResult, ground: Ground, leads: Sequence[Lead]
) -> tuple[CheckResult, list[Lead]]:
    """Return what a check came to, leads included, and those that show what it had not found."""
    known = {_about(result.id, finding) for finding in result.findings}
    held: list[Lead] = []
    more: list[Finding] = []
    for lead in leads:
        shown = judged(ground, lead) if lead.check == result.id else None
        if shown is None or _about(result.id, shown[1]) in known:
            continue
        known.add(_about(result.id, shown[1]))
        held.append(shown[0])
        more.append(shown[1])
    if not more:
        return result, held
    findings = sorted((*result.findings, *more), key=lambda finding: len(finding.calls))
    left_out = result.left_out + max(len(findings) - MAX_FINDINGS, 0)
    update = {
        "outcome": "failed",
        "findings": tuple(findings[:MAX_FINDINGS]),
        "left_out": left_out,
    }
    return result.model_copy(update=update), held


def _about(check: str, finding: Finding) -> tuple[str, str]:
    """Return what makes a finding another one: its tool, and of laws the law."""
    law = finding.expected if check == "behaviour" else ""
    return finding.place, law if isinstance(law, str) else ""
