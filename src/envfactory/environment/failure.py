"""How a tool says no: one exception per stable code, and the typed result of a call.

A `ToolError` is part of a tool's contract, raised by its body or by the tables it uses. Anything
else that escapes a body is an `EnvironmentFault` (see `envfactory.errors`): the environment is
broken, and the call has no result at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from envfactory.records import Json, canonical_json

ErrorCode = Literal[
    "invalid_argument",
    "not_found",
    "conflict",
    "failed_precondition",
    "permission_denied",
    "unknown_tool",
    "unavailable",
]
"""What kind of refusal it is.

`unknown_tool` and `unavailable` come from what stands between a caller and the tools and never from
a body: `unavailable` says that the call did not get through, that nothing changed, and that the
same call may succeed when it is made again.
"""


class ToolError(Exception):
    """A tool refuses a call; the state stays as it was. Raise one of the subclasses."""

    code: ClassVar[ErrorCode]


class InvalidArgument(ToolError):
    """An argument is malformed or outside what is allowed, whatever the state is."""

    code = "invalid_argument"


class NotFound(ToolError):
    """No record has that key."""

    code = "not_found"


class Conflict(ToolError):
    """The call clashes with what the state already holds (a duplicate, a repeated change)."""

    code = "conflict"


class FailedPrecondition(ToolError):
    """The state does not allow this now, though it might later."""

    code = "failed_precondition"


class PermissionDenied(ToolError):
    """The caller may not do this."""

    code = "permission_denied"


@dataclass(frozen=True, slots=True)
class ToolFailure:
    """Why a call was refused."""

    code: ErrorCode
    message: str

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed when it is made again, all else being equal."""
        return self.code == "unavailable"


@dataclass(slots=True)
class ToolResult:
    """What a call came to: a JSON value, or the reason for the refusal."""

    value: Json = None
    error: ToolFailure | None = None

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.error is None

    def to_json(self) -> Json:
        """Return what the agent is shown: the value, or an object with the error."""
        if self.error is None:
            return self.value
        return {"error": {"code": self.error.code, "message": self.error.message}}

    def to_text(self) -> str:
        """Return `to_json` as text, the content of a tool message."""
        return canonical_json(self.to_json()).decode()
