"""Answers: what look-ups return, as entities that nobody changes, and the tools that read them."""

from __future__ import annotations

from envfactory.spec.model import GetRecord, Match, Omission, Reference, Result, Scalar
from envfactory.spec.operations.seen import Seen
from envfactory.spec.reads.lookup import LookUp, LookUps, inputs_of
from envfactory.spec.records.call import Call, Input, Meaningless
from envfactory.spec.records.draft import Draft, Labels
from envfactory.spec.records.link import link_to
from envfactory.spec.records.made import Made, Workshop
from envfactory.spec.records.parameter import is_transport
from envfactory.spec.records.resource import Kind
from envfactory.spec.records.slot import KeyChoice, Slot, gather, inferred_key, named_key, own_key
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.route import CRUD_VERBS
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.shapes.value import describe
from envfactory.spec.words.name import Nouns, identifier, snake, word_set, words
from envfactory.spec.words.prose import plain, sentence

FIXED = "answers come from a fixed data set"
"""What a tool says that looks an answer up."""
_NUMBERED = word_set("id uuid guid sid number no key ref reference hash")
"""Last words of keys that a service gives out; people choose the others."""
_SILENT = word_set("from to by for of in with on at the a an me my self all api v1 v2 v3")
_KEYS = word_set("id ids uuid key code number name identifier")
_ME = (("me",), ("self",), ("myself",))
_LONGEST_NOUN = 4
_LONGEST_WHOLE = 6


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
    inputs = {one.name: one for one in inputs_of(seen)}
    if draft.looked_up and not draft.asked:
        raise Meaningless("required parameter has no meaning")
    key: str | None = None
    scope: list[Match] = []
    for name, target in draft.asked.items():
        if any(match.field == target for match in scope):
            call.leave_out(name, "given by the path")
            continue
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
    names = _tool_names(seen, draft, shop.nouns)
    phrases = [FIXED] if draft.looked_up else []
    if any(not inputs[name].required for name in draft.asked):
        phrases.append("callers must say what the source lets them leave out")
    result = Result(shape="record", table=draft.table)
    said = " ".join(shop.nouns.parted(tuple(names[0].split("_")[1:])))
    return shop.made(call, names, f"Get the {said}.", behaviour, result, tuple(phrases))


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


def _names(asked: set[str], noun: tuple[str, ...]) -> bool:
    """Tell whether an input is called as what names a record: `id`, `job_key` and `jobid`."""
    return bool(asked & _KEYS) or any(part.startswith(noun[-1]) for part in asked)


def _tool_names(seen: Seen, draft: Draft, nouns: Nouns) -> list[str]:
    """Return names such as `get_user_settings`, the best first; what a key picks is one."""
    said = _spoken(seen)
    asked = {part for one in draft.asked for part in words(one)}
    if draft.key in draft.asked.values() and said and _names(asked, draft.noun):
        said = [*said[:-1], nouns.singular_words(said[-1])]
    last = words(seen.route.steps[-1].segment) if seen.route.steps else ()
    if last in _ME and said and not draft.asked:
        said = [*said[:-1], ("current", *nouns.singular_words(said[-1]))]
    spoken = "_".join("_".join(parts) for parts in said)
    label = "_".join(draft.noun)
    longer = [f"get_{label}_by_{snake(next(iter(draft.asked)))}"] if draft.asked else []
    return list(dict.fromkeys([f"get_{spoken or label}", f"get_{label}", *longer]))
