"""Names: the words of a source name, Python identifiers, singular and plural forms."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import inflect

T = TypeVar("T")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table written as text."""
    return frozenset(text.split())


def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a table written as text, in their order."""
    return tuple(text.split())


MAX_LENGTH = 60
"""Longest identifier given out, in characters (a suffix that makes it unique still fits)."""

_REMEMBERED = 1 << 14
"""Names whose words are kept: rules read the same few thousand of an API again and again."""

_WORD = re.compile(r"[A-Z]+s(?![a-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

KERNEL_NAMES = word_set(
    "now seed call tools fork snapshot restore random advance new_id state_hash "
    "from_scenario to_scenario key_fields tool"
)
"""What an environment has already, and its decorator; tables and tools are called otherwise."""
_PYDANTIC_NAMES = word_set(
    "copy json schema dict validate construct schema_json parse_obj parse_raw "
    "parse_file from_orm update_forward_refs"
)
_NEEDED_NAMES = word_set("self given any bool bytes dict dt float int len list set str tuple")
"""What annotations and bodies of generated code say; other builtins may be hidden."""
_CLASS_NAMES = word_set(
    "Any Annotated Conflict Date Datetime Environment FailedPrecondition Field "
    "InvalidArgument Key Literal NotFound PermissionDenied Record Ref Table Time Timedelta "
    "Tool Unique World None True False"
) | {name for name in dir(builtins) if name[0].isupper()}

_UNCOUNTED = word_set(
    "access address alias analysis analytics atlas basis bus business campus canvas chaos "
    "chassis class consensus corpus cors crisis css diagnosis dns focus gas gps ios lens "
    "news nexus os process progress radius rss series sms species status synopsis thesis "
    "tls virus vms aws https goods ous"
)
_UNCHANGED = word_set(
    "data metadata media news series species equipment furniture clothing information info "
    "feedback weather traffic health software hardware knowledge luggage staff personnel bluetooth "
    "nearby latest all today whoami help evidence homework merchandise accounting billing pricing "
    "shipping recent popular trending top featured upcoming past"
)
"""Words that stand for many as they are, and words that name no thing that could be many."""
_LEFT_BY_VERBS = {
    "suggest": "suggestion",
    "recommend": "recommendation",
    "predict": "prediction",
    "normalize": "normalization",
    "translate": "translation",
    "execute": "execution",
    "authorise": "authorisation",
    "authorize": "authorization",
    "transcribe": "transcription",
    "classify": "classification",
    "verify": "verification",
    "validate": "validation",
    "calculate": "calculation",
    "subscribe": "subscription",
    "moderate": "moderation",
}
"""Verbs that paths end with, and what a person calls that of which there are many."""
_ED_NOUNS = word_set("hundred embed infrared kindred watershed biped moped undead instead")
_IRREGULAR = {
    "data": "data",
    "metadata": "metadata",
    "media": "media",
    "indices": "index",
    "vertices": "vertex",
    "matrices": "matrix",
    "movies": "movie",
    "cookies": "cookie",
    "criteria": "criterion",
    "leaves": "leave",
    "corpora": "corpus",
    "analyses": "analysis",
    "statuses": "status",
    "aliases": "alias",
    "canvases": "canvas",
    "viruses": "virus",
    "buses": "bus",
    "databases": "database",
    "licenses": "license",
    "releases": "release",
    "purchases": "purchase",
    "leases": "lease",
    "caches": "cache",
    "axes": "axis",
    "ads": "ad",
    "ips": "ip",
    "vms": "vm",
    "tvs": "tv",
    "pcs": "pc",
    "ids": "id",
}


def _is_abbreviation(word: str) -> bool:
    return len(word) == 3 and word.endswith("s")


def _is_participle(word: str) -> bool:
    """Tell whether a noun is a participle, as in `/food/branded`: nobody says "brandeds"."""
    return len(word) > 5 and word.endswith("ed") and word[-3] not in "e" and word not in _ED_NOUNS


@lru_cache(maxsize=_REMEMBERED)
def words(name: str) -> tuple[str, ...]:
    """Split a source name into lower-case ASCII words; digits stay with the word before them.

    `words("customerID")` is `("customer", "id")`; a name in another script gives `()`.
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found: list[str] = []
    end = -1
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word.isdigit() and match.start() == end and found:
            found[-1] += word
        else:
            found.append(word)
        end = match.end()
    return tuple(found)


def snake(name: str) -> str:
    """Return the words of a source name joined by underscores (maybe empty)."""
    return "_".join(words(name))


def identifier(name: str, fallback: str) -> str:
    """Return a Python identifier for `name` that no keyword and no needed name clashes with.

    `identifier("from", "message")` is `message_from`.

    Args:
        name: The source name, whatever it holds.
        fallback: What the name is about: its beginning where `name` cannot stand alone.
    """
    result = snake(name)[:MAX_LENGTH].rstrip("_") or fallback
    if result[0].isdigit() or result.startswith("model_") or is_reserved(result):
        result = f"{fallback}_{result}"[:MAX_LENGTH].rstrip("_")
    if not result[0].isalpha() or result.startswith("model_") or is_reserved(result):
        result = f"the_{result}"[:MAX_LENGTH].rstrip("_")
    return result


def is_reserved(name: str) -> bool:
    """Tell whether an identifier would hide something that generated code needs."""
    return (
        keyword.iskeyword(name)
        or (keyword.issoftkeyword(name) and name in {"match", "case"})
        or name in _PYDANTIC_NAMES
        or name in _NEEDED_NAMES
    )


def pascal(parts: Iterable[str], fallback: str = "Item") -> str:
    """Join words to a class name that no kernel class or builtin clashes with."""
    result = "".join(part[:1].upper() + part[1:] for part in parts)[:MAX_LENGTH]
    if not result or not result[0].isalpha():
        result = fallback + result
    return result + "Entry" if result in _CLASS_NAMES else result


class Names:
    """Hands out names that are unique within one scope, by suffix, in the order of asking."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def take(self, *candidates: str) -> str:
        """Return the first candidate that is free, or the last one with a number behind it."""
        for candidate in candidates:
            if candidate not in self._taken:
                self._taken.add(candidate)
                return candidate
        separator = "_" if candidates[-1].islower() else ""
        number = 2
        while (name := f"{candidates[-1].rstrip('_')}{separator}{number}") in self._taken:
            number += 1
        self._taken.add(name)
        return name


def inflection() -> inflect.engine:
    """Return what knows singular and plural forms; imported only by who needs it.

    The package asks for checks of types at run time, and putting those into its code takes seconds
    in every process; it is imported without them.
    """
    import typeguard

    instrument = typeguard.typechecked
    typeguard.typechecked = _as_it_is  # type: ignore[assignment]
    try:
        import inflect
    finally:
        typeguard.typechecked = instrument
    return inflect.engine()


def _as_it_is(target: T) -> T:
    return target


class Nouns:
    """Singular and plural forms. Slow to construct (0.1 s): make one and pass it on."""

    def __init__(self) -> None:
        self._engine = inflection()
        self._singular: dict[str, str] = {}
        self._plural: dict[str, str] = {}
        self._parts: dict[str, tuple[str, ...]] = {}

    def learn(self, single: str, many: str) -> None:
        """Remember the forms of a lower-case word that the rules of English do not give."""
        self._singular |= {single: single, many: single}
        self._plural |= {single: many, many: many}

    def learn_parts(self, word: str, parts: tuple[str, ...]) -> None:
        """Remember the words of a lower-case word that only a path writes as one."""
        self._parts[word] = parts

    def parted(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return words as a person writes them: apart where known, and nouns for known verbs."""
        apart = [one for part in parts for one in self._parts.get(part, (part,))]
        if apart and (noun := _LEFT_BY_VERBS.get(self.singular(apart[-1]))):
            apart[-1] = self.plural(noun) if self.is_plural(apart[-1]) else noun
        return tuple(apart)

    def singular(self, word: str) -> str:
        """Return the singular of one lower-case word, or the word where it has none."""
        known = self._singular.get(word)
        if known is None:
            known = self._singular[word] = self._make_singular(word)
        return known

    def _make_singular(self, word: str) -> str:
        if word in _IRREGULAR:
            return _IRREGULAR[word]
        if word in _UNCOUNTED or len(word) < 3 or word.endswith(("ss", "sis", "ics", "ous")):
            return word
        if word[-1].isdigit():
            return word
        if _is_abbreviation(word) or word.endswith("data"):
            return word
        return self._engine.singular_noun(word) or word

    def plural(self, word: str) -> str:
        """Return the plural of one lower-case word, whichever form it is given in."""
        known = self._plural.get(word)
        if known is None:
            single = self.singular(word)
            if (
                single in _UNCHANGED
                or single.endswith(("ics", "data"))
                or _is_participle(single)
                or single[-1:].isdigit()
                or _is_abbreviation(single)
            ):
                known = single
            else:
                known = self._engine.plural_noun(single)
            self._plural[word] = known
        return known

    def singular_words(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words with the last one in the singular."""
        return (*parts[:-1], self.singular(parts[-1])) if parts else ()

    def plural_words(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words with the last one in the plural."""
        return (*parts[:-1], self.plural(parts[-1])) if parts else ()

    def is_plural(self, word: str) -> bool:
        """Tell whether a word is a plural form that differs from its singular."""
        return self.singular(word) != word
