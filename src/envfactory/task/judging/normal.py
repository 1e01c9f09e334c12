"""`normal`: a text in the form in which texts are compared, however they were typed."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_DASHES = re.compile("[‐‑‒–—−]")


def normal(text: str) -> str:
    """Return a text in the form in which values are looked for: digits, quotes and dashes alike.

    Line ends stay.
    """
    text = re.sub(r"(?<=\d)[,\u00a0\u202f\u2009'’](?=\d{3}(?!\d))", "", text)
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = re.sub(r"\\(?=[^\w\s])", "", _DASHES.sub("-", text)).casefold()
    text = re.sub(r"(?<=\s)&(?=\s)", "and", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
