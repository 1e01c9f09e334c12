"""Documentation that is written in HTML, as plain text of a bounded length."""

from __future__ import annotations

import html
import re
from typing import Final

_MOST_READ: Final = 20_000
"""How much of a text is looked at, in characters; what is kept is far shorter."""

_HIDDEN: Final = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.S | re.I)
_BREAK: Final = re.compile(r"</?(?:p|br|li|ul|ol|dl|dt|dd|div|note|h[1-6]|tr|table)\b[^<>]*>", re.I)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s)")


def plain_text(markup: str, limit: int) -> str:
    """Return `markup` as one line without tags, of at most `limit` characters.

    What is too long ends with the last whole sentence that fits, or else with the last whole word
    and an ellipsis.
    """
    text = _HIDDEN.sub(" ", markup[:_MOST_READ])
    text = _TAG.sub("", _BREAK.sub(" ", text))
    return cut_at_sentence(" ".join(html.unescape(text).split()), limit)


def cut_at_sentence(text: str, limit: int) -> str:
    """Return the whole sentences of `text` that fit into `limit` characters."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit + 1)]
    if ends:
        return text[: ends[-1]]
    words = text[:limit].rpartition(" ")[0] or text[: limit - 1]
    return words.rstrip(" ,;:") + "…"
