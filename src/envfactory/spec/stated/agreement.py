"""Agreement: whether a tool does what its source says that the operation does.

Paths and methods alone mislead: `POST /s1/entities` may analyze a text, and `POST /deletetags`
makes no tag. A tool whose first verb says otherwise is left out, for it would teach a falsehood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from envfactory.spec.model import CreateRecord, GetRecord, ListRecords, UpdateRecord
from envfactory.spec.operations.seen import Seen
from envfactory.spec.operations.twin import TWIN
from envfactory.spec.reads.lookup import SEARCHES
from envfactory.spec.reads.nearby import NEARBY
from envfactory.spec.records.made import Made
from envfactory.spec.shapes.example import SHOWN
from envfactory.spec.shapes.reshape import KEYED
from envfactory.spec.stated.promise import breaks
from envfactory.spec.untold.undescribed import FROM_BODIES
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences
from envfactory.spec.words.verb import COMPUTING
from envfactory.spec.writes.bare import UNDESCRIBED_BODY
from envfactory.spec.writes.submission import COMPUTES, CREDENTIALS

OTHERWISE = "its text and its path tell different things"
"""Why a tool is left out that would do something else than its source says."""
_NEEDS_FREE = word_set("generate detect compare score identify format embed convert render parse")
"""Verbs that compute something only from what callers make up; else they may look it up."""
_DERIVING = word_set("calculate compute convert simulate predict generate")
"""Verbs of answers that are worked out anew for whatever callers give, and never looked up."""
_DOING_NOUNS = re.compile(
    r"^(?:performs?|runs?|does|applies|carr(?:y|ies) out|uses|execute[sd]?)\b.{0,60}\b"
    r"(?:recognition|analysis|detection|extraction|classification|translation|conversion|"
    r"prediction|validation|calculation|ocr|segmentation|transformation|summarization|inference|"
    r"generation|scraping|synthesis|verification|lookup|tagging|parsing)\b",
    re.IGNORECASE,
)
_MAKES_UP = re.compile(
    r"^(?:get|gets|generates?|returns?|fetch(?:es)?|create)?\s*(?:an?\s|some\s)?"
    r"(?:random|fake|dummy|lorem)\b|\brandomly generated\b|^generates? (?:an? )?random",
    re.IGNORECASE,
)
_GENERATORS = word_set("generator faker fake lorem dummy randomizer")
_RENDERING = re.compile(
    r"\b(?:creates?|generates?|makes?|converts?|renders?|turns?)\b.{0,40}\b(?:pdf|image|png|svg|"
    r"screenshots?|thumbnail|qr ?code|barcode|speech|html|document)\b.{0,30}\b(?:from|of|using|by "
    r"transform\w*)\b|\bconverts?\b.{0,60}\b(?:in)?to\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"/\d+/?$")
"""A path that names one record by a number of its own: `/players/237`."""
_OF_GIVEN = re.compile(
    r"\b(?:of|for|in|about|out|whether) (?:an?|the|your) (?:given )?"
    r"(?:number|text|word|string|expression|sentence)\b",
    re.IGNORECASE,
)
"""What is derived from an input, where nothing describes the answer."""
_FREE = word_set(
    "text texts sentence content contents body html markdown source expression formula prompt "
    "input script image photo picture base64 xml document audio video url uri word phrase query "
    "css latitude lat string code json csv sql amount coordinates string64 data payload file "
    "base64string documentbase64string message passage sentences number"
)
_ENDING = word_set("delete remove destroy unregister unsubscribe erase purge detach")
READING = word_set(
    "get retrieve list fetch read show search find lookup query check count view describe"
)
MAKING = word_set(
    "create add insert begin start submit register save upload send make post new publish "
    "schedule initiate request book subscribe open"
)
"""Verbs that leave a record, whatever else is said of an operation."""
_CHANGING = word_set("update modify edit change mark rename set")
_ACTING = word_set(
    "cancel resume enable disable reboot install uninstall unlock execute activate deactivate "
    "abort terminate suspend delete remove destroy unregister unsubscribe erase purge dissociate "
    "disassociate revoke unlink unassign"
)
"""Verbs that change something, behind whatever method."""
_ACTING_OR_NOT = word_set(
    "stop start pause reset clear restart lock trigger kill reload detach create link drop "
    "associate assign"
)
"""Words that are such verbs where an article follows: `Lock a thing`, but `Lock status`."""
_COORDINATES = word_set("latitude lat longitude lon lng")
_DISTANCES = word_set("radius distance range proximity dist")
_SIGNS_IN = re.compile(
    r"\b(?:get|returns?|receive|obtain|exchange)\b.{0,60}\b(?:bearer|access|auth\w*|session|refresh)"
    r" tokens?\b|\bemail and password\b",
    re.IGNORECASE,
)
_LOGS_IN = re.compile(
    r"^\W*(?:logs?|signs?)[ -]?in\b|^\W*(?:logs?|signs?) (?:an?|the) (?:\w+ )?"
    r"(?:user|customer|client|person|member|account|player) in\b",
    re.IGNORECASE,
)
_ALL_KINDS = word_set("details status items results records entries")
_NEAR = re.compile(r"\b(?:near(?:by|est)?|around|closest|within)\b", re.IGNORECASE)
_GIVEN = re.compile(r"\b(?:given|specified) (\w{3,})\b", re.IGNORECASE)
_SEARCH_NOUNS = word_set("search query autocomplete typeahead")
_CREATES = frozenset({"create", "create_many"})
_LABEL = re.compile(r"^\s*(?:\w+ )?(?:endpoint|method|api)\s*:\s*", re.IGNORECASE)
_INFLECTED = re.compile(r"(?:ies|es|s|ed|ing)$")
_FILLERS = word_set("this the api endpoint method operation used to will you can it allows use")
_UPSERTS = re.compile(
    r"\bcreates? ?(?:(?:a )?new )?(?:or|/|and) ?"
    r"(?:updates?|replaces?|overwrites?|unarchives?|restores?)\b",
    re.IGNORECASE,
)
_PERFORMS = re.compile(r"^act on\b|\bperforms? an action\b", re.IGNORECASE)
_ARTICLES = word_set("a an all any each every your one")
_SCRAPED = re.compile(r"\bby (?:the )?url\b.*\bselectors?\b|\bcss selectors?\b", re.IGNORECASE)


class Agreement:
    """Compares tools with the texts of their source, and remembers what contradicted itself.

    Args:
        title: What the API is called.
        twins: Operations that are another form of a read, as 'METHOD /path'.
    """

    def __init__(self, title: str, twins: Iterable[str] = ()) -> None:
        self._generator = any(word in title.lower() for word in _GENERATORS)
        self._failed: dict[str, str] = dict.fromkeys(twins, TWIN)

    def failed(self, seen: Seen) -> str:
        """Return why a tool that was made of an operation before contradicted it, or ''."""
        return self._failed.get(seen.where, "")

    def fails(self, made: Made) -> str:
        """Return why a tool contradicts what its source says, or ''."""
        reason = self._contradiction(made)
        if reason:
            self._failed[made.seen.where] = reason
        return reason

    def _contradiction(self, made: Made) -> str:
        if _computes(made) or self._makes_up(made):
            return COMPUTES
        if breaks(made):
            return OTHERWISE
        kind, said = made.behaviour.kind, verbs(made.seen)
        if kind == "get" and any(words(one.name)[-1] == "password" for one in made.parameters):
            return CREDENTIALS
        if kind in ("get", "list") and _is_search(made):
            return SEARCHES
        if kind in ("get", "list", "count") and (_acts(made.seen) or _may_make(made.seen)):
            return OTHERWISE
        if isinstance(made.behaviour, ListRecords) and _is_placed(made.seen, made.behaviour):
            return NEARBY
        if kind == "list" and _NUMBERED.search(made.seen.operation.path):
            return OTHERWISE
        if kind == "list" and (_lists_others(made) or _ignores_body(made)):
            return OTHERWISE
        if kind == "get" and _ignores_given(made):
            return OTHERWISE
        if kind == "get" and made.draft.identity and _is_near(made):
            return NEARBY
        if isinstance(made.behaviour, UpdateRecord) and made.behaviour.by == "only":
            return OTHERWISE if _verb_is(made.seen, "send") else ""
        if isinstance(made.behaviour, ListRecords) and _lists_entries(made, made.behaviour):
            return OTHERWISE
        if kind not in _CREATES:
            return ""
        if isinstance(made.behaviour, CreateRecord) and _only_inserts(made, made.behaviour):
            return OTHERWISE
        if any(_PERFORMS.search(text) for text in _first(made.seen)):
            return OTHERWISE
        if made.draft.inferred and any(_SIGNS_IN.search(text) for text in _texts(made.seen)):
            return CREDENTIALS
        if any(_LOGS_IN.search(text) for text in _first(made.seen)):
            return CREDENTIALS
        if UNDESCRIBED_BODY in made.inferred and _first(made.seen) and not said & MAKING:
            return OTHERWISE
        reads = said <= READING and not made.seen.route.verb_words
        changes = kind == "create_many" and said <= _CHANGING
        if said and (said <= _ENDING or reads or changes or "upsert" in said):
            return OTHERWISE
        return ""

    def _makes_up(self, made: Made) -> bool:
        """Tell whether an operation makes up data that nothing keeps."""
        if made.seen.operation.method != "get" or made.behaviour.kind not in ("get", "list"):
            return False
        concluded = _is_concluded(made)
        if made.behaviour.kind == "list" and not concluded:
            return False
        alone = made.draft.singleton or concluded
        told = any(_MAKES_UP.search(text) for text in _first(made.seen))
        called = words(made.seen.operation.id)[:1] in (("generate",), ("random",))
        return alone and (told or (made.draft.singleton and (called or self._generator)))


def verbs(seen: Seen) -> set[str]:
    """Return the base forms of the verbs that the texts of an operation begin with."""
    return {verb for text in _first(seen) if (verb := _verb(text))}


def says_computed(seen: Seen) -> bool:
    """Tell whether the texts of an operation speak of nothing but working an answer out."""
    texts = _first(seen)
    told = {verb for text in texts if (verb := _verb(text))}
    if any(_DOING_NOUNS.search(text) for text in texts):
        return True
    if told and told <= COMPUTING:
        return bool(told - _NEEDS_FREE) or takes_free(seen)
    return takes_free(seen) and any(_RENDERING.search(text) for text in texts)


def takes_free(seen: Seen) -> bool:
    """Tell whether callers give what they make up: a text, a picture, a place."""
    return _is_whole_file(seen) or any(set(words(name)[-2:]) & _FREE for name in _given(seen))


def _computes(made: Made) -> bool:
    """Tell whether an operation answers with what it computes from what callers make up."""
    seen, kind = made.seen, made.behaviour.kind
    named = seen.origin is not None and bool(seen.origin.name)
    if kind == "update" and seen.operation.method == "post":
        told = verbs(seen)
        return bool(told) and told <= COMPUTING
    if kind not in (*_CREATES, "get", "list") or named or _is_read_by_key(made):
        return False
    if made.draft.singleton and made.draft.noun[-1] in COMPUTING:
        return True
    texts = _first(seen)
    free = takes_free(seen)
    if any(_SCRAPED.search(text) for text in texts) and free:
        return True
    told = {verb for text in texts if (verb := _verb(text)) in COMPUTING}
    if told & _DERIVING and made.draft.looked_up:
        return True
    if told - _NEEDS_FREE or any(_DOING_NOUNS.search(text) for text in texts):
        return free or kind in _CREATES
    by_key = isinstance(made.behaviour, GetRecord) and made.behaviour.by == "key"
    if (by_key and not made.draft.looked_up) or not free:
        return False
    given = _is_concluded(made) and any(_OF_GIVEN.search(text) for text in texts)
    return (
        bool(told) or given or (kind in _CREATES and any(_RENDERING.search(text) for text in texts))
    )


def _is_concluded(made: Made) -> bool:
    """Tell whether no schema describes the answer."""
    return bool({FROM_BODIES, SHOWN} & {*made.inferred})


def _is_read_by_key(made: Made) -> bool:
    """Tell whether such records can be read again, as jobs and documents can."""
    others = [one for one in made.draft.kind.seen if one.where != made.seen.where]
    return any(one.operation.method in ("get", "delete") and one.route.on_item for one in others)


def _is_whole_file(seen: Seen) -> bool:
    """Tell whether a body has no parts: an image, or a text as it is."""
    body = seen.operation.request
    return body is not None and body.schema_.get("format") in ("file", "binary", "byte")


def _given(seen: Seen) -> Iterable[str]:
    for parameter in seen.operation.parameters:
        if parameter.location in ("query", "path"):
            yield parameter.name
    if seen.request is not None and seen.request.kind in ("record", "records"):
        yield from seen.request.shape.properties


def _is_search(made: Made) -> bool:
    """Tell whether records that stand for searches are only ever searched for, and never saved."""
    noun = made.draft.noun
    saved = any(one.operation.method != "get" for one in made.draft.kind.seen)
    return len(noun) == 1 and noun[0] in _SEARCH_NOUNS and not saved


def _lists_others(made: Made) -> bool:
    """Tell whether a path such as `/articles/getAddons` lists others than its tool."""
    said = made.seen.route.verb_words[1:]
    if len(said) != 1 or not said[0].endswith("s"):
        return False
    own = {word[:4] for word in (*made.draft.noun, *(w for c in made.draft.kind.own for w in c))}
    named = {word[:4] for one in made.draft.kind.components for word in one.split("_")}
    return said[0][:4] not in own | named and said[0] not in _ALL_KINDS


def _verb_is(seen: Seen, verb: str) -> bool:
    return any(words(text)[:1] in ((verb,), (f"{verb}s",)) for text in _first(seen))


def _ignores_body(made: Made) -> bool:
    """Tell whether a list leaves out all of what callers have to say in a body."""
    request = made.seen.operation.request
    asked = request is not None and (request.required or made.seen.operation.method == "post")
    return asked and not made.parameters


def _is_near(made: Made) -> bool:
    """Tell whether an answer depends on a distance from a place: no equality finds it."""
    placed = {"latitude", "lat", "longitude", "lon", "lng"} & set(made.draft.identity)
    return bool(placed) and any(_NEAR.search(text) for text in _first(made.seen))


def _is_placed(seen: Seen, listed: ListRecords) -> bool:
    """Tell whether a list finds what lies at just the given point, where callers mean near it."""
    placed = any(
        match.op == "eq" and match.field is not None and set(words(match.field)) & _COORDINATES
        for match in listed.matches
    )
    fields = {match.field for match in listed.matches if match.op == "eq" and match.field}
    if _is_point({word for field in fields for word in words(field)}):
        return True
    asked = {word for one in seen.operation.parameters for word in words(one.name)}
    by_place = bool(asked & _DISTANCES) or "location" in seen.route.verb_words
    return placed and (by_place or any(_NEAR.search(text) for text in _first(seen)))


def _is_point(asked: set[str]) -> bool:
    """Tell whether words name both coordinates: what lies at just that point is never meant."""
    return bool(asked & {"lat", "latitude"}) and bool(asked & {"lon", "lng", "long", "longitude"})


def _ignores_given(made: Made) -> bool:
    """Tell whether an answer leaves out what a text says that it is about, as `a given word`."""
    kept = {one.source_name for one in made.parameters}
    left = [one.name for one in made.seen.operation.parameters if one.name not in kept]
    if not made.draft.looked_up and made.seen.response.kind != "record":
        return False
    named = {match.group(1).lower() for t in _texts(made.seen) for match in _GIVEN.finditer(t)}
    used = {word for name in kept for word in words(name)} | set(made.draft.noun[:-1])
    return any(
        noun not in used and any("".join(words(name)).startswith(noun) for name in left)
        for noun in named
    )


def _lists_entries(made: Made, listed: ListRecords) -> bool:
    """Tell whether entries of the map of one record are looked for by the key of that record."""
    keyed = made.seen.response.reshaped == KEYED and made.seen.route.on_item
    return keyed and any(match.field == made.draft.key for match in listed.matches)


def _only_inserts(made: Made, created: CreateRecord) -> bool:
    """Tell whether a tool refuses a key that is there, where its text says that it then changes."""
    keyed = any(one.field == made.draft.key and one.parameter for one in created.assigns)
    return keyed and any(_UPSERTS.search(text) for text in _first(made.seen))


def _may_make(seen: Seen) -> bool:
    """Tell whether a text says that what is not there is made: `Get or create a role`."""
    return any(re.search(r"^\W*\w+ or creates? ", text, re.IGNORECASE) for text in _first(seen))


def _acts(seen: Seen) -> bool:
    """Tell whether a text begins with what a read never does: `Cancel a job`, `Remove a lock`."""
    for text in _first(seen):
        found = [word for word in words(text[:80])[:6] if word not in _FILLERS][:2]
        verb, behind = (*found, "", "")[:2]
        last = seen.route.steps[-1]
        if behind and behind in (*words(last.segment), *last.noun):
            continue  # what is read is called so: `Cancel fees of a ride`
        forms = {verb, verb.removesuffix("s")}
        if forms & _ACTING or (forms & _ACTING_OR_NOT and behind in _ARTICLES):
            return True
    return False


def _texts(seen: Seen) -> tuple[str, ...]:
    return plain(seen.operation.summary), plain(seen.operation.description)


def _first(seen: Seen) -> list[str]:
    """Return the first sentences of what a source says of an operation."""
    told = (seen.operation.summary, _LABEL.sub("", seen.operation.description))
    return [found[0] for text in told if (found := sentences(plain(text)))]


def _verb(text: str) -> str:
    for word in words(text[:80])[:6]:
        if word in _FILLERS:
            continue
        stem = _INFLECTED.sub("", word)
        forms = (word, stem, f"{stem}e", f"{stem}y", word.removesuffix("s"), stem[:-1])
        known = COMPUTING | _ENDING | READING | _CHANGING | MAKING | {"upsert"}
        return next((form for form in forms if form in known), "")
    return ""
