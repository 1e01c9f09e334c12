"""Turning text and values into Python source that means exactly that text and those values.

Whatever a description holds (quotes, backslashes, newlines, braces, control characters), it reaches
generated code only through the functions below, so it can never end a literal or start a statement.
"""

from __future__ import annotations

import re
import textwrap

import docstring_parser

from envfactory.records import Json

LINE_LENGTH = 100
"""Columns of generated code, docstrings included."""

SECTIONS = ("Args:", "Returns:", "Raises:")
"""Lines that start a section of a docstring."""

_LIST_ITEM = re.compile(r"^([-*+•]|\d{1,3}[.)])\s+\S")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(`'\"])")


def literal(value: Json) -> str:
    """Return the expression for a JSON value."""
    return repr(value)


def string(text: str, width: int = 80) -> str:
    """Return the expression for `text`, split at spaces into adjacent literals of about `width`."""
    if len(text) <= width:
        return repr(text)
    pieces, piece = [], ""
    for word in re.split(r"(?<= )(?! )", text):
        if piece and len(piece) + len(word) > width:
            pieces.append(piece)
            piece = ""
        piece += word
    return "\n".join(repr(part) for part in [*pieces, piece])


def regex(pattern: str) -> str:
    """Return the expression for a regular expression, raw where that says the same."""
    if "\\" in pattern and pattern.isprintable() and '"' not in pattern and pattern[-1] != "\\":
        return f'r"{pattern}"'
    return repr(pattern)


def template(*parts: str | tuple[str]) -> str:
    """Return an f-string: plain parts stand for themselves, one-tuples hold an expression."""
    content = "".join(
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else f"{{{part[0]}}}"
        for part in parts
    )
    return ("f" if any(isinstance(part, tuple) for part in parts) else "") + repr(content)


def fold(text: str) -> str:
    """Return `text` on one line, every run of white space as one space."""
    return " ".join(text.split())


def docstring(text: str, indent: int = 4, section: str = "") -> str:
    """Return `text` as a docstring: a summary line, then wrapped paragraphs and list items.

    White space is folded, nothing else is changed: splitting the docstring's value at white space
    gives the words of `text`.

    Args:
        text: What to say; not empty.
        indent: Columns that the docstring will be indented by.
        section: What follows the text after an empty line, as `Raises:` does; plain lines.
    """
    blocks = _blocks(text)
    width = LINE_LENGTH - indent
    end = f"\n\n{_laid_out(section, width)}\n" if section else ""
    if len(blocks) == 1 and len(_escape(blocks[0])) + 6 <= width:
        return f'"""{_escape(blocks[0])}{end}"""'
    lines = _summarise(blocks, width)
    if not _is_prose("\n".join(lines)):
        # A line of the description looks like a section ("Returns:"), and would not be read.
        return f'"""{_escape(fold(text))}{end}"""'
    return '"""' + "\n".join(_escape(line) for line in lines) + (end or "\n") + '"""'


def _laid_out(section: str, width: int) -> str:
    """Wrap the items of a section, each of which is one indented line."""
    head, *items = section.splitlines()
    wrapped = [
        textwrap.fill(
            _escape(item.strip()), width, initial_indent="    ", subsequent_indent=" " * 8
        )
        for item in items
    ]
    return "\n".join([head, *wrapped])


def _is_prose(text: str) -> bool:
    """Return whether a reader of docstrings takes all of `text` as the description."""
    if any(line in SECTIONS for line in text.splitlines()):
        return False
    try:
        return not docstring_parser.parse(text).meta
    except IndexError:  # what the reader raises for lines such as ": : x"
        return False


def indent(source: str, levels: int = 1) -> str:
    """Indent generated source by four columns a level."""
    return textwrap.indent(source, "    " * levels)


def _blocks(text: str) -> list[str]:
    """Split into paragraphs and list items, each folded to one line."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        words = line.split()
        if not words:
            blocks.append([])
        elif _LIST_ITEM.match(line.strip()):
            blocks.append(words)
        else:
            blocks[-1].extend(words)
    return [" ".join(block) for block in blocks if block]


def _summarise(blocks: list[str], width: int) -> list[str]:
    """Lay blocks out as lines, the first sentence on a line of its own where it fits."""
    first, *rest = blocks
    sentence, *remainder = _SENTENCE_END.split(first, maxsplit=1)
    if remainder and len(sentence) <= width - 3 and not _LIST_ITEM.match(first):
        blocks = [sentence, *remainder, *rest]
    lines: list[str] = []
    previous = ""
    for block in blocks:
        item = _LIST_ITEM.match(block)
        if lines and not (item and _LIST_ITEM.match(previous)):
            lines.append("")
        hanging = " " * len(block.split(maxsplit=1)[0] + " ") if item else ""
        lines += textwrap.wrap(
            block,
            width - 3,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        previous = block
    return lines


def _escape(line: str) -> str:
    """Escape what could end the docstring, and what does not print."""
    escaped = "".join(
        "\\\\" if c == "\\" else c if c.isprintable() else c.encode("unicode_escape").decode()
        for c in line
    )
    return re.sub(r'"(?="|$)', r'\\"', escaped)
