"""Routes: what a path says, as the kinds of records it walks through and what it ends with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from envfactory.spec.words.credential import is_credential, is_form
from envfactory.spec.words.name import Nouns, word_list, word_set, words
from envfactory.spec.words.way import without_ways

_VERSION = re.compile(r"^v?\d+([._-]\d+)*$|^v\d+[a-z0-9.]*$|^\d{4}-\d{2}(-\d{2})?$")
_PREFIXES = word_set("api apis rest restapi rest-api public service ws json")
_LOOKED_UP = word_set("url name path slug email username code id key domain handle title")
_SUFFIX = re.compile(r"\.(json|xml|php|aspx|ashx|do|jsonp)$")
_PARAMETER = re.compile(r"\{([^{}]*)\}")

_VERBS_BY_KIND = {
    "list": "list all index browse",
    "get": "get info show read retrieve fetch details detail view",
    "create": "create add new insert register",
    "update": "update edit modify change save patch",
    "delete": "delete remove destroy",
    "search": "search find query lookup filter",
}
CRUD_VERBS = {verb: kind for kind, verbs in _VERBS_BY_KIND.items() for verb in word_list(verbs)}
"""First words of a path segment that say what an operation does, to the kind of operation."""


@dataclass(frozen=True)
class Step:
    """One kind of record on the way, and the parameters that pick one of them."""

    segment: str
    noun: tuple[str, ...]
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """A path, read.

    Attributes:
        context: Parameters before the first step.
        verb: The kind of operation that the last segment names (see `CRUD_VERBS`), or ''.
        verb_words: The words of that segment.
        tail: Parameters behind the verb.
    """

    context: tuple[str, ...]
    steps: tuple[Step, ...]
    verb: str = ""
    verb_words: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()

    @property
    def nouns(self) -> tuple[tuple[str, ...], ...]:
        """The kinds of records on the way: what identifies the resource."""
        return tuple(step.noun for step in self.steps)

    @property
    def on_item(self) -> bool:
        """Whether the last step picks one record."""
        return bool(self.steps) and bool(self.steps[-1].parameters)


class Router:
    """Reads the paths of one API; `paths` are all of them, for what they share."""

    def __init__(self, paths: Iterable[str], nouns: Nouns) -> None:
        self._nouns = nouns
        self._shared = _shared_prefix([_segments(path) for path in paths])

    def shared(self, path: str) -> tuple[str, ...]:
        """Return the leading segments of `path` that all paths have, and that name nothing."""
        segments = _segments(path)
        return tuple(segments[: min(self._shared, max(len(segments) - 1, 0))])

    def route(self, path: str) -> Route:
        """Return what `path` says."""
        segments = _segments(path)
        segments = segments[min(self._shared, max(len(segments) - 1, 0)) :]
        while len(segments) > 1 and _is_prefix(segments[0]) and "{" not in segments[1]:
            segments = segments[1:]
        context: list[str] = []
        steps: list[Step] = []
        verb, verb_words, tail = "", (), []  # type: tuple[str, tuple[str, ...], list[str]]
        pieces = [piece for segment in segments for piece in _pieces(segment)]
        pieces = [piece for piece in pieces if not _is_for_transport(piece, segments)]
        pieces = without_ways(pieces, path, self._nouns.is_plural)
        for position, piece in enumerate(pieces):
            parameter = _PARAMETER.fullmatch(piece)
            if parameter is not None or _lacks_braces(piece, steps):
                name = parameter.group(1).split("=")[0].lstrip("+") if parameter else piece
                if verb_words:
                    tail.append(name)
                elif steps:
                    last = steps[-1]
                    steps[-1] = Step(last.segment, last.noun, (*last.parameters, name))
                else:
                    context.append(name)
                continue
            parts = _split_by(words(piece))
            rest = pieces[position + 1 :]
            if not any(not _PARAMETER.fullmatch(p) for p in rest):
                found = self._verb(parts, steps)
                if found is not None:
                    verb, verb_words = found, parts
                    if len(parts) > 1 and not steps:
                        steps.append(Step(piece, self._nouns.singular_words(parts[1:])))
                    continue
            if parts and not _VERSION.match(piece):
                steps.append(Step(piece, self._nouns.singular_words(parts)))
        return Route(tuple(context), tuple(steps), verb, verb_words, tuple(tail))

    def _verb(self, parts: tuple[str, ...], steps: list[Step]) -> str | None:
        if not parts:
            return None
        if parts[0] == "by" and len(parts) > 1 and steps and not steps[-1].parameters:
            return "get"
        verb = CRUD_VERBS.get(parts[0])
        if verb is None or (len(parts) == 1 and not steps):
            return None
        return verb


def _lacks_braces(piece: str, steps: list[Step]) -> bool:
    """Tell whether a word only misses the braces of a parameter, as in `/users/userId`."""
    last = steps[-1] if steps else None
    return last is not None and not last.parameters and words(piece) == (*last.noun, "id")


def _segments(path: str) -> list[str]:
    path = path.split("?")[0].split("#")[0]
    return [_SUFFIX.sub("", segment) for segment in path.split("/") if segment]


def _pieces(segment: str) -> list[str]:
    """Split a segment at what joins names, actions and parameters inside it."""
    pieces: list[str] = []
    for part in re.split(r"(\{[^{}]*\})", segment):
        if _PARAMETER.fullmatch(part):
            pieces.append(part)
        else:
            text = part.strip("()'\".:;,=@~!$*-_ ")
            pieces += [piece for piece in re.split(r"[.:]", text) if words(piece)]
    return pieces


def _is_for_transport(piece: str, segments: list[str]) -> bool:
    """Tell whether a piece is a parameter that picks no record: a proof, or a form of answer."""
    parameter = _PARAMETER.fullmatch(piece)
    if parameter is None:
        return False
    own = words(parameter.group(1))[:1]
    named = {words(one)[-1].rstrip("s") for one in segments if "{" not in one and words(one)}
    if len(words(parameter.group(1))) > 1 and own[0] in named:
        return False  # the key of a session that the path names
    beside_text = piece not in segments
    return is_credential(parameter.group(1)) or (beside_text and is_form(parameter.group(1)))


def _split_by(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Split the word of a segment such as `byurl` in two."""
    if len(parts) == 1 and parts[0].startswith("by") and parts[0][2:] in _LOOKED_UP:
        return ("by", parts[0][2:])
    return parts


def _is_prefix(segment: str) -> bool:
    return segment.lower() in _PREFIXES or _VERSION.match(segment) is not None


def _shared_prefix(paths: list[list[str]]) -> int:
    """Count the leading segments that all paths share and that leave a noun behind them."""
    if len(paths) < 2:
        return 0
    shared = 0
    for column in zip(*paths, strict=False):
        if len(set(column)) > 1 or "{" in column[0]:
            break
        shared += 1
    while shared and not all(len(path) > shared and _is_noun(path[shared]) for path in paths):
        shared -= 1
    return shared


def _is_noun(segment: str) -> bool:
    parts = words(segment)
    return "{" not in segment and bool(parts) and parts[0] not in CRUD_VERBS


def picks(steps: Sequence[Step], name: str) -> bool:
    """Tell whether a path parameter is the key of what stands before it: `/sessions/{sessionId}`.

    Else a session is that of the caller.
    """
    own = [step.noun for step in steps if name in step.parameters]
    return any(words(name)[:-1] == noun[-1:] for noun in own)
