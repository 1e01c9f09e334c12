"""Regular expressions in the dialect of Java, as Python understands them."""

from __future__ import annotations

import re
from typing import Final

_CLASS: Final = re.compile(r"\\p\{(\w+)\}|\\.|\[|\]")
_CLASSES: Final = {
    **dict.fromkeys(("L", "M", "Alpha", "Alnum", "IsAlphabetic"), r"\w"),
    **dict.fromkeys(("N", "Nd", "Digit"), r"\d"),
    **dict.fromkeys(("Z", "Zs", "Space"), r"\s"),
}
"""What Java calls some classes of characters; Python knows letters only together with digits."""
_RANGES: Final = {
    "S": r"$+<=>^`|~",
    "P": r"!-#%-*,-/:;?@\[-\]_{}",
    "Punct": r"!-/:-@\[-`{-~",
    "ASCII": r"\x00-\x7f",
    "Graph": r"!-~",
    "Print": r" -~",
}
"""Those that Python can say inside brackets only."""
_ASTRAL_IN_JAVA: Final = r"\uD800\uDC00-\uDBFF\uDFFF"
_ASTRAL: Final = r"\U00010000-\U0010ffff"


def python_pattern(pattern: str) -> str:
    """Return a pattern of Java with the classes of characters that Python knows.

    Classes that Python cannot say are left as they are, so that the pattern does not compile.
    """
    inside = False

    def translated(match: re.Match[str]) -> str:
        nonlocal inside
        if match[0] in ("[", "]"):
            inside = match[0] == "["
        known = {**_CLASSES, **_RANGES} if inside else _CLASSES
        return known.get(match[1], match[0])

    return _CLASS.sub(translated, pattern.replace(_ASTRAL_IN_JAVA, _ASTRAL))
