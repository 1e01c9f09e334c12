"""The person who asks: what `/me`, `/users/self` and `/my/orders` are about.

Where an API keeps people and some of its addresses stand for whoever calls it, one record of the
table of people stands for that person. What belongs to that person is what refers to that record;
what the person marked (favourites, followed ones) carries a mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from envfactory.spec.model import (
    FieldSpec,
    GetRecord,
    Match,
    Omission,
    Persona,
    Reference,
    Result,
    Scalar,
    Through,
)
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.listed import Selected, make_list
from envfactory.spec.reads.selection import INFERRED, list_of, mark, marked, select
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call
from envfactory.spec.records.link import PEOPLE
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.shapes.route import Step
from envfactory.spec.words.name import MAX_LENGTH, Names, identifier, word_set, words

OWNED = "what belongs to the person who asks is a field that the source does not state"
_ME = word_set("me my mine myself self whoami")
_CURRENT = word_set("current loggedin authenticated current_user currentuser me self")
"""What stands for the person who asks behind a word for people."""
_FOLLOWED = word_set(
    "artist show channel organization organisation company playlist topic tag page blog team "
    "project repository board list podcast author creator category community group user"
)
"""What people follow; who they follow may have other things."""
_BELONGING = word_set(
    "owner user author creator customer account member created_by sender client buyer person "
    "employee organizer host"
)


@dataclass(frozen=True)
class Mine:
    """An operation about the person who asks.

    Attributes:
        rest: The steps of the path that say what of that person's is meant.
    """

    rest: tuple[Step, ...]


def find_mine(seen: Seen) -> Mine | None:
    """Return what of the person who asks an operation is about, if its path says 'me'."""
    steps = seen.route.steps
    for number, step in enumerate(steps):
        said = "_".join(words(step.segment))
        behind = number > 0 and steps[number - 1].noun[-1] in PEOPLE
        alone = said in _ME or (behind and said in _CURRENT)
        if alone and not step.parameters:
            before = steps[:number]
            if behind or not before:
                before = before[:-1]
            if any(one.parameters for one in before):
                return None
            return Mine((*before, *steps[number + 1 :]))
        if step.noun[0] == "my" and len(step.noun) > 1:
            return Mine((*steps[:number], replace(step, noun=step.noun[1:]), *steps[number + 1 :]))
    return None


def find_persona(shop: Workshop, seen: Iterable[Seen]) -> Draft | None:
    """Return the entity of the person who asks, if operations are about that person."""
    people: list[Draft] = []
    asked = False
    for one in seen:
        mine = find_mine(one)
        if mine is None:
            continue
        asked = True
        if not mine.rest and one.response.kind == "record":
            named = shop.linker.by_component(one.response.shape.name)
            if named is not None and shop.is_of(one, named):
                return named
        for step in one.route.steps:
            if step.noun[-1] in PEOPLE and not step.parameters:
                people += [d for d in shop.drafts if d.noun == step.noun]
    if not asked:
        return None
    people += [draft for draft in shop.drafts if draft.noun[-1] in PEOPLE and not draft.parent]
    return people[0] if people else None


def stated_persona(
    persona: Draft | None, made: Iterable[Made], taken: Iterable[str]
) -> Persona | None:
    """Return who asks as the specification says it, if any tool needs to know."""
    if persona is None or not any(_asks(one) for one in made):
        return None
    names = Names(taken)
    return Persona(
        table=persona.table, value=names.take(f"current_{'_'.join(persona.noun)}"[:MAX_LENGTH])
    )


def _asks(one: Made) -> bool:
    behaviour = one.behaviour
    through = getattr(behaviour, "through", None)
    parts = [
        part for name in ("matches", "scope", "assigns") for part in getattr(behaviour, name, ())
    ]
    return (
        getattr(behaviour, "by", "") == "me"
        or getattr(behaviour, "member", "") is None
        or (through is not None and through.by == "me")
        or any(part.source == "me" for part in parts)
    )


def make_mine(shop: Workshop, persona: Draft, seen: Seen, omit: list[Omission]) -> Made | None:
    """Return the tool for a read about the person who asks, or None where it is about others."""
    mine = find_mine(seen)
    if mine is None or seen.operation.method != "get":
        return None
    if not mine.rest:
        return _self(shop, persona, seen, omit)
    inner = replace(seen, route=replace(seen.route, steps=mine.rest))
    draft = shop.owners.get(inner.route.nouns) or shop.linker.by_component(seen.response.shape.name)
    if draft is None or not shop.is_of(seen, draft):
        return None
    passed = [step for step in mine.rest[:-1] if step.parameters]
    picked = mine.rest[-1].parameters
    if passed or len(picked) > 1:
        return None
    selected = _selected(shop, persona, draft, mine.rest)
    if selected is None:
        return None
    call = Call(inner, draft, omit)
    if seen.response.kind == "records" and not picked:
        return _list(shop, call, selected)
    if seen.response.kind == "record" and picked and selected.through is None:
        return _get(shop, call, selected)
    return None


def _self(shop: Workshop, persona: Draft, seen: Seen, omit: list[Omission]) -> Made | None:
    if seen.response.kind != "record" or not shop.is_of(seen, persona):
        return None
    call = Call(seen, persona, omit)
    shop.inputs.drop_rest(call)
    noun = "_".join(persona.noun)
    return shop.made(
        call,
        [f"get_current_{noun}", f"get_own_{noun}"],
        f"Get the {persona.label} who asks.",
        GetRecord(table=persona.table, by="me"),
        Result(shape="record", table=persona.table),
    )


def _list(shop: Workshop, call: Call, selected: Selected) -> Made:
    """Read `/me/orders`, `/me/followers`, `/me/favorites` and `/orders/mine/archived`."""
    made = make_list(shop, call, replace(selected, scoped=False))
    steps = call.seen.route.steps
    label = "_".join(dict.fromkeys(part for step in steps for part in words(step.segment)))
    made.names = (f"list_my_{label}", *made.names)
    return made


def _get(shop: Workshop, call: Call, selected: Selected) -> Made:
    """Read `/me/orders/{id}`."""
    key = shop.inputs.key(call)
    shop.inputs.drop_rest(call)
    draft = call.draft
    behaviour = GetRecord(table=draft.table, key=key, scope=selected.matches)
    names = [f"get_my_{'_'.join(draft.noun)}"]
    label = f"Get one {draft.label} of the person who asks."
    result = Result(shape="record", table=draft.table)
    return shop.made(call, names, label, behaviour, result, selected.inferred)


def _selected(
    shop: Workshop, persona: Draft, draft: Draft, steps: tuple[Step, ...]
) -> Selected | None:
    """Return which records are meant by the steps behind 'me'."""
    called = next((step for step in steps if draft.kind.is_named(step.noun)), None)
    parts = tuple(part for step in steps if step is not called for part in words(step.segment))
    state = marked(parts[0]) if len(parts) == 1 else None
    if state == "followed" and draft.noun[-1] not in PEOPLE | _FOLLOWED:
        return None
    if state is not None:
        field = mark(draft, state)
        match = Match(source="constant", constant=True, field=field)
        new = draft.fields[field].inferred
        return Selected(matches=(match,), inferred=(INFERRED,) if new else ())
    if called is None and draft is persona and len(steps) == 1:
        field, inferred = list_of(persona, draft, parts, shop)
        through = Through(table=persona.table, field=field, by="me")
        return Selected(through=through, inferred=(INFERRED,) if inferred else ())
    if draft is persona:
        return None
    if called is None and len(steps) == 1:
        return _owned(persona, draft, Selected())
    selected = select(draft, parts)
    return None if selected is None else _owned(persona, draft, selected)


def _owned(persona: Draft, draft: Draft, selected: Selected) -> Selected:
    """Narrow a selection to what refers to the person who asks."""
    field, inferred = _owner_field(persona, draft)
    match = Match(source="me", field=field)
    phrases = (*selected.inferred, *((OWNED,) if inferred else ()))
    return replace(selected, matches=(match, *selected.matches), inferred=phrases)


def _owner_field(persona: Draft, draft: Draft) -> tuple[str, bool]:
    referring = [
        field
        for field in draft.fields.values()
        if field.reference is not None
        and field.reference.table == persona.table
        and isinstance(field.type, Scalar)
    ]
    likely = [field for field in referring if set(field.name.split("_")) & _BELONGING]
    parent = [field for field in referring if field.name == draft.parent]
    if parent or likely or referring:
        field = (parent or likely or referring)[0]
        return field.name, field.inferred
    source = f"{'_'.join(persona.noun)}_id"
    name = Names(draft.fields).take(identifier(source, "owner"))
    draft.fields[name] = FieldSpec(
        name=name,
        source_name=source,
        type=persona.key_type(),
        description=f"Identifier of the {persona.label} that the {draft.label} belongs to.",
        optional=True,
        reference=Reference(table=persona.table, on_delete="set_null"),
        inferred=True,
    )
    draft.names.setdefault(words(source), name)
    return name, True
