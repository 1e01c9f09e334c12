"""`outside`: the parts of a text that may be reworded, apart from values that must stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

QUOTATION_MARKS = ("‘’", "“”", '""', "''")
QUOTED = r"‘[^’]*’|“[^”]*”|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"


def quoted(text: str, marks: str) -> str:
    """Return a text in quotation marks, in others than those where it contains them."""
    if set(marks) & set(text):
        marks = next((other for other in QUOTATION_MARKS if not set(other) & set(text)), marks)
    return f"{marks[0]}{text}{marks[1]}"


def outside(text: str, kept: Iterable[str], change: Callable[[str], str]) -> str:
    """Return a text with everything changed but quotations and certain words.

    Args:
        text: Any text.
        kept: What stays as it is wherever it stands: values, names.
        change: Gets each stretch in between.
    """
    words = sorted({word for word in kept if word}, key=lambda word: (-len(word), word))
    pattern = "|".join([*(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), QUOTED])
    done, end = [], 0
    for match in re.finditer(pattern, text):
        done += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*done, change(text[end:])])
