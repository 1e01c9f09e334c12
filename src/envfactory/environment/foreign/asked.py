"""What a caller asked of a foreign tool: an unknown tool, no JSON, or plain arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic_core import PydanticSerializationError, from_json, to_json

from envfactory.environment.failure import ToolFailure
from envfactory.environment.tool import MAX_ARGUMENT_BYTES, ToolSpec
from envfactory.errors import one_line
from envfactory.records import Json


def plain_arguments(
    tools: Iterable[ToolSpec], name: str, arguments: Mapping[str, object] | None
) -> dict[str, Json] | ToolFailure:
    """Return the arguments of a call as JSON of their own, or why there is no such call."""
    known = [tool.name for tool in tools]
    if name not in known:
        listed = one_line(", ".join(known), 300)
        return ToolFailure("unknown_tool", f"no tool {name!r:.80}; the tools are {listed}")
    if arguments is None:
        return {}
    if not isinstance(arguments, Mapping):
        kind = type(arguments).__name__
        return ToolFailure(
            "invalid_argument", f"arguments must be an object of named values, not {kind}"
        )
    try:
        text = to_json(dict(arguments), inf_nan_mode="constants")
        plain = from_json(text, allow_inf_nan=False)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        problem = one_line(str(error), 200)
        return ToolFailure("invalid_argument", f"arguments are not JSON: {problem}")
    if len(text) > MAX_ARGUMENT_BYTES:
        return ToolFailure(
            "invalid_argument",
            f"arguments are {len(text)} bytes of JSON; at most {MAX_ARGUMENT_BYTES} are allowed",
        )
    found: dict[str, Json] = plain
    return found
