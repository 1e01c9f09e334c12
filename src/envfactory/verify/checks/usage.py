"""Whether what tools offer can be used: optional parameters, choices, declared refusals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from envfactory.verify.check import result
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.subject import Subject
from envfactory.verify.usage import Use

ENOUGH = 90
"""The share, in percent, of what tools offer that has to be used by some call."""

_PLURAL = {"parameter": "optional parameters", "choice": "choices", "refusal": "refusals"}


@dataclass(frozen=True)
class Usable:
    """Optional parameters and choices occur in successes, and declared refusals are met."""

    id: str = "usage"
    title: str = "What tools offer can be used"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Count what was used; the findings are what was not, whether or not it is too much."""
        usage = subject.usage
        offered = Counter(use.what for use in usage.offered)
        unused = usage.unused
        missing = Counter(use.what for use in unused)
        tried: dict[str, int] = {}
        for what, name in _PLURAL.items():
            tried[name] = offered[what]
            tried[f"{name} used"] = offered[what] - missing[what]
        of_tool = Counter(use.tool for use in usage.offered)
        left = Counter(use.tool for use in unused)
        details = [
            Detail(place=tool, counts={"offered": count, "used": count - left[tool]})
            for tool, count in of_tool.items()
        ]
        found = result(self, subject, tried, [_finding(use) for use in unused], details=details)
        enough = (len(usage.offered) - len(unused)) * 100 >= ENOUGH * len(usage.offered)
        return found.model_copy(update={"outcome": "passed" if enough else "failed"})


def _finding(use: Use) -> Finding:
    said = {
        "parameter": f"no call with the parameter {use} succeeded",
        "choice": f"no call with {use} succeeded",
        "refusal": f"no call was refused as {use}, which the tool declares",
    }
    return Finding(place=f"tool {use.tool}", message=said[use.what])
