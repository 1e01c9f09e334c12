"""Descriptions: from markup of a source to one plain paragraph that an agent can read."""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

MAX_LENGTH = 300
"""Longest description kept, in characters; it is cut at the end of a sentence where one fits."""

_MAX_SOURCE = 20_000
_SENTENCE = 5
"""Words of a heading that may be a sentence."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCE = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_TAG = re.compile(
    r"</?(?:a|abbr|article|aside|b|big|blockquote|br|center|cite|code|col|dd|del|details|dfn|div|dl|"
    r"dt|em|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|script|section|small|"
    r"span|strike|strong|style|sub|summary|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|wbr|"
    r"security-definitions)(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
"""Elements of HTML; `<project>` stands for what callers give."""
_SPACED = re.compile(r"(?<=[\w)])[ \t]+(?=[.,;](?:\s|$))")
_MARK = re.compile(r"(\*\*|__|`+)")
_EMPHASIS = re.compile(r"(?<![\w*])[*_](?=\S)([^*_\n]{1,200}?)(?<=\S)[*_](?![\w*])")
_LINE_START = re.compile(r"^\s{0,8}(?:>+\s?|[-*+]\s+(?=\S))", re.MULTILINE)
_NEXT_ITEM = re.compile(r"(?<=[\w)\"'`])[ \t]*\n\s{0,8}[-*+•][ \t]+(?=[\w\"'`(])")
_NEXT_SENTENCE = re.compile(
    r"(?<=[\w)\"'`])[ \t]*(?:\n|<br\s*/?>)\s*(?=(?:The|This|These|You|Your|If|It|Note|"
    r"Please|See|For|Returns?|Use|When|Only|Defaults?|Requires?|Example|Format|Must)\b)"
)
"""Where a line ends that nothing but the next one ends: a sentence begins there."""
_HEADING = re.compile(
    r"^[ \t]{0,8}#{1,6}[ \t]*(?P<marked>[^\n]*?)[ \t#]*$"
    r"|^(?P<underlined>[^\n|]{1,80})\n(?:={3,}|-{3,})[ \t]*$"
    r"|<h[1-6][^<>]{0,200}>(?P<tagged>.{0,200}?)</h[1-6]>",
    re.MULTILINE | re.IGNORECASE,
)
_TABLE_ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_BLANK = re.compile(r"\n\s*\n|<br\s*/?>\s*<br\s*/?>|</?p\b[^<>]{0,200}>", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:[-=*_]{3,}|\|?[-:| ]{5,}\|?)\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!e\.g)(?<!\b[eE]g)(?<!i\.e)(?<!etc)(?<!\b[eE]x)(?<!\bvs)(?<!\bcf)"
    r"(?<!\bapprox)[.!?](?=\s|$)"
)


def plain(text: str, limit: int = MAX_LENGTH) -> str:
    """Return `text` as one paragraph without markup or control characters.

    Args:
        text: Markdown, HTML or plain text, as hostile as it likes.
        limit: The longest result in characters.
    """
    return _plain(text[: limit * 20], limit)


@lru_cache(maxsize=2048)
def _plain(text: str, limit: int) -> str:
    """Return a text without markup; rules read the texts of an operation many times."""
    result = ""
    parts = paragraphs(text)
    for paragraph in filter(None, _bodies(parts)):
        result = f"{ended(result)} {paragraph}" if result else paragraph
        if len(result) >= 40:
            break
    headings = [heading for heading, _ in parts if heading] if not result else []
    return cut(result or next(iter(headings), ""), limit)


def ended(paragraph: str) -> str:
    """Return a paragraph that does not run on into the next one."""
    return f"{paragraph}." if paragraph[-1].isalnum() or paragraph[-1] in ")\"'" else paragraph


def _bodies(parts: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the paragraphs; a heading that is a whole sentence is one, whatever its marks."""
    last = ""
    for heading, body in parts:
        if heading != last and heading.endswith(".") and len(heading.split()) >= _SENTENCE:
            yield heading
        last = heading
        yield body


def paragraphs(text: str) -> list[tuple[str, str]]:
    """Return the paragraphs of a text without markup, each with the heading that it stands under.

    A heading with nothing under it comes with an empty paragraph.

    Args:
        text: Markdown, HTML or plain text, as hostile as it likes; the rest beyond 20,000
            characters is left out.
    """
    text = text[:_MAX_SOURCE].replace("\r\n", "\n")
    text = _TABLE_ROW.sub("", _FENCE.sub(" ", _COMMENT.sub(" ", text)))
    found: list[tuple[str, str]] = []
    heading, end = "", 0
    for match in [*_HEADING.finditer(text), None]:
        part = text[end : match.start() if match else len(text)]
        bodies = [body for body in map(_unmarked, _BLANK.split(part)) if body]
        if heading and not bodies:
            bodies = [""]
        found += [(heading, body) for body in bodies]
        if match is not None:
            heading = _unmarked(next((group for group in match.groups() if group), ""))
            end = match.end()
    return found


def _unmarked(text: str) -> str:
    text = _NEXT_ITEM.sub("; ", _NEXT_SENTENCE.sub(". ", text))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _SPACED.sub("", html.unescape(_TAG.sub(" ", text)))
    text = _LINE_START.sub("", _RULE.sub("", text))
    return fold(_EMPHASIS.sub(r"\1", _MARK.sub("", text)))


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, each with what ends it."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    cuts = [0, *ends, len(text)]
    parts = [text[start:end].strip() for start, end in itertools.pairwise(cuts)]
    return [part for part in parts if part]


def fold(text: str) -> str:
    """Return `text` on one line: no control or format characters, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _mended(text)
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return " ".join(kept.split())


def _mended(text: str) -> str:
    """Return a text that was read in the wrong encoding as it was written: `Ï€` is `π`."""
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def cut(text: str, limit: int = MAX_LENGTH) -> str:
    """Shorten `text` to `limit` characters, at a sentence where possible, else at a word."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: limit + 1])]
    ends = [end for end in ends if text.count("(", 0, end) == text.count(")", 0, end)] or ends
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
