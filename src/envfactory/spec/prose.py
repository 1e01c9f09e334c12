"""Descriptions: from markup of a source to one plain paragraph that an agent can read."""

from __future__ import annotations

import html
import re
import unicodedata

MAX_LENGTH = 300
"""Longest description kept, in characters; it is cut at the end of a sentence where one fits."""

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>")
_MARK = re.compile(r"(\*\*|__|`+)")
_EMPHASIS = re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]{1,200}?)(?<=\S)[*_](?![\w*])")
_LINE_START = re.compile(r"^\s{0,8}(?:#{1,6}\s+|>+\s?|[-*+]\s+(?=\S))", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:[-=*_]{3,}|\|?[-:| ]{5,}\|?)\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!e\.g)(?<!i\.e)(?<!etc)[.!?](?=\s|$)")


def plain(text: str, limit: int = MAX_LENGTH) -> str:
    """Return `text` as one paragraph without markup or control characters.

    Args:
        text: Markdown, HTML or plain text, as hostile as it likes.
        limit: The longest result in characters.
    """
    text = text[: limit * 20]
    text = _FENCE.sub(" ", _COMMENT.sub(" ", text))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = html.unescape(_TAG.sub(" ", text))
    text = _LINE_START.sub("", _RULE.sub("", text))
    text = _EMPHASIS.sub(r"\1", _MARK.sub("", text))
    paragraphs = [fold(part) for part in re.split(r"\n\s*\n", text)]
    result = ""
    for paragraph in paragraphs:
        if paragraph:
            result = f"{result} {paragraph}" if result else paragraph
            if len(result) >= 40:
                break
    return cut(result, limit)


def fold(text: str) -> str:
    """Return `text` on one line: no control or format characters, single spaces."""
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return " ".join(kept.split())


def cut(text: str, limit: int = MAX_LENGTH) -> str:
    """Shorten `text` to `limit` characters, at a sentence where possible, else at a word."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: limit + 1])]
    if ends and ends[-1] >= limit // 4:
        return text[: ends[-1]]
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


def sentence(text: str) -> str:
    """Return `text` with a capital first and a full stop last."""
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…:;)" else text + "."


def article(noun: str) -> str:
    """Return `noun` with its indefinite article."""
    return f"an {noun}" if noun[:1] in "aeio" else f"a {noun}"
