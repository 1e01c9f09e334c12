"""Reading what a policy or a tool gave: arguments as objects, and only what can be written down."""

from __future__ import annotations

from pydantic_core import from_json

from envfactory.records import Json, Stored, canonical_json
from envfactory.trajectory.roles import MalformedReply, RequestedCall


def arguments_of(call: RequestedCall) -> dict[str, Json]:
    """Return a call's arguments as an object.

    Raises:
        MalformedReply: If they are text that is not a JSON object.
    """
    if not isinstance(call.arguments, str):
        return dict(call.arguments)
    try:
        read = from_json(call.arguments, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedReply(
            f"arguments of {call.name} are not JSON: {error}", call.arguments
        ) from error
    if not isinstance(read, dict):
        raise MalformedReply(
            f"arguments of {call.name} are not a JSON object but {type(read).__name__}",
            call.arguments,
        )
    return read


def check_recordable(record: Stored) -> None:
    """Refuse what could not be read back from a file of trajectories.

    Raises:
        ValueError: If a text holds half a character (a lone surrogate), or a value is nested deeper
            than JSON readers go.
    """
    line = canonical_json(record.model_dump())  # in JSON mode pydantic would mend a broken key
    from_json(b"[" * 16 + line + b"]" * 16)  # a record lies within others, and so do results
