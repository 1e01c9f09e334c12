"""Whether an agent is told what each tool and each parameter is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from envfactory.environment import ToolSpec
from envfactory.verify.check import result
from envfactory.verify.model import CheckResult, Finding, Severity
from envfactory.verify.subject import Subject


@dataclass(frozen=True)
class Descriptions:
    """Every tool and parameter has a description; a parameter's says more than its name."""

    id: str = "descriptions"
    title: str = "Tools and parameters are described"
    severity: Severity = "should"

    def run(self, subject: Subject) -> CheckResult:
        """Read the schemas."""
        findings = [
            Finding(place=place, message=message)
            for tool in subject.tools
            for place, message in _missing(tool)
        ]
        parameters = sum(len(_properties(tool)) for tool in subject.tools)
        tried = {"tools": len(subject.tools), "parameters": parameters}
        return result(self, subject, tried, findings)


def _missing(tool: ToolSpec) -> Iterator[tuple[str, str]]:
    place = f"tool {tool.name}"
    if not tool.description.strip():
        yield place, "has no description; write a docstring that says what it does"
    for name, schema in _properties(tool).items():
        if _says_nothing(schema.get("description", ""), name):
            yield (
                place,
                f'parameter {name} has no description of its own: Annotated[..., "what it is"]',
            )


def _properties(tool: ToolSpec) -> dict[str, Any]:
    properties = tool.input_schema.get("properties", {})
    return properties if isinstance(properties, dict) else {}


def _says_nothing(text: str, name: str) -> bool:
    """Whether a description is empty or repeats the name, underscores or not."""
    words = re.sub(r"[\W_]+", " ", text).strip().casefold()
    return words in ("", re.sub(r"_+", " ", name).strip().casefold())
