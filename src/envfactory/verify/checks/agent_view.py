"""What an agent gets to see: names that can be told apart, and results of a size it can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envfactory.environment import ToolSpec
from envfactory.verify.check import result
from envfactory.verify.model import CheckResult, Detail, Finding, Severity
from envfactory.verify.subject import Subject

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Names that every provider of models takes for a tool."""

LONG_RESULT = 20_000
"""Characters of a result, as JSON, beyond which it crowds out the rest of a conversation."""

LONG_DESCRIPTION = 1_024
MANY_PARAMETERS = 20
MANY_TOOLS = 128


@dataclass(frozen=True)
class Names:
    """Tools can be called by their names, and told apart by what is said of them."""

    id: str = "names"
    title: str = "Tools can be told apart"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Compare names and descriptions."""
        findings = [
            Finding(place=f"tool {tool.name}", message="its name is none that models can call")
            for tool in subject.tools
            if not NAME.fullmatch(tool.name)
        ]
        for one, other in _same(subject.tools):
            message = f"has the name, the parameters or the description of {other}, but for case"
            findings.append(Finding(place=f"tool {one}", message=message))
        return result(self, subject, {"tools": len(subject.tools)}, findings)


def _same(tools: Sequence[ToolSpec]) -> Iterator[tuple[str, str]]:
    """Yield tools that an agent cannot tell apart from an earlier one."""
    names: dict[str, str] = {}
    seen: dict[tuple[str, frozenset[str]], str] = {}
    for tool in tools:
        name = re.sub(r"[\W_]+", "", tool.name).casefold()
        parameters = frozenset(_parameters(tool))
        said = re.sub(r"[\W_]+", " ", tool.description).strip().casefold(), parameters
        other = names.setdefault(name, tool.name)
        if other == tool.name and said[0]:
            other = seen.setdefault(said, tool.name)
        if other != tool.name:
            yield tool.name, other


@dataclass(frozen=True)
class AgentView:
    """Reports sizes; nothing is held against a package for them."""

    id: str = "agent_view"
    title: str = "What an agent reads is of a size that it can live with"
    severity: Severity = "note"

    def run(self, subject: Subject) -> CheckResult:
        """Measure parameters, descriptions, and the largest value that any call returned."""
        longest: dict[str, int] = {}
        for episode in subject.exploration.recorded:
            for step in episode.steps:
                if step.outcome.ok:
                    longest[step.tool] = max(longest.get(step.tool, 0), len(step.outcome.text))
        details = [
            Detail(
                place=tool.name,
                counts={
                    "parameters": len(_parameters(tool)),
                    "characters of the description": len(tool.description),
                    "characters of the longest result": longest.get(tool.name, 0),
                },
            )
            for tool in subject.tools
        ]
        findings = [
            Finding(place=f"tool {detail.place}", message=message)
            for detail in details
            for message in _too_much(*detail.counts.values())
        ]
        if len(subject.tools) > MANY_TOOLS:
            findings.append(
                Finding(place="package", message=f"{len(subject.tools)} tools are many to choose")
            )
        tried = {
            "tools": len(subject.tools),
            "most parameters": max((d.counts["parameters"] for d in details), default=0),
            "longest result, characters": max(longest.values(), default=0),
        }
        return result(self, subject, tried, findings, details=details)


def _too_much(parameters: int, description: int, longest: int) -> Iterator[str]:
    if parameters > MANY_PARAMETERS:
        yield f"takes {parameters} parameters"
    if description > LONG_DESCRIPTION:
        yield f"is described in {description} characters"
    if longest > LONG_RESULT:
        yield f"returned {longest} characters at once; let it return pages"


def _parameters(tool: ToolSpec) -> list[str]:
    properties = tool.input_schema.get("properties", {})
    return list(properties) if isinstance(properties, dict) else []
