"""Look-ups: reads that no stored record answers, each a small fixed data set of its own.

`/rates?from=&to=`, `/users/{id}/stats` and `/status` answer with an object that nobody creates.
The inputs that decide the answer become fields beside those of the answer; together they tell the
answers apart. Where there are no such inputs there is just one answer. What can only be computed
from what callers make up (a translation, a validation) is no look-up.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from envfactory.source.description import JsonSchema
from envfactory.spec.call import Call, Input, Meaningless
from envfactory.spec.draft import Draft, Labels
from envfactory.spec.implied import is_free
from envfactory.spec.link import link_to
from envfactory.spec.made import Made, Workshop
from envfactory.spec.model import GetRecord, Match, Omission, Reference, Result, Scalar
from envfactory.spec.name import Nouns, identifier, snake, word_set, words
from envfactory.spec.parameter import is_paging, is_presentation, is_transport
from envfactory.spec.prose import plain, sentence
from envfactory.spec.resource import Kind, Seen, clean_component
from envfactory.spec.route import CRUD_VERBS
from envfactory.spec.schema import Schemas, Shape
from envfactory.spec.slot import KeyChoice, Slot, gather, inferred_key, named_key, own_key
from envfactory.spec.value import describe

COMPUTES = "computes, keeps no record"
SEARCHES = "searches in what no table holds"
_SEARCHING = word_set("search find query autocomplete suggest suggestions typeahead")
FIXED = "answers come from a fixed data set"
"""What a tool says that looks an answer up."""
_COMPUTING = word_set(
    "translate translation convert conversion converter validate validation validator verify "
    "verification calculate calculator calculation compute parse parser render sentiment "
    "summarize tokenize encode decode hash encrypt decrypt predict prediction classify recognize "
    "recognition detect detection screenshot resize transcribe evaluate simulate ping echo "
    "whatismyip lint spellcheck login logout signin signout authorize oauth callback token "
    "authenticate"
)
_SELECTORS = word_set("id uuid guid key code slug symbol ticker isbn sku name number username")
_FREE_QUERIES = word_set(
    "q query search keyword keywords term terms phrase search_term search_text "
    "search_query text_query"
)
_NUMBERED = word_set("id uuid guid sid number no key ref reference hash")
"""Last words of keys that a service gives out; people choose the others."""
_SILENT = word_set("from to by for of in with on at the a an me my self all api v1 v2 v3")
_LONGEST_NOUN = 4
_LONGEST_WHOLE = 6
_MOST_OPTIONAL = 3
_MOST_MEASURES = 2
"""A place has two coordinates; what asks for more numbers computes with them."""


@dataclass(frozen=True)
class LookUp:
    """What decides the answer of a read: inputs of the operation, in the order of its address."""

    seen: Seen
    asked: tuple[Input, ...]


@dataclass(frozen=True)
class LookUps:
    """The look-ups of an API, by 'METHOD /path', and the kinds of their answers."""

    found: Mapping[str, LookUp] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()

    def only(self, kept: Container[int]) -> LookUps:
        """Return the look-ups without the kinds whose `id` is not kept."""
        return replace(self, kinds=tuple(kind for kind in self.kinds if id(kind) in kept))


def find_look_ups(
    left: Iterable[Seen], drafts: list[Draft], schemas: Schemas, common: frozenset[str]
) -> LookUps:
    """Return the look-ups among operations that no other rule explains.

    What is kept in a table already is not looked up beside it.
    """
    found: dict[str, LookUp] = {}
    names = {shape.name for draft in drafts for shape in draft.kind.responses if shape.name}
    owners = {home: draft for draft in drafts for home in draft.kind.homes}
    for seen in left:
        if _is_kept(seen.response.shape, names, owners.get(seen.route.nouns)):
            continue
        with suppress(Meaningless):
            look_up = find_look_up(seen, schemas, common)
            if look_up is not None:
                found[seen.where] = look_up
    return LookUps(found, tuple(_kinds(list(found.values()))))


def _is_kept(shape: Shape, names: Container[str], owner: Draft | None) -> bool:
    """Tell whether an answer is a record of an entity."""
    if shape.name in names:
        return True
    known = {words(name) for name in shape.properties}
    return owner is not None and len(known & set(owner.slots)) * 2 >= max(2, len(known))


def find_look_up(seen: Seen, schemas: Schemas, common: frozenset[str]) -> LookUp | None:
    """Return what decides the answer of a read that no other rule explains.

    Raises:
        Meaningless: If the answer is computed from what callers make up.
    """
    if seen.operation.method != "get" or seen.response.kind != "record" or not seen.route.steps:
        return None
    if not seen.response.shape.properties:
        return None
    said = {part for step in seen.route.steps for part in words(step.segment)}
    said |= set(seen.route.verb_words)
    if said & _COMPUTING:
        raise Meaningless(COMPUTES)
    asked = [one for one in _inputs(seen) if _decides(one, seen, common)]
    if not asked:
        if said & _SEARCHING or any(
            "_".join(words(p.name)) in _FREE_QUERIES for p in _inputs(seen)
        ):
            raise Meaningless(SEARCHES)
        asked = _selectors(seen) or _optional(seen, schemas)
    if len([one for one in asked if _is_measured(schemas.shape(one.schema))]) > _MOST_MEASURES:
        raise Meaningless(COMPUTES)
    for one in asked:
        parts = words(one.name)
        if is_free(parts, schemas.shape(one.schema)) or "_".join(parts) in _FREE_QUERIES:
            raise Meaningless(COMPUTES)
    return LookUp(seen, tuple(asked))


def _is_measured(shape: Shape) -> bool:
    """Tell whether values are numbers that callers choose freely, as in a simulation."""
    return shape.kind == "number" and not shape.choices


def _inputs(seen: Seen) -> list[Input]:
    """Return path parameters in the order of the path, then the query parameters."""
    given = {one.name: one for one in seen.operation.parameters if one.location == "path"}
    route = seen.route
    names = [*route.context, *(p for step in route.steps for p in step.parameters), *route.tail]
    found = []
    for name in dict.fromkeys([*names, *given]):
        one = given.get(name)
        schema: JsonSchema = {"type": "string"}
        if one is not None and one.schema_:
            schema = one.schema_
        if name in names or f"{{{name}}}" in seen.operation.path.partition("?")[2]:
            found.append(Input(name, schema, True, one.description if one else ""))
    for one in seen.operation.parameters:
        if one.location == "query":
            found.append(Input(one.name, one.schema_, one.required, one.description))
    return found


def _decides(one: Input, seen: Seen, common: frozenset[str]) -> bool:
    if not one.required or one.name in common:
        return False
    picked = seen.route.steps[-1].parameters + seen.route.tail
    if one.name in picked:
        return True
    if is_transport(one.name, "query") or is_presentation(one.name):
        return False
    return not is_paging(one.name)


def _selectors(seen: Seen) -> list[Input]:
    """Return the optional input that names the record which is answered with, if there is one."""
    fields = {words(name) for name in seen.response.shape.properties}
    path = {part for step in seen.route.steps for part in step.noun}
    noun = seen.route.steps[-1].noun
    found = []
    for one in _inputs(seen):
        parts = words(one.name)
        if not parts or parts[-1] not in _SELECTORS or is_transport(one.name, "query"):
            continue
        own = parts[len(noun) :] if parts[: len(noun)] == noun else parts
        told = len(parts) > 1 and set(parts[:-1]) <= path
        if parts in fields or own in fields or told:
            found.append(one)
    return found[:1]


def _optional(seen: Seen, schemas: Schemas) -> list[Input]:
    """Return the optional inputs that an answer depends on, where no other decides.

    Raises:
        Meaningless: If there are too many to say which of them callers mean.
    """
    found = []
    for one in _inputs(seen):
        shape = schemas.shape(one.schema)
        if is_transport(one.name, "query") or is_presentation(one.name) or is_paging(one.name):
            continue
        if shape.kind not in ("string", "integer") or shape.has_default:
            continue
        if words(one.name) and not is_free(words(one.name), shape):
            found.append(one)
    if len(found) > _MOST_OPTIONAL:
        raise Meaningless("answers by many inputs that may all be left out")
    return found


# ---------------------------------------------------------------------------- records
def _kinds(look_ups: list[LookUp]) -> list[Kind]:
    """Return a kind for each path and choice of deciding inputs."""
    found: dict[tuple[object, ...], Kind] = {}
    for one in look_ups:
        route = one.seen.route
        asked = tuple(sorted(given.name for given in one.asked))
        kind = found.setdefault(
            (route.nouns, route.verb_words, asked), Kind(route.nouns[-1], homes=[route.nouns])
        )
        kind.seen.append(one.seen)
    return list(found.values())


def look_up_drafts(
    look_ups: LookUps,
    others: list[Draft],
    labels: Labels,
    schemas: Schemas,
    nouns: Nouns,
    omit: list[Omission],
) -> list[Draft]:
    """Return drafts of what look-ups answer with; `others` are the entities beside them."""
    drafts = []
    for kind in look_ups.kinds:
        slots = gather(kind, schemas, omit)
        if not slots:
            continue
        look_up = look_ups.found[kind.seen[0].where]
        own = _own_input(look_up, others, schemas)
        choice = _key(kind, slots, look_up, own, schemas)
        draft = labels.draft(kind, slots, choice, *_nouns(kind, nouns))
        draft.looked_up = bool(look_up.asked)
        draft.singleton = not look_up.asked
        draft.asked = {own: choice.slot.source_name} if own is not None else {}
        drafts.append(draft)
    return drafts


def _own_input(look_up: LookUp, others: list[Draft], schemas: Schemas) -> str | None:
    """Return the one input that decides, where it names the answer itself."""
    if len(look_up.asked) != 1:
        return None
    one = look_up.asked[0]
    shape = schemas.shape(one.schema)
    if shape.kind not in ("string", "integer", "any") or shape.choices:
        return None
    if shape.format in ("date", "date-time") or not _is_own(look_up.seen, one.name, others):
        return None
    return one.name


def _key(
    kind: Kind,
    slots: dict[tuple[str, ...], Slot],
    look_up: LookUp,
    own: str | None,
    schemas: Schemas,
) -> KeyChoice:
    if own is not None:
        choice = named_key(kind, slots, own, schemas)
        if choice.type == "string" and choice.slot.words[-1] not in _NUMBERED:
            choice.style = "natural"
        return choice
    asked = {words(one.name) for one in look_up.asked}
    found = own_key(kind, {parts: s for parts, s in slots.items() if parts not in asked}, schemas)
    return found or inferred_key(kind, slots)


def _is_own(seen: Seen, name: str, others: list[Draft]) -> bool:
    """Tell whether an input names the answer itself and no record of another kind."""
    steps = seen.route.steps
    if any(name in step.parameters for step in steps[:-1]) or name in seen.route.context:
        return False
    parts = words(name)
    stems = {parts, parts[:-1]} if parts[-1:] in (("id",), ("code",), ("key",)) else {parts}
    return not any(other.noun in stems or other.noun[-1:] in stems for other in others)


def _nouns(kind: Kind, nouns: Nouns) -> list[tuple[str, ...]]:
    """Return what to call the answers, the best first: by path, by schema, by the whole path."""
    seen = kind.seen[0]
    component = tuple(clean_component(seen.response.shape.name, nouns).split("_"))
    told = any(component) and len(component) <= _LONGEST_NOUN
    spoken = [nouns.singular_words(parts) for parts in _spoken(seen)] or [kind.noun]
    whole = tuple(part for parts in spoken for part in parts)
    wanted = [spoken[-1]] if len(spoken) == 1 else []
    if told and len(component) > 1:
        wanted.append(component)
    wanted += [(*spoken[-2], *spoken[-1])] if len(spoken) > 1 else []
    wanted += [component] if told else []
    wanted.append(whole[-_LONGEST_WHOLE:])
    return list(dict.fromkeys(noun for noun in wanted if len(noun) <= _LONGEST_WHOLE))


def _spoken(seen: Seen) -> list[tuple[str, ...]]:
    """Return the words of a path that say what is read: from the last record it goes through on.

    `/owners/{id}/analysis/distances` reads the analysis of distances of an owner.
    """
    steps = seen.route.steps
    passed = [number for number, step in enumerate(steps[:-1]) if step.parameters]
    first = passed[-1] if passed else max(0, len(steps) - 2)
    found = []
    for step in steps[first:]:
        parts = step.noun if step.parameters else words(step.segment) or step.noun
        kept = tuple(part for part in parts if part not in _SILENT and part not in CRUD_VERBS)
        found += [kept] if kept else []
    return found


# ---------------------------------------------------------------------------- identity
def identify(answers: list[Draft], look_ups: LookUps, shop: Workshop) -> None:
    """Give the entities of look-ups the fields that decide which record is meant."""
    for draft in answers:
        look_up = look_ups.found[draft.kind.seen[0].where]
        for one in look_up.asked:
            own = one.name in draft.asked
            name = draft.key if own else _asked_field(draft, one, look_up.seen, shop)
            if name is None:
                draft.asked.clear()
                break
            draft.asked[one.name] = name
            if name != draft.key:
                draft.replace(name, optional=False, has_default=False, default=None)
        if set(draft.asked.values()) - {draft.key}:
            draft.identity = tuple(dict.fromkeys(draft.asked.values()))


def _asked_field(draft: Draft, one: Input, seen: Seen, shop: Workshop) -> str | None:
    """Return the field that an input is about, a new one where the answer has none."""
    parts, steps = words(one.name), seen.route.steps
    for position, step in enumerate(steps[:-1], start=1):
        if one.name not in step.parameters:
            continue
        parent = shop.owners.get(seen.route.nouns[:position]) or shop.linker.by_noun(step.noun)
        if parent is not None and one.name == step.parameters[-1]:
            return link_to(draft, parent, one.name, required=position == len(steps) - 1)
        if len(parts) == 1 and parts != step.noun:
            parts = (*step.noun, *parts)
    if _stands_for_key(draft, parts):
        return draft.key
    known = draft.names.get(parts)
    if known is not None and isinstance(draft.fields[known].type, Scalar):
        return known
    implied = shop.inputs.implied
    found = implied.field(draft, parts, one.name, implied.shape(one))
    return found.name if found is not None else None


def _stands_for_key(draft: Draft, parts: tuple[str, ...]) -> bool:
    return draft.names.get(parts) == draft.key and not draft.choice.inferred


# ---------------------------------------------------------------------------- tools
def make_look_up(shop: Workshop, seen: Seen, draft: Draft, omit: list[Omission]) -> Made:
    """Return the tool that reads an answer.

    Raises:
        Meaningless: If an input that decides the answer is about no field.
    """
    call = Call(seen, draft, omit)
    inputs = {one.name: one for one in _inputs(seen)}
    if draft.looked_up and not draft.asked:
        raise Meaningless("required parameter has no meaning")
    key: str | None = None
    scope: list[Match] = []
    for name, target in draft.asked.items():
        made = _parameter(shop, call, inputs[name], target)
        if draft.identity:
            scope.append(Match(parameter=made, field=target))
        else:
            key = made
    for name, one in inputs.items():
        if name not in draft.asked:
            needed = one.required and not is_transport(name, "query")
            call.leave_out(name, "given by the path" if needed else "narrows no list")
    behaviour = GetRecord(
        table=draft.table,
        by="only" if draft.singleton else "scope" if scope else "key",
        key=key,
        scope=tuple(scope),
    )
    names = _tool_names(seen, draft)
    phrases = [FIXED] if draft.looked_up else []
    if any(not inputs[name].required for name in draft.asked):
        phrases.append("callers must say what the source lets them leave out")
    result = Result(shape="record", table=draft.table)
    return shop.made(call, names, f"Get the {draft.label}.", behaviour, result, tuple(phrases))


def _parameter(shop: Workshop, call: Call, one: Input, name: str) -> str:
    draft = call.draft
    target = draft.fields[name]
    said = sentence(plain(one.description)) or target.description
    text = said or describe("", words(one.name), draft.noun)
    value = target.type
    if isinstance(value, Scalar):
        value = value.model_copy(update={"pattern": None})
    reference = Reference(table=target.reference.table) if target.reference else None
    if name == draft.key:
        reference, value = Reference(table=draft.table), draft.key_type()
        text = said if one.description else f"Which {draft.label} to get."
    given = target.name if name != draft.key else snake(one.name)
    return call.add(one.name, identifier(given, draft.noun[-1]), value, text, True, reference)


def _tool_names(seen: Seen, draft: Draft) -> list[str]:
    """Return names such as `get_user_settings`, the best first."""
    spoken = "_".join("_".join(parts) for parts in _spoken(seen))
    label = "_".join(draft.noun)
    asked = [f"get_{label}_by_{snake(next(iter(draft.asked)))}"] if draft.asked else []
    return list(dict.fromkeys([f"get_{spoken or label}", f"get_{label}", *asked]))
