"""Slots: the fields of a kind of record as its schemas tell them, and the field that is its key."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Literal

from envfactory.source.description import JsonSchema
from envfactory.spec.model import Omission
from envfactory.spec.records.resource import Kind
from envfactory.spec.shapes.arn_form import arn_form
from envfactory.spec.shapes.key_form import key_form
from envfactory.spec.shapes.schema import Schemas, Shape, either
from envfactory.spec.words.name import Nouns, word_set, words

_SECRET = word_set(
    "password passwd passphrase secret secrets cvv cvc pin privatekey apikey passcode otp pwd"
)
_SECRET_PAIRS = frozenset(
    {
        ("private", "key"),
        ("api", "key"),
        ("access", "token"),
        ("refresh", "token"),
        ("auth", "token"),
        ("secret", "key"),
        ("access", "key"),
        ("security", "code"),
        ("session", "token"),
        ("id", "token"),
    }
)
_HYPERMEDIA = word_set(
    "links link self href _links _embedded etag odata relationships additional_properties "
    "self_link self_uri self_url"
)
_INSTRUCTIONS = word_set(
    "notify send skip force validate dry suppress ignore auto return expand include wait "
    "async silent overwrite upsert preview simulate dryrun"
)
_NATURAL = word_set(
    "name slug code username login email key symbol handle domain iso alias path tag ticker "
    "hostname address label title isbn sku number reference url uri permalink filename"
)
_KEY_NAMES = (("id",), ("uuid",), ("guid",), ("sid",), ("gid",), ("key",), ("ref",))
_LAST_RESORT = (("code",), ("slug",), ("symbol",), ("username",), ("login",), ("name",))


@dataclass
class Slot:
    """One field as far as the schemas tell it.

    Attributes:
        returned: Responses have it; otherwise only requests do.
        sent: Callers may give it.
        always: Responses say that it is always there, or creation requires it.
    """

    source_name: str
    words: tuple[str, ...]
    schema: JsonSchema
    returned: bool
    sent: bool = False
    always: bool = False


@dataclass
class KeyChoice:
    """Which slot identifies a record, and where its values come from.

    Attributes:
        inferred: No schema has the field; records got it so that they can be told apart.
        form: A template of the values, where something tells what they look like.
    """

    slot: Slot
    style: Literal["serial", "integer", "uuid", "token", "natural"]
    type: Literal["string", "integer"]
    inferred: bool = False
    form: str = ""


def gather(kind: Kind, schemas: Schemas, omit: list[Omission]) -> dict[tuple[str, ...], Slot]:
    """Return the fields of a kind by their words, what callers only send included."""
    slots: dict[tuple[str, ...], Slot] = {}
    label = "_".join(kind.noun)
    responses = kind.responses
    for number, shape in enumerate(responses):
        for name, schema in shape.properties.items():
            _add(slots, name, schema, returned=True)
            if number == 0 and name in shape.required and words(name) in slots:
                slots[words(name)].always = True
    for shape in kind.requests("create", "update", "replace"):
        for name, schema in shape.properties.items():
            _add(slots, name, schema, returned=False, sent=not schemas.shape(schema).read_only)
    for shape in kind.requests("create"):
        for name in shape.required:
            if words(name) in slots:
                slots[words(name)].always = True
    told = slots.get((*kind.noun, "id"))
    if told is not None and _is_same_id(kind) and not _is_given(kind, told):
        del slots[told.words]  # what another answer, or a change, calls the id of such a record
    for key in list(slots):
        reason = _unfit(slots[key], schemas.shape(slots[key].schema), bool(responses))
        if reason:
            omit.append(
                Omission(subject="field", where=f"{label}.{slots[key].source_name}", reason=reason)
            )
            del slots[key]
    return slots


def _is_same_id(kind: Kind) -> bool:
    """Tell whether answers speak of the `id` of an order or of its `orderId`, never of both."""
    named = [{words(name) for name in shape.properties} for shape in kind.responses]
    together = any({("id",), (*kind.noun, "id")} <= names for names in named)
    return not together and any(("id",) in names for names in named)


def _is_given(kind: Kind, told: Slot) -> bool:
    """Tell whether callers give a value to the records that they make, and not only name them."""
    made = kind.requests("create")
    return told.sent and any(told.words == words(name) for one in made for name in one.properties)


def _add(
    slots: dict[tuple[str, ...], Slot],
    name: str,
    schema: JsonSchema,
    returned: bool,
    sent: bool = False,
) -> None:
    key = words(name) or (name,)
    known = slots.get(key)
    if known is None:
        slots[key] = known = Slot(name, words(name), schema, returned)
    else:
        known.schema = either(known.schema, schema)
    known.sent = known.sent or sent


def _unfit(slot: Slot, shape: Shape, has_responses: bool) -> str:
    """Return why a field is left out, or ''."""
    if is_secret(slot.words):
        return "secret"
    if "_".join(slot.words) in _HYPERMEDIA or slot.source_name.startswith(("_links", "@", "$")):
        return "transport"
    if shape.format in ("binary", "byte") or shape.format == "base64":
        return "binary content"
    if slot.words in (("object",), ("kind",)) and _is_constant(shape):
        return "transport"
    if is_instruction(slot.words, shape) and has_responses and not slot.returned:
        return "instruction, not data"
    if shape.kind == "any" and not slot.sent:
        return "no type stated"
    return ""


def _is_constant(shape: Shape) -> bool:
    return (
        len(shape.choices) == 1
        or "#" in str(shape.default)
        or "always" in shape.description.lower()
    )


def is_natural(parts: tuple[str, ...]) -> bool:
    """Tell whether people choose the values of a key of that name, and no service counts them."""
    return bool(parts) and parts[-1] in _NATURAL


def is_secret(parts: tuple[str, ...]) -> bool:
    """Tell whether a field of that name holds what an environment must not keep."""
    return bool(_SECRET & set(parts)) or any(
        pair in _SECRET_PAIRS for pair in itertools.pairwise(parts)
    )


def is_instruction(parts: tuple[str, ...], shape: Shape) -> bool:
    """Tell whether a request field says how to do something rather than what to store."""
    return shape.kind == "boolean" and bool(parts) and parts[0] in _INSTRUCTIONS


def choose_key(
    kind: Kind, slots: dict[tuple[str, ...], Slot], schemas: Schemas, nouns: Nouns
) -> KeyChoice | None:
    """Choose the field that identifies a record of this kind, adding it if only paths name it."""
    parameters = kind.item_parameters
    if _is_only_found_by(kind, parameters[:1]):
        declared = own_key(kind, slots, schemas)
        if declared is not None and declared.slot.returned:
            return declared
    if _is_told_by_several(kind):
        return own_key(kind, slots, schemas) or inferred_key(kind, slots)
    for parameter in parameters[:1]:
        for candidate in _candidates(words(parameter), kind.noun):
            slot = slots.get(candidate)
            if slot is not None and _is_plain(schemas.shape(slot.schema)):
                return _choice(kind, slot, schemas)
    own = kind.noun
    wanted = [*_KEY_NAMES, (*own, "id"), (*own[-1:], "id"), (*own, "uuid"), (*own, "key")]
    if not parameters:
        wanted += [(*own, "code"), (*own, "number"), (*own, "name"), *_LAST_RESORT]
    for candidate in wanted:
        slot = slots.get(candidate) or slots.get(("".join(candidate),))
        if slot is None or (parameters and candidate in _LAST_RESORT):
            continue
        if candidate == ("username",) and not slot.returned:
            continue  # who sends it, and not which record it is
        if _is_plain(schemas.shape(slot.schema)):
            return _choice(kind, slot, schemas)
    qualified = [
        slot
        for parts, slot in slots.items()
        if parts[: len(own)] == own and parts[-1] == "id" and _is_plain(schemas.shape(slot.schema))
    ]
    if len(qualified) == 1:
        return _choice(kind, qualified[0], schemas)
    if not parameters or not _is_kept(kind):
        return None
    return _choice(kind, _added(kind, slots, parameters[0]), schemas)


def inferred_key(kind: Kind, slots: dict[tuple[str, ...], Slot]) -> KeyChoice:
    """Return a key for records that have none, adding it in front of their fields."""
    free = (
        parts for parts in (("id",), (*kind.noun, "id"), ("record", "id")) if parts not in slots
    )
    parts = next(free, ("record", "key"))
    slot = Slot("_".join(parts), parts, {"type": "string"}, returned=True, always=True)
    _put_first(slots, slot)
    return KeyChoice(slot, "serial", "string", inferred=True)


def own_key(kind: Kind, slots: dict[tuple[str, ...], Slot], schemas: Schemas) -> KeyChoice | None:
    """Return the field that by its name identifies a record and nothing else, if there is one."""
    for candidate in (*_KEY_NAMES, (*kind.noun, "id"), (*kind.noun[-1:], "id")):
        slot = slots.get(candidate)
        if slot is not None and _is_plain(schemas.shape(slot.schema)):
            return _choice(kind, slot, schemas)
    return None


def named_key(
    kind: Kind, slots: dict[tuple[str, ...], Slot], parameter: str, schemas: Schemas
) -> KeyChoice:
    """Return the key that a parameter stands for, adding it where no schema has such a field."""
    for candidate in _candidates(words(parameter), kind.noun):
        slot = slots.get(candidate)
        if slot is not None and _is_plain(schemas.shape(slot.schema)):
            return _choice(kind, slot, schemas)
    choice = _choice(kind, _added(kind, slots, parameter), schemas)
    choice.inferred = True
    return choice


def _put_first(slots: dict[tuple[str, ...], Slot], slot: Slot) -> None:
    others = {key: value for key, value in slots.items() if key != slot.words}
    slots.clear()
    slots[slot.words] = slot
    slots.update(others)


def _is_told_by_several(kind: Kind) -> bool:
    """Tell whether paths pick a record by several values, as `/zones/{area}/{place}` does.

    What callers make or change has a key of its own, which the last value stands for.
    """
    if {seen.kind for seen in kind.seen} - {"get", "list", "search"}:
        return False
    own = [seen.route.steps[-1].parameters for seen in kind.seen if seen.kind == "get"]
    return bool(own) and all(len(parameters) > 1 for parameters in own)


def _is_only_found_by(kind: Kind, parameters: list[str]) -> bool:
    """Tell whether a tool without an address finds records by what it may not know them by."""
    picked = [
        seen
        for seen in kind.seen
        if seen.route.on_item and seen.route.steps[-1].parameters[-1] in parameters
    ]
    named = all(seen.origin is not None and seen.origin.name for seen in picked)
    return bool(picked) and named and all(seen.kind == "get" for seen in picked)


def _is_kept(kind: Kind) -> bool:
    """Tell whether more than a single read speaks of records that a path names."""
    done = {seen.kind for seen in kind.seen}
    on_items = any(s.route.on_item and s.kind in ("update", "replace", "delete") for s in kind.seen)
    return on_items or ("get" in done and bool(done & {"list", "create"}))


def _candidates(parameter: tuple[str, ...], noun: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return field names that a path parameter may stand for, the likeliest first."""
    found = [parameter, ("".join(parameter),)]
    for own in (noun, noun[-1:]):
        if parameter[: len(own)] == own and len(parameter) > len(own):
            found.append(parameter[len(own) :])
        found.append((*own, *parameter))
    joined = "".join(parameter)
    if joined.startswith("".join(noun)) and joined != "".join(noun):
        found.append((joined.removeprefix("".join(noun)),))
    if parameter == noun or parameter == noun[-1:]:
        found += [("id",), (*noun, "id"), ("name",), ("slug",), ("code",)]
    if parameter[-1:] == ("id",) or parameter[-1:] == ("identifier",):
        found += [("id",), ("uuid",)]
    return found


def _is_plain(shape: Shape) -> bool:
    return shape.kind in ("string", "integer", "number") and shape.format not in (
        "date",
        "date-time",
    )


def _added(kind: Kind, slots: dict[tuple[str, ...], Slot], parameter: str) -> Slot:
    schema: JsonSchema = {"type": "string"}
    for seen in kind.seen:
        for one in seen.operation.parameters:
            if one.name == parameter and one.schema_:
                schema = one.schema_
                break
    parts = words(parameter) or ("id",)
    slot = Slot(parameter if words(parameter) else "id", parts, schema, returned=True, always=True)
    _put_first(slots, slot)
    return slot


def _choice(kind: Kind, slot: Slot, schemas: Schemas) -> KeyChoice:
    shape = schemas.shape(slot.schema)
    slot.always = True
    needed = any(
        words(name) == slot.words and not schemas.shape(request.properties.get(name, {})).read_only
        for request in kind.requests("create")
        for name in request.required
    )
    put_only = not kind.requests("create") and bool(kind.requests("replace"))
    natural = is_natural(slot.words) and slot.words[-2:] != ("serial", "number")
    if natural and slot.words[-1] in {"key", "number", "reference"}:
        natural = needed or put_only
    if shape.kind == "string" and (natural or needed):
        return KeyChoice(slot, "natural", "string")
    if shape.kind in ("integer", "number"):
        return KeyChoice(slot, "integer", "integer")
    if shape.format == "uuid" or slot.words[-1] in ("uuid", "guid"):
        return KeyChoice(slot, "uuid", "string")
    shapes = [shape, *_said_by_paths(kind, schemas)]
    form = arn_form(shapes, kind.noun) if slot.words[-1] == "arn" else None
    form = form or key_form(shapes, kind.noun)
    if form is None:
        return KeyChoice(slot, "serial", "string")
    return KeyChoice(slot, form.style, "string", form=form.template)


def _said_by_paths(kind: Kind, schemas: Schemas) -> list[Shape]:
    """Return what path parameters that pick one such record say of its key."""
    picked = kind.item_parameters[:1]
    found: list[Shape] = []
    for seen in kind.seen:
        for one in seen.operation.parameters if seen.route.on_item else ():
            if one.name in picked and kind.is_named(seen.route.nouns[-1]):
                shape = schemas.shape(one.schema_)
                examples = (*shape.examples, *([one.example] if one.example is not None else []))
                said = one.description or shape.description
                found.append(replace(shape, examples=examples, description=said))
    return found[:3]
