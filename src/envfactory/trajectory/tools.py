"""What an agent is told about the tools: the one place where schemas are made fit for its eyes.

The kernel's schemas carry `x-` annotations that say which entity a value identifies. They are for
the graph and the grounding of tasks; an agent that saw them would be told what it has to find out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import cast

from envfactory.environment import ToolSpec
from envfactory.environment.tool import JsonSchema
from envfactory.records import Json
from envfactory.task.model import Task

MAX_NAME = 64
"""Longest name of a function that OpenAI-compatible interfaces accept."""

_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LITERAL = ("enum", "const", "default", "examples", "required", "dependentRequired", "type")


def is_reserved(spec: ToolSpec, task: Task) -> bool:
    """Return whether a tool is the user's own in a task, so that the agent cannot call it."""
    return spec.actor == "user" or spec.name in task.user_tools


def offered_tools(specs: Iterable[ToolSpec], task: Task) -> tuple[ToolSpec, ...]:
    """Return the tools that an agent is offered in a task, with schemas as it sees them."""
    return agent_tools((spec for spec in specs if not is_reserved(spec, task)), task.hidden_tools)


def agent_tools(specs: Iterable[ToolSpec], hidden: Collection[str] = ()) -> tuple[ToolSpec, ...]:
    """Return the tools that an agent may call, with schemas as it sees them.

    Args:
        specs: All tools of the environments.
        hidden: The names of those that a task does not offer.
    """
    return tuple(
        replace(
            spec,
            input_schema=without_annotations(spec.input_schema),
            output_schema=without_annotations(spec.output_schema),
        )
        for spec in specs
        if spec.actor == "agent" and spec.name not in hidden
    )


def function_tool(spec: ToolSpec) -> dict[str, Json]:
    """Return a tool in the OpenAI function format."""
    return {
        "type": "function",
        "function": {
            "name": spec.name,
            "description": spec.description,
            "parameters": without_annotations(spec.input_schema),
        },
    }


def without_annotations(schema: JsonSchema) -> JsonSchema:
    """Return a JSON Schema without its `x-` keywords; what they look like elsewhere stays.

    A property may be named `x-anything`, and values under `enum`, `default` and the like are data.
    """
    return cast(JsonSchema, _stripped(schema))


def _stripped(node: Json) -> Json:
    if isinstance(node, list):
        return [_stripped(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Json] = {}
    for key, value in node.items():
        if key in _LITERAL:
            kept[key] = value
        elif key in _NAMED and isinstance(value, dict):
            kept[key] = {name: _stripped(schema) for name, schema in value.items()}
        elif not key.startswith("x-"):
            kept[key] = _stripped(value)
    return kept
