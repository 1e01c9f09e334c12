"""What counts as a refusal of a foreign tool, and which stable code it gets.

Code from elsewhere says no in three ways: an error of the protocol, an exception raised on purpose,
and a value that says that there was an error. The code of a refusal follows from the kind of
exception, and else from the words of the message.
"""

from __future__ import annotations

import dis
import re
import traceback
from collections.abc import Collection
from typing import Final

from envfactory.environment.failure import ErrorCode, ToolFailure
from envfactory.environment.foreign.server import SdkToolError
from envfactory.errors import one_line
from envfactory.records import Json

_WORDS: Final[tuple[tuple[ErrorCode, str], ...]] = (
    (
        "not_found",
        r"not found|does ?n[o']t exist|do not exist|no such|unknown|could ?n[o']t find|"
        r"cannot find|did not (?:resolve|match)|no \w+ (?:with|found|named|for)|not exist|"
        r"enoent|missing file|not in the",
    ),
    (
        "permission_denied",
        r"permission|denied|not allowed|unauthori[sz]ed|forbidden|not logged in|authenticat|"
        r"outside (?:the )?allowed|credential",
    ),
    ("conflict", r"already|duplicate|conflict|in use|is taken|eexist"),
    (
        "invalid_argument",
        r"invalid|must (?:be|not|have|contain)|required|cannot be (?:empty|negative|none)|"
        r"should be|expected|validation error|malformed|not a valid|out of range|"
        r"too (?:long|short)",
    ),
)
_KINDS: Final[tuple[tuple[type[Exception], ErrorCode], ...]] = (
    (PermissionError, "permission_denied"),
    (FileExistsError, "conflict"),
    (FileNotFoundError, "not_found"),
    (LookupError, "not_found"),
    (TypeError, "invalid_argument"),
)
_NEVER: Final = (AssertionError, NotImplementedError, MemoryError, RecursionError)
_PREFIX: Final = re.compile(r"^Error (?:executing|calling) tool [^:]{1,200}: ")
"""What the SDK puts before the message of a refusal."""
_FAILED: Final = frozenset({"error", "failed", "failure"})


def refusal(message: str, default: ErrorCode = "failed_precondition") -> ToolFailure:
    """Return the failure that a message stands for; its code follows from its words."""
    text = one_line(_PREFIX.sub("", message)) or "refused without a reason"
    lowered = text.casefold()
    for code, words in _WORDS:
        if re.search(words, lowered):
            return ToolFailure(code, text)
    return ToolFailure(default, text)


def raised_on_purpose(error: Exception, files: Collection[str]) -> ToolFailure | None:
    """Return the refusal that an exception stands for; None if the code broke.

    An exception is a refusal if a `raise` statement of the environment's own code made it. The same
    `KeyError` from a dictionary, or a `TypeError` from a sum, was not meant for anybody.

    Args:
        error: What escaped a tool.
        files: The file names of the environment's own code.
    """
    if isinstance(error, _NEVER):
        return None
    if not isinstance(error, SdkToolError):
        frames = list(traceback.walk_tb(error.__traceback__))
        if not frames or frames[-1][0].f_code.co_filename not in files:
            return None
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is None or not _is_raise(trace.tb_frame.f_code.co_code, trace.tb_lasti):
            return None
    message = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    worded = refusal(message or type(error).__name__)
    if worded.code != "failed_precondition":
        return worded
    for kind, code in _KINDS:
        if isinstance(error, kind):
            return ToolFailure(code, worded.message)
    return worded


def said_to_have_failed(value: Json) -> ToolFailure | None:
    """Return the refusal that a value stands for: an object about an error and nothing else.

    `{"error": "..."}`, `{"success": false, "message": "..."}`, `{"status": "error", ...}`.
    """
    if not isinstance(value, dict) or len(value) > 4:
        return None
    message = next(
        (v for k in ("error", "message", "detail", "reason") if isinstance(v := value.get(k), str)),
        None,
    )
    if not message:
        return None
    negative = (
        value.get("success") is False
        or value.get("ok") is False
        or (isinstance(status := value.get("status"), str) and status.casefold() in _FAILED)
    )
    only = value.keys() <= {"error", "message", "detail", "code", "success", "status", "details"}
    told = isinstance(value.get("error"), str) and value.get("success") is not True
    return refusal(message) if only and (negative or told) else None


def _is_raise(code: bytes, at: int) -> bool:
    return 0 <= at < len(code) and code[at] == dis.opmap["RAISE_VARARGS"]
