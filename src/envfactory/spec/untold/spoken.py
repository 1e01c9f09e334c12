"""Spoken reads: operations whose answer nothing but their text describes.

`GET /{country}/{region}` "Returns all districts in a region" lists districts, and `GET
/svc/listChangesets` "List of changesets from a repository" lists changesets. Such reads get the
address that REST has for them, with all that they take as inputs of the query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from envfactory.source.description import ApiDescription, Body, JsonSchema, Operation, Parameter
from envfactory.spec.records.newest import without_number
from envfactory.spec.records.parameter import is_cursor, is_paging, is_transport
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.untold.kept import is_filter
from envfactory.spec.untold.phrase import NEUTRAL, noun_phrase, tokens_of
from envfactory.spec.untold.told import filtered_field, title_of, told_fields
from envfactory.spec.untold.undescribed import FROM_BODIES, Undescribed
from envfactory.spec.words.credential import is_credential, is_form
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.prose import plain, sentences

_READING = word_set(
    "get gets return returns list lists retrieve retrieves fetch fetches read reads show shows "
    "view views provide provides display displays obtain obtains"
)
_SEARCHING = word_set("search searches find finds")
_LISTING = word_set("list lists listing collection array set")
_OPENING = word_set(
    "this the endpoint api method call operation service route will can be is used to allows you "
    "it function resource"
)
_QUANTIFIERS = word_set("a an the all any every each multiple several many of your our us me one")
_ABOUT = word_set("information info details detail metadata about for on")
_SELECTING = word_set("coming upcoming popular trending featured latest recent newest archived")
"""Words before a noun that select among the records, and that rules have a meaning for."""
_DATED = word_set("latest recent newest")
_NEWEST = (("latest",), ("newest",))
_NO_KIND = word_set(
    "status stat statistic detail info tile pixel option setting metric result value match content "
    "time series forecast number count total hour minute second data datum change boundary "
    "coordinate distance prediction recommendation suggestion parameter response header metadata "
    "error image file class name digit data information access documentation id uuid guid "
    "identifier"
)
_UNSAID = re.compile(
    r"\b(?:partial\w*|fuzzy|similar\w*|related|near\w*|within|radius|distance|polygon|wildcards?|"
    r"regex\w*|random\w*|generate[sd]?|download\w*|csv|pdf|rss|swagger|openapi|boundar\w+|"
    r"subscri\w+|listen|stream\w*|closest|bounding|top|best|most|last|same|affected|not|without|except|"
    r"history|historical|forecasts?|visuali[sz]e\w*|plots?|predict\w*|time ?series|recommend\w*)\b",
    re.IGNORECASE,
)
"""Words of a sentence that tells of more than records which inputs narrow."""
_RELATED = re.compile(
    r"\brelated (?P<noun>[A-Za-z]{3,40}) (?:for|to|of) (?:an?|the|this) (?P<owner>[A-Za-z]{2,40})",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:given|specific|specified|particular|certain|single)\b", re.IGNORECASE)
_WRITTEN_DOWN = (".txt", ".csv", ".xml", ".html", ".rss", ".atom", ".pdf", ".png", ".svg")
_BOUNDS = word_set("from to start end")
_COUNTS = word_set("number count limit n amount")
_CORNERS = word_set("n e s w")
_KEYS = word_set("id uuid guid key code name slug number")
_ANYTHING = word_set("param parameter params value arg input string")
"""Names of inputs that may be anything."""
_LONGEST_NOUN = 3


@dataclass(frozen=True)
class _Heard:
    """What the text of an operation says that it answers with.

    Attributes:
        noun: The kind of record, in the singular.
        key: The parameter that names the one record; '' where there are several.
        selecting: The word that selects among them, or ''.
        searching: Callers look for them by words.
        alone: Of those that are selected just one is meant.
    """

    noun: tuple[str, ...]
    key: str = ""
    selecting: str = ""
    searching: bool = False
    alone: bool = False


class Spoken:
    """Gives undescribed reads the address and the answer that their text tells.

    Args:
        description: What the source says.
        schemas: Reads its schemas.
        nouns: Singular and plural.
        reads: Knows what answers are described, and the records of other paths.
    """

    def __init__(
        self, description: ApiDescription, schemas: Schemas, nouns: Nouns, reads: Undescribed
    ) -> None:
        self._schemas, self._nouns, self._reads = schemas, nouns, reads
        self._taken = {f"{one.method.upper()} {one.path}" for one in description.operations}
        self._references: dict[tuple[str, ...], JsonSchema] = {}
        self._heard: dict[str, tuple[Operation, _Heard]] = {}
        for operation in description.operations:
            if operation.method == "get" and reads.is_open(operation):
                heard = self._listen(operation)
                if heard is not None:
                    self._heard[operation.path] = (operation, heard)
        known = {heard.noun for _, heard in self._heard.values() if not heard.selecting}
        for path, (_, heard) in list(self._heard.items()):
            if heard.selecting and heard.noun not in known and not reads.record_of(heard.noun):
                del self._heard[path]  # with no other list, nothing tells what is left out

    def answered(self, operation: Operation) -> tuple[Operation, Origin] | None:
        """Return a read with its address and answer, and where it comes from; None if unsaid."""
        if operation.method != "get" or operation.path not in self._heard:
            return None
        heard = self._heard[operation.path][1]
        item = self._reference(heard.noun)
        alone = heard.alone or heard.key
        schema: JsonSchema = item if alone else {"type": "array", "items": item}
        changed = {
            "path": self._address(operation, heard),
            "parameters": tuple(_asked(operation, heard)),
            "response": Body(media_type="application/json", schema=schema),
        }
        origin = Origin(f"GET {operation.path}", "", (FROM_BODIES,))
        return operation.model_copy(update=changed), origin

    def _address(self, operation: Operation, heard: _Heard) -> str:
        parts = ["-".join(self._nouns.plural_words(heard.noun))]
        parts += [f"{{{heard.key}}}"] if heard.key else []
        parts += [heard.selecting] if heard.selecting else []
        parts += ["search"] if heard.searching else []
        path = "/".join(("", *self._reads.shared(operation.path), *parts))
        address, number = path, 1
        while f"GET {address}" in self._taken:
            number += 1
            address = f"{path}?{number}"
        self._taken.add(f"GET {address}")
        return address

    # ---------------------------------------------------------------------- listening
    def _listen(self, operation: Operation) -> _Heard | None:
        """Return what the first sentence of the summary or of the description says, if it does."""
        names = {one.name.lower() for one in operation.parameters}
        in_path = {one.name.lower() for one in operation.parameters if one.location == "path"}
        if operation.path.rstrip("/").endswith(_WRITTEN_DOWN):
            return None
        cut = in_path & _COUNTS and not any(is_cursor(name) for name in in_path)
        if in_path & _BOUNDS or cut or names >= _CORNERS:
            return None
        told = (operation.summary, operation.description)
        first = [without_number(found[0]) for text in told if (found := sentences(plain(text)))]
        first = [self._without_relation(text, operation) for text in first]
        if any(_UNSAID.search(text) for text in first):
            return None
        for text in first:
            heard = self._sentence(text, operation)
            if heard is not None or set(words(text[:40])[:1]) & (_READING | _SEARCHING):
                return heard
        return None

    def _without_relation(self, text: str, operation: Operation) -> str:
        """Return `Gets hashtags for a show` for its `related hashtags`, where callers name a show.

        What is related to others of its own kind is so by a rule left unsaid.
        """
        found = _RELATED.search(text)
        if found is None:
            return text
        owner = words(found["owner"])
        given = {words(one.name) for one in operation.parameters if one.required}
        named = any(parts[:-1] == owner and parts[-1] in _KEYS for parts in given)
        if not named or self._nouns.singular_words(words(found["noun"])) == owner:
            return text
        return f"{text[: found.start()]}{found['noun']}{text[found.end('noun') :]}"

    def _sentence(self, text: str, operation: Operation) -> _Heard | None:
        asked = [
            one
            for one in operation.parameters
            if not (is_credential(one.name) or is_transport(one.name, one.location))
        ]
        if _GIVEN.search(text) and not asked:
            return None
        tokens = tokens_of(text)
        lower = [token.lower() for token in tokens]
        at = 0
        while at < len(lower) and lower[at] in _OPENING:
            at += 1
        verb = lower[at] if at < len(lower) else ""
        if verb in _SEARCHING:
            return self._several(tokens[at + 1 :], searching=True)
        if verb in _READING or (verb in _LISTING and lower[at + 1 : at + 2] == ["of"]):
            rest = tokens[at + 1 :]
            one = self._single(rest, operation) or self._newest(rest)
            named = any(given.name.lower() not in _ANYTHING for given in asked)
            return one or self._several(rest) or (self._results(rest) if named else None)
        if lower[:1] in (["a"], ["the"]) and lower[1:3] in (["list", "of"], ["listing", "of"]):
            return self._several(tokens[3:])
        return None

    def _several(self, tokens: list[str], searching: bool = False) -> _Heard | None:
        """Read what is left of `Returns a list of all the upcoming events in a city`."""
        any_one = bool({"any", "for"} & {token.lower() for token in tokens[:2]})
        parts = noun_phrase(tokens, _QUANTIFIERS | _LISTING | _ABOUT, self._nouns)
        selecting = parts[0] if parts[1:] and parts[0] in _SELECTING else ""
        parts = parts[1:] if selecting else parts
        while parts[1:] and parts[0] in NEUTRAL:
            parts = parts[1:]
        plural = bool(parts) and self._nouns.is_plural(parts[-1])
        whole = "all" in (token.lower() for token in tokens[:2])
        plural = plural or (whole and bool(parts) and not parts[-1].endswith("ed"))
        if not (plural or (searching and any_one)):
            return None
        noun = self._noun(parts)
        return _Heard(noun, selecting=selecting, searching=searching) if noun else None

    def _results(self, tokens: list[str]) -> _Heard | None:
        """Read what is left of `Return movie search result`."""
        parts = noun_phrase(tokens, _QUANTIFIERS, self._nouns)
        if self._nouns.singular_words(parts)[-2:] != ("search", "result"):
            return None
        parts = parts[:-2]
        while parts[1:] and parts[-1] in _ABOUT:
            parts = parts[:-1]
        noun = self._noun(parts)
        return _Heard(noun, searching=True) if noun else None

    def _single(self, tokens: list[str], operation: Operation) -> _Heard | None:
        """Read what is left of `Get the information about a repository`, named by its path."""
        parts = noun_phrase(tokens, _QUANTIFIERS | _ABOUT | NEUTRAL, self._nouns)
        noun = self._noun(parts)
        if not noun or self._nouns.is_plural(parts[-1]):
            return None
        last = operation.path.rstrip("/").rsplit("/", 1)[-1]
        in_path = [one.name for one in operation.parameters if one.location == "path"]
        key = next((name for name in in_path if last == f"{{{name}}}"), "")
        named = words(key)
        stem = named[:-1] if named[-1:] and named[-1] in _KEYS else named
        own = stem in (noun, noun[-1:]) or (in_path == [key] and _named_above(operation) == noun)
        return _Heard(noun, key=key) if key and own else None

    def _newest(self, tokens: list[str]) -> _Heard | None:
        """Read what is left of `Read the latest message of a channel`."""
        parts = noun_phrase(tokens, _QUANTIFIERS, self._nouns)
        if parts[:1] not in _NEWEST or self._nouns.is_plural(parts[-1]):
            return None
        noun = self._noun(parts[1:])
        return _Heard(noun, selecting=parts[0], alone=True) if noun else None

    def _noun(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        noun = self._nouns.singular_words(parts)
        if not 0 < len(noun) <= _LONGEST_NOUN or noun[-1] in _NO_KIND or len(noun[-1]) < 3:
            return ()
        joined = "_".join(noun)
        if is_credential(joined) or set(noun) & (_READING | _SEARCHING | {"api", "number"}):
            return ()
        return noun

    # ---------------------------------------------------------------------- records
    def _reference(self, noun: tuple[str, ...]) -> JsonSchema:
        known = self._references.get(noun)
        if known is None:
            known = self._reads.record_of(noun) or self._reads.add(noun, self._made(noun))
            self._references[noun] = known
        return known

    def _made(self, noun: tuple[str, ...]) -> JsonSchema:
        """Return the schema of a kind of record, from all reads that speak of it."""
        about = [(op, heard) for op, heard in self._heard.values() if heard.noun == noun]
        key = next((heard.key for _, heard in about if heard.key), "id")
        properties: dict[str, JsonSchema] = {key: {"type": "string", "readOnly": True}}
        for operation, _ in about:
            for one in operation.parameters:
                shape = self._schemas.shape(one.schema_)
                kept = one.location in ("path", "query")
                kept = kept and not (is_form(one.name) or is_paging(one.name))
                kept = kept and is_filter(words(one.name), shape)
                if kept and words(one.name)[-1:] != (key,):
                    name, schema = filtered_field(one.name, one.schema_, self._schemas, self._nouns)
                    text = one.description
                    properties.setdefault(name, {"description": text, **schema} if text else schema)
            text = f"{operation.summary}. {plain(operation.description)}"
            for name, schema in told_fields(text, self._nouns).items():
                properties.setdefault(name, schema)
        known = {words(name)[-1] for name in properties if words(name)}
        if not known & {"name", "title", "label"}:
            properties[title_of(noun)] = {"type": "string"}
        properties.setdefault("description", {"type": "string"})
        if any(heard.selecting in _DATED for _, heard in about):
            properties.setdefault("created_at", {"type": "string", "format": "date-time"})
        return {"type": "object", "properties": dict(properties), "required": [key]}


def _named_above(operation: Operation) -> tuple[str, ...]:
    """Return the words before the last segment of a path: `block` of `/block/{hash}`."""
    return words("/".join(operation.path.rstrip("/").split("/")[-2:-1]))


def _asked(operation: Operation, heard: _Heard) -> list[Parameter]:
    """Return the inputs of an operation at its new address: all but the key are in the query."""
    return [
        one.model_copy(update={"location": "query"})
        if one.location == "path" and one.name != heard.key
        else one
        for one in operation.parameters
    ]
