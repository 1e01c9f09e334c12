"""Selections: lists of some records of a kind, by a rule that the path names.

`/articles/latest` orders, `/tasks/archived` narrows, `/users/{id}/followers` follows a list of
keys, `/quotes/random` picks. Where no field of the record states what is meant, it gets one that
does, marked as inferred.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from envfactory.records import Json
from envfactory.spec.model import (
    FieldSpec,
    ListOf,
    ListRecords,
    Match,
    Omission,
    Order,
    PickRecord,
    Reference,
    Result,
    Scalar,
    Through,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.listed import Selected, make_list
from envfactory.spec.reads.listing import ListInputs
from envfactory.spec.reads.nearby import NEARBY
from envfactory.spec.records.action import participles
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, Meaningless
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.newest import is_ordered, moment_of, told_number
from envfactory.spec.records.page_size import says_paging
from envfactory.spec.records.parameter import is_paging, is_transport
from envfactory.spec.words.name import Names, identifier, word_list, word_set, words
from envfactory.spec.words.prose import plain, sentences

INFERRED = "the selection is a field that the source does not state"
_NEARBY = word_set("nearby near nearest closest around nearbycities radius within proximity")
_LATEST = word_set("latest recent newest new last current today fresh updates")
_OLDEST = word_set("oldest earliest")
_TOP = word_set("top popular trending best hot highest most favorites_of_all")
_RANDOM = word_set("random shuffle surprise")
_WHOLE = word_set("all list full everything index")
_SEARCHING = word_set("search find query lookup autocomplete suggest suggestions typeahead")
_FIRST_WORDS = 5
_SCORES = word_list(
    "popularity score rating average_rating rank votes vote_count likes like_count views "
    "view_count downloads download_count plays play_count playback_count followers "
    "followers_count stars star_count sales count total"
)
_MARKS: dict[str, str] = {
    "like": "liked",
    "favorite": "favorited",
    "favourite": "favourited",
    "star": "starred",
    "bookmark": "bookmarked",
    "follow": "followed",
    "following": "followed",
    "watch": "watched",
    "subscription": "subscribed",
    "save": "saved",
    "pin": "pinned",
    "block": "blocked",
    "mute": "muted",
    "feature": "featured",
}
"""What a person does with records of others, to the state of such a record."""
_ADJECTIVES = word_set(
    "open free public private live hidden unread read spam draft own active inactive online "
    "offline available daily weekly monthly vip premium sponsored default primary valid invalid "
    "empty new trash main upcoming coming past overdue due important urgent personal internal "
    "external global local official custom builtin featured popular trending top best hot"
)


@dataclass(frozen=True)
class _Site:
    """A list of records of `draft`, which `parts` of the path select; `inner` is without them."""

    draft: Draft
    inner: Seen
    parts: tuple[str, ...]


def make_selection(shop: Workshop, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool for a selection, or None where the path names none.

    Raises:
        Meaningless: If the selection is known to have no meaning here.
    """
    if seen.operation.method != "get" or seen.response.kind not in ("record", "records"):
        return None
    steps = seen.route.steps
    if not steps:
        return None
    draft = shop.owners.get(seen.route.nouns) or shop.linker.by_component(seen.response.shape.name)
    if draft is None or not shop.is_of(seen, draft):
        return None
    if set(words(steps[-1].segment)) & _NEARBY:
        return _around(shop, seen, draft, omit)
    if seen.response.kind == "records":
        related = _related(shop, seen, draft, omit)
        if related is not None:
            return related
    site = _site(seen, draft)
    if site is None:
        return None
    if seen.response.kind == "record" or _is_one(seen, site):
        return _pick(shop, seen, site, omit)
    return _select(shop, site, omit)


def _around(shop: Workshop, seen: Seen, draft: Draft, omit: list[Omission]) -> Made:
    """Read `/stations/nearby`: what lies around a place that callers name."""
    site = _site(seen, draft)
    if site is None or seen.response.kind != "records":
        raise Meaningless(NEARBY)
    noted: list[Omission] = []
    made = make_list(shop, Call(site.inner, draft, noted), Selected(words=site.parts))
    if not isinstance(made.behaviour, ListRecords) or made.behaviour.near is None:
        raise Meaningless(NEARBY)
    omit += noted
    return made


def _is_one(seen: Seen, site: _Site) -> bool:
    """Tell whether a text promises just one record, drawn at random, where a list is described."""
    told = (plain(seen.operation.summary), plain(seen.operation.description))
    said = [words(found[0])[:_FIRST_WORDS] for text in told if (found := sentences(text))]
    one = any({"a", "an", "one", "single"} & set(text) for text in said)
    counted = any(is_paging(parameter.name) for parameter in seen.operation.parameters)
    return one and not counted and bool(set(site.parts) & _RANDOM)


def _site(seen: Seen, draft: Draft) -> _Site | None:
    """Split a path into the records that it lists and the words that select among them."""
    steps = seen.route.steps
    last = words(steps[-1].segment)
    if steps[-1].parameters:
        return None
    if not draft.kind.is_named(steps[-1].noun):
        inner = replace(seen, route=replace(seen.route, steps=steps[:-1])) if steps[1:] else seen
        return _Site(draft, inner, last)
    if len(steps) > 1 and not steps[-2].parameters:
        inner = replace(seen, route=replace(seen.route, steps=(*steps[:-2], steps[-1])))
        return _Site(draft, inner, words(steps[-2].segment))
    return None


def _select(shop: Workshop, site: _Site, omit: list[Omission]) -> Made | None:
    call = Call(site.inner, site.draft, omit)
    own = set(site.draft.noun) | {shop.nouns.plural(site.draft.noun[-1])}
    parts = tuple(part for part in site.parts if part not in own)
    if parts and set(parts) <= _SEARCHING:
        call.seen = replace(site.inner, kind="search")
        return make_list(shop, call)
    selected = select(site.draft, parts)
    if selected is None and _is_asked(shop, call):
        return make_list(shop, call, Selected(words=parts))
    if selected is None:
        return None
    number = told_number(f"{call.seen.operation.summary}. {plain(call.seen.operation.description)}")
    dated = selected.order is not None and parts[0] in _LATEST
    return make_list(shop, call, replace(selected, at_most=number if dated else None))


def _is_asked(shop: Workshop, call: Call) -> bool:
    """Tell whether callers have to say what they look for: then that, not the path, selects."""
    return any(
        one.required and not one.in_body and not is_transport(one.name, "query")
        for one in shop.inputs.all(call)
    )


def select(draft: Draft, parts: tuple[str, ...]) -> Selected | None:
    """Return what words such as `latest` or `archived` select among the records of an entity."""
    parts = tuple(part for part in parts if part not in _WHOLE)
    if len(parts) != 1:
        return Selected() if not parts else None
    word = parts[0]
    if word in _RANDOM:
        return None
    if word in _LATEST | _OLDEST:
        field = moment_of(draft)
        if field is not None:
            return Selected(order=Order(field=field, descending=word in _LATEST), words=parts)
    if word in _TOP:
        field = _score(draft)
        if field is not None:
            down = "rank" not in field.split("_")
            return Selected(order=Order(field=field, descending=down), words=parts)
    known = _state(draft, word)
    if known is not None:
        match = Match(source="constant", constant=known[1], field=known[0])
        return Selected(matches=(match,), words=parts)
    if word not in _ADJECTIVES and not word.endswith(("ed", "able", "ible")):
        return None
    field = mark(draft, word)
    match = Match(source="constant", constant=True, field=field)
    return Selected(matches=(match,), words=parts, inferred=(INFERRED,))


def mark(draft: Draft, word: str) -> str:
    """Return the flag of that name, an inferred one where the records have none."""
    known = _state(draft, word)
    if known is not None and known[1] is True:
        return known[0]
    name = Names(draft.fields).take(identifier(word, "marked"))
    draft.fields[name] = FieldSpec(
        name=name,
        source_name=word,
        type=Scalar(type="boolean"),
        description=f"Whether the {draft.label} is {word}.",
        default=False,
        has_default=True,
        inferred=True,
    )
    draft.names.setdefault((word,), name)
    return name


def marked(word: str) -> str | None:
    """Return the state of records that a word such as `favorites` or `likes` names."""
    for ending in ("", "s", "es", "rs", "d", "red", "ed", "ings", "ing"):
        stem = word.removesuffix(ending) if ending else word
        if stem in _MARKS:
            return _MARKS[stem]
    return word if word in _MARKS.values() else None


def _score(draft: Draft) -> str | None:
    for wanted in _SCORES:
        name = draft.names.get(tuple(wanted.split("_")))
        if name is not None and is_ordered(draft.fields[name], ("integer", "number")):
            return name
    return None


def _state(draft: Draft, word: str) -> tuple[str, Json] | None:
    """Return the field and value that a word states: a flag, or one of a few choices."""
    for parts, value in (((word,), True), (("is", word), True), (_opposite(word), False)):
        name = draft.names.get(parts)
        field = draft.fields.get(name) if name is not None else None
        if field is not None and field.type == Scalar(type="boolean"):
            return field.name, value
    for field in draft.fields.values():
        if isinstance(field.type, Scalar) and field.role in ("status", "data"):
            for choice in field.type.choices:
                if "_".join(words(str(choice))) in (word, *participles(word)):
                    return field.name, choice
    return None


def _opposite(word: str) -> tuple[str, ...]:
    return (word.removeprefix("un").removeprefix("in") if word[:2] in ("un", "in") else "",)


def _related(shop: Workshop, seen: Seen, draft: Draft, omit: list[Omission]) -> Made | None:
    """Read `/users/{id}/followers`: the records whose keys a list of the one above holds."""
    steps = seen.route.steps
    if len(steps) < 2 or steps[-1].parameters or not steps[-2].parameters:
        return None
    owner = shop.owners.get(seen.route.nouns[:-1])
    if owner is None or seen.route.nouns in draft.links:
        return None
    call = Call(seen, draft, omit)
    key = shop.inputs.named(call, owner, steps[-2].parameters[-1])
    for step in steps[:-2]:
        for name in step.parameters:
            call.leave_out(name, "implied by the record's key")
    field, inferred = list_of(owner, draft, words(steps[-1].segment), shop)
    through = Through(table=owner.table, field=field, key=key)
    phrases = (INFERRED,) if inferred else ()
    chosen = Selected(through=through, words=(), inferred=phrases, scoped=False)
    made = make_list(shop, call, chosen)
    segment = "_".join(words(steps[-1].segment))
    made.names = (f"list_{'_'.join(owner.noun)}_{segment}", *made.names[1:])
    return made


def list_of(
    owner: Draft, member: Draft, parts: tuple[str, ...], shop: Workshop
) -> tuple[str, bool]:
    """Return the field of `owner` with the keys that a path calls `parts`, and if it is new."""
    single = shop.nouns.singular_words(parts)
    for wanted in (parts, single, (*single, "ids"), (*single, "id")):
        name = owner.names.get(wanted)
        known = owner.fields.get(name) if name is not None else None
        if known is None or not isinstance(known.type, ListOf) or known.reference is None:
            continue
        if known.reference.table == member.table:
            return known.name, known.inferred
    source = "_".join((*single, "ids"))
    name = Names(owner.fields).take(identifier(source, "related"))
    owner.fields[name] = FieldSpec(
        name=name,
        source_name=source,
        type=ListOf(item=member.key_type()),
        description=f"Identifiers of the {' '.join(parts)} of the {owner.label}.",
        default=[],
        has_default=True,
        reference=Reference(table=member.table, on_delete="set_null"),
        read_only=True,
        inferred=True,
    )
    owner.names.setdefault((*single, "ids"), name)
    return name, True


def _pick(shop: Workshop, seen: Seen, site: _Site, omit: list[Omission]) -> Made | None:
    """Read `/quotes/random` and `/releases/latest`: one record of those that match."""
    draft = site.draft
    parts = tuple(part for part in site.parts if part not in draft.noun)
    selected = Selected(words=parts) if set(parts) & _RANDOM else select(draft, parts)
    if selected is None or not (selected.order or set(parts) & _RANDOM):
        return None
    call = Call(site.inner, draft, omit)
    matches = _narrowed(shop, call, selected)
    shop.inputs.drop_rest(call)
    behaviour = PickRecord(table=draft.table, matches=matches, order=selected.order)
    names = ["_".join(("get", *parts, *draft.noun))]
    result = Result(shape="record", table=draft.table)
    label = f"Get {'a' if set(parts) & _RANDOM else 'the'} {' '.join(parts)} {draft.label}."
    return shop.made(call, names, label, behaviour, result, selected.inferred)


def _narrowed(shop: Workshop, call: Call, selected: Selected) -> tuple[Match, ...]:
    """Return what a record has to be that is picked: the rule of the path, and what callers ask."""
    scope = shop.inputs.scope(call, of_list=True)
    inputs = ListInputs(call.draft, shop.schemas, shop.nouns, (*selected.matches, *scope))
    for one in shop.inputs.all(call):
        if one.in_body or is_paging(one.name) or is_transport(one.name, "query"):
            continue
        if not says_paging(one.name, shop.schemas.shape(one.schema), one.description):
            inputs.take(one.name, one.schema, one.description, call, required=one.required)
    return tuple(inputs.matches)
