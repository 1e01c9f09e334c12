"""Promises: what a text says that an operation is about, and a tool that would break it.

`GET /screenshot/host?id=` hosts the screenshot of that id, whatever a path says of hosts, and
`GET /company/{id}/{dataset}` picks a company by its id and not by a dataset.
"""

from __future__ import annotations

import re

from envfactory.source.description import Parameter
from envfactory.spec.model import (
    AnyJson,
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListOf,
    ListRecords,
    MapOf,
    Nested,
    RelateRecords,
    UpdateRecord,
)
from envfactory.spec.records.made import Made
from envfactory.spec.records.parameter import bound, is_presentation, is_transport
from envfactory.spec.shapes.enclosed import says_list
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.shapes.wording import says_several
from envfactory.spec.stated.done import does_otherwise
from envfactory.spec.untold.undescribed import FROM_BODIES
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences
from envfactory.spec.words.verb import SIGNING_IN
from envfactory.spec.writes.retired import says_kept

_ID_OF = re.compile(
    r"^(?:the |an? |unique |numeric |internal )*(?:(?:id|identifier|uuid) of (?:the |an? )?"
    r"(\w+(?: \w+)?)"
    r"|(\w+?)(?:'s)? ?(?:id|identifier|uuid))\b",
    re.IGNORECASE,
)
_TIMES = word_set("date time datetime day at timestamp")
_COORDINATES = word_set("lat latitude lon lng long longitude")
_NEAR = word_set("near nearby nearest closest around")
_VISITS = re.compile(
    r"\b(?:visits?|crawls?|scrapes?|downloads?) (?:the|an?|any|your) (?:given )?"
    r"(?:urls?|pages?|web ?sites?|web ?pages?)\b",
    re.IGNORECASE,
)
_LIST_OF = re.compile(
    r"(?:(?:use )?(?:this|the) (?:\w+ ){0,2}(?:endpoint|method|call|operation|api|request|service) "
    r"(?:to |will |can be used to )?)?(?:gets?|returns?|retrieves?|fetch(?:es)?) (?:an? |the )?"
    r"(?:\w+ )?(?:list|array) of\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    r"(?:gets?|returns?|retrieves?|fetch(?:es)?|shows?|reads?) "
    r"(?:details? of )?all (?:the )?\w+s\b",
    re.IGNORECASE,
)
"""All of a kind, which one record with an id of its own is not."""
_TAKES_APART = re.compile(
    r"\b(?:splits?|parses?|standardi[sz]es?|normali[sz]es?|formats?) (?:an?|the|your) "
    r"(?:(?:raw|given|free|postal|street|phone|full) ){0,2}(?:address|name|text|string|number)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:ranges?|between|within)\b", re.IGNORECASE)
_PLACES = word_set("place location city address")
_AT_PLACE = re.compile(
    r"\b(?:for|at|of|in) (?:an?|the|your) (?:(?:single|given|specific|specified|certain) )?"
    r"(?:location|place|point|position|coordinates?)\b",
    re.IGNORECASE,
)
_RADIUS = re.compile(
    r"\b(?:mile|km|kilomet(?:er|re)|met(?:er|re))s?[- ]radius\b|\bradius of\b"
    r"|\bwithin (?:an? |the )?(?:given |specified )?(?:\d+[ -]?)?(?:miles?|km|kilomet\w+|radius|"
    r"distance)\b|\b(?:nearest|closest) to (?:an?|the|your)\b",
    re.IGNORECASE,
)
"""What lies around a place is asked for, and not what is just there."""
_AREAS = _PLACES | word_set("postcode zip zipcode postal code town street")
_REFERRING = re.compile(
    r"\b(?:that|which) (?:mentions?|references?|refers? to|cites?|links? to|points? to|quotes?) "
    r"(?:an?|the|this|that|your)\b|\b(?:nearest|closest|similar|related)\b",
    re.IGNORECASE,
)
_ENDING_VERBS = word_set(
    "stop end cancel terminate abort pause resume unlock uninstall deactivate disable disconnect "
    "logout revoke reject decline"
)
"""Verbs that change what is there already, and make nothing."""
_SINCE = re.compile(r"\b(?:after|since|before|until|later|earlier)\b", re.IGNORECASE)
_COUNTS = word_set("count counts total totals")
_SAYS_COUNT = re.compile(r"\b(?:count|number|total) of\b", re.IGNORECASE)


def breaks(made: Made) -> bool:
    """Tell whether a tool does something else than the texts of its inputs and its answer say."""
    behaviour = made.behaviour
    if does_otherwise(made):
        return True
    if isinstance(behaviour, DeleteRecord) and says_kept(made.seen, made.draft):
        return True
    if isinstance(behaviour, DeleteRecord | RelateRecords) and _drops_asked(made):
        return True
    if isinstance(behaviour, CreateRecord):
        return _ends(made)
    key = _key(made)
    source = _source(made, key) if key else None
    if source is not None and (_is_of_other(made, source) or _is_variant(made, source)):
        return True
    if isinstance(behaviour, GetRecord):
        return (
            _works_out(made)
            or _stands_for_list(made, behaviour)
            or _is_placed(made)
            or _is_range(made)
            or _takes_several(made)
        )
    if not isinstance(behaviour, ListRecords):
        return False
    return (
        _works_out(made)
        or _is_count(made)
        or _is_one_day(made, behaviour)
        or _is_everywhere(made)
        or _is_around(made, behaviour)
        or _refers(made, behaviour)
    )


def _key(made: Made) -> str | None:
    """Return the parameter that carries the key of what a tool is about, if one does."""
    behaviour = made.behaviour
    if isinstance(behaviour, GetRecord | UpdateRecord | DeleteRecord):
        return behaviour.key
    matches = behaviour.matches if isinstance(behaviour, ListRecords) else ()
    own = (one.parameter for one in matches if one.field == made.draft.key and one.op == "eq")
    return next(own, None)


def _source(made: Made, name: str) -> Parameter | None:
    """Return what the source says of the input that a parameter of a tool carries."""
    called = next(one.source_name for one in made.parameters if one.name == name)
    return next((one for one in made.seen.operation.parameters if one.name == called), None)


def _is_of_other(made: Made, source: Parameter) -> bool:
    """Tell whether the input that picks a record is the id of what the path names before it."""
    found = _ID_OF.match(_said(source))
    if found is None:
        return False
    nouns = set(words(found.group(1) or found.group(2)))
    path = words(made.seen.operation.path.rstrip("/").rpartition("/")[0])
    before = {*path, *(word.removesuffix("s") for word in path)}
    own = {*made.draft.noun, *(word for step in made.seen.route.steps[-1:] for word in step.noun)}
    asked = source.location == "query"  # what stands in a path says by its place what it picks
    return asked and bool(nouns & before) and not nouns & own


def _is_variant(made: Made, source: Parameter) -> bool:
    """Tell whether the last of several inputs says which form of a record is meant, not which."""
    picked = made.seen.route.steps[-1].parameters if made.seen.route.steps else ()
    return len(picked) > 1 and source.name == picked[-1] and bool(source.schema_.get("enum"))


def _drops_asked(made: Made) -> bool:
    """Tell whether a change leaves out what callers have to say about it."""
    kept = {one.source_name for one in made.parameters}
    return any(
        one.required
        and one.location == "query"
        and one.name not in kept
        and not is_transport(one.name, "query")
        and not is_presentation(one.name)
        and not set(words(one.name)) & SIGNING_IN
        for one in made.seen.operation.parameters
    )


def _stands_for_list(made: Made, behaviour: GetRecord) -> bool:
    """Tell whether a single record stands for a list, which it does not hold either."""
    operation = made.seen.operation
    if FROM_BODIES in made.inferred:
        return says_list(operation)
    kinds = (field.type for field in made.draft.fields.values())
    holding = (ListOf, MapOf, AnyJson, *((Nested,) if made.draft.looked_up else ()))
    if any(isinstance(kind, holding) for kind in kinds):
        return False
    texts = plain(operation.summary), plain(operation.description)
    if behaviour.by == "only" and any(words(text)[:1] == ("lists",) for text in texts):
        return True
    one = behaviour.by == "only" and not made.draft.choice.inferred
    return any(_LIST_OF.match(text) or (one and _EVERY.match(text)) for text in texts)


def _is_range(made: Made) -> bool:
    """Tell whether what lies between two dates is looked up by just these dates."""
    named = [words(one.source_name) for one in made.parameters]
    bounds = [bound(parts) for parts in named if parts]
    ends = {end for end, rest in bounds if rest and set(rest) <= _TIMES}
    told = f"{plain(made.seen.operation.summary)} {plain(made.seen.operation.description)}"
    return {"gte", "lte"} <= ends and _BETWEEN.search(told) is not None


def _works_out(made: Made) -> bool:
    """Tell whether an answer is found out for whatever address, place or page callers give."""
    operation = made.seen.operation
    asked = {word for one in made.parameters for word in words(one.source_name)}
    path = operation.path.lower()
    if asked & (_COORDINATES | {"address"}) and "geocod" in path:
        return True
    if asked and "spellcheck" in path.replace("-", "").replace("_", ""):
        return True
    told = f"{plain(operation.summary)} {plain(operation.description)}"
    if asked and _TAKES_APART.search(told) is not None:
        return True
    return "url" in asked and _VISITS.search(told) is not None


def _is_placed(made: Made) -> bool:
    """Tell whether what is nearest to a place is looked up by just that place."""
    placed = {word for field in made.draft.identity for word in words(field)} & _COORDINATES
    return bool(placed) and bool(set(words(made.seen.operation.path)) & _NEAR)


def _takes_several(made: Made) -> bool:
    """Tell whether one record is looked up by a text that may hold several values."""
    sources = (_source(made, one.name) for one in made.parameters)
    return any(
        source is not None and says_several(Shape("string", description=_said(source)))
        for source in sources
    )


def _said(source: Parameter) -> str:
    return plain(source.description or str(source.schema_.get("description", "")))


def _is_one_day(made: Made, listed: ListRecords) -> bool:
    """Tell whether a list of what is since a day, month and year holds only what is of these."""
    named = {match.field for match in listed.matches if match.op == "eq"}
    told = f"{plain(made.seen.operation.summary)} {plain(made.seen.operation.description)}"
    return {"day", "month", "year"} <= named and _SINCE.search(told) is not None


def _is_everywhere(made: Made) -> bool:
    """Tell whether a list of what is at one place leaves out all that says which place."""
    operation = made.seen.operation
    asked = {one.name: set(words(one.name)) for one in operation.parameters}
    placed = {name for name, parts in asked.items() if parts & (_COORDINATES | _PLACES)}
    told = f"{plain(operation.summary)} {plain(operation.description)}"
    kept = placed & {one.source_name for one in made.parameters}
    return len(placed) > 1 and not kept and _AT_PLACE.search(told) is not None


def _is_around(made: Made, listed: ListRecords) -> bool:
    """Tell whether a list of what lies around an area holds only what has just that code."""
    told = f"{plain(made.seen.operation.summary)} {plain(made.seen.operation.description)}"
    named = {word for match in listed.matches for word in words(match.field or "")}
    return bool(named & _AREAS) and _RADIUS.search(told) is not None


def _refers(made: Made, listed: ListRecords) -> bool:
    """Tell whether a list of what mentions a record, or is like it, holds just that record."""
    own = {made.draft.key, f"{'_'.join(made.draft.noun)}_id"}
    own |= {name for name in made.draft.fields if _is_own_id(name, made.draft.noun)}
    operation = made.seen.operation
    told = f"{plain(operation.summary)} {plain(operation.description)}"
    asked = any(match.field in own and match.op == "eq" for match in listed.matches)
    return asked and _REFERRING.search(told) is not None


def _is_own_id(name: str, noun: tuple[str, ...]) -> bool:
    """Tell whether a field is called as the id of the record itself, maybe for short: `doc_id`."""
    parts = words(name)
    return len(parts) > 1 and parts[-1] == "id" and noun[-1].startswith(parts[-2])


def _ends(made: Made) -> bool:
    """Tell whether a record is made of what ends something: `Stops the recording of a call`.

    A cancellation may well be a record of its own.
    """
    texts = (made.seen.operation.summary, made.seen.operation.description)
    first = [words(found[0])[:1] for text in texts if (found := _parts(text))]
    verbs = {base for one in first for word in one for base in (word, word.removesuffix("s"))}
    stems = {word[:4] for word in made.draft.noun}
    return any(verb[:4] not in stems for verb in verbs & _ENDING_VERBS)


def _is_count(made: Made) -> bool:
    """Tell whether a list is of counts, where its text speaks of how many records there are."""
    operation = made.seen.operation
    first = [found[0] for t in (operation.summary, operation.description) if (found := _parts(t))]
    return made.draft.noun[-1] in _COUNTS and any(_SAYS_COUNT.search(text) for text in first)


def _parts(text: str) -> list[str]:
    return sentences(plain(text))
