"""Nearby: lists of what lies around a place that callers name, the nearest first.

`GET /stations/nearby?lat=&lng=&radius=` finds stations that have a latitude and a longitude. How
far away something is then is no field of it, though answers may say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from envfactory.spec.model import Near, Omission, Scalar
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.call import Call, Input
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.made import Workshop
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import identifier, word_set, words
from envfactory.spec.words.prose import plain, sentence

NEAREST = "the nearest records come first"
NEARBY = "asks for what is nearby"
"""Why a list is left out that is about a place, where records do not say where they lie."""
IN_KILOMETRES = "the distance is in kilometres"
_LATITUDES = word_set("lat latitude")
_LONGITUDES = word_set("lon lng long longitude")
_DISTANCES = word_set("radius distance dist range proximity within")
_MEASURED = ("number", "integer")
_DISTANCE = re.compile(r"distance(?:_(?:km|mi|m|miles|meters|kilometers))?")
_UNITS = (
    ("km", re.compile(r"\bkm\b|kilomet", re.IGNORECASE)),
    ("mi", re.compile(r"\bmi\b|\bmiles?\b", re.IGNORECASE)),
    ("m", re.compile(r"\bm\b|\bmet(?:er|re)s?\b", re.IGNORECASE)),
)
_TEXTS = {
    "latitude": "Latitude of the place to look around, in degrees north.",
    "longitude": "Longitude of the place to look around, in degrees east.",
    "radius": "How far away records may lie at most, in {unit}.",
}
_SPELLED = {"km": "kilometres", "mi": "miles", "m": "metres"}


def find_near(shop: Workshop, call: Call) -> tuple[Near, frozenset[str]] | None:
    """Return the place that a list is about, and the inputs that say so; None where it has none.

    The parameters are added to the call.
    """
    asked = _place(shop.inputs.all(call), shop.schemas)
    held = _fields(call.draft)
    if asked is None or held is None:
        return None
    latitude, longitude, radius = (_described(one, shop.schemas) for one in asked)
    unit = "km" if radius is None else _unit(radius)
    assert latitude is not None
    assert longitude is not None
    given = {
        "latitude": _add(call, latitude, held[0], "latitude"),
        "longitude": _add(call, longitude, held[1], "longitude"),
    }
    if radius is not None:
        given["radius"] = _add_radius(call, radius, unit or "km")
        if not unit:
            call.inferred.append(IN_KILOMETRES)
    call.inferred.append(NEAREST)
    near = Near(latitude_field=held[0], longitude_field=held[1], unit=unit or "km", **given)
    return near, frozenset(one.name for one in asked if one is not None)


def said_near(text: str) -> str:
    """Return the description of a tool that also says which records come first."""
    end = "" if text.endswith((".", "!", "?")) else "."
    return f"{text}{end} The nearest come first."


def drop_distances(
    drafts: Iterable[Draft], seen: Iterable[Seen], schemas: Schemas, omit: list[Omission]
) -> None:
    """Leave out how far away records are, where that depends on the place that callers name."""
    placed = {id(one) for one in seen if _place(_query(one), schemas) is not None}
    for draft in drafts:
        if _fields(draft) is None or not any(id(one) in placed for one in draft.kind.seen):
            continue
        for name in [name for name in draft.fields if _DISTANCE.fullmatch(name)]:
            del draft.fields[name]
            draft.names = {parts: known for parts, known in draft.names.items() if known != name}
            where = f"{'_'.join(draft.noun)}.{name}"
            omit.append(Omission(subject="field", where=where, reason="depends on who asks where"))


def _query(seen: Seen) -> list[Input]:
    return [
        Input(one.name, one.schema_, one.required, one.description)
        for one in seen.operation.parameters
        if one.location in ("query", "path")
    ]


def _place(inputs: list[Input], schemas: Schemas) -> tuple[Input, Input, Input | None] | None:
    """Return the inputs for a latitude, a longitude and a distance; None where one is not clear."""
    latitudes = _called(inputs, _LATITUDES, schemas)
    longitudes = _called(inputs, _LONGITUDES, schemas)
    distances = _called(inputs, _DISTANCES, schemas)
    if len(latitudes) != 1 or len(longitudes) != 1 or len(distances) > 1:
        return None
    if not (latitudes[0].required and longitudes[0].required):
        return None
    return latitudes[0], longitudes[0], next(iter(distances), None)


def _described(one: Input | None, schemas: Schemas) -> Input | None:
    """Return an input with what its schema says of it, where the source says nothing else."""
    if one is None or one.description:
        return one
    return replace(one, description=schemas.shape(one.schema).description)


def _called(inputs: list[Input], names: frozenset[str], schemas: Schemas) -> list[Input]:
    return [
        one
        for one in inputs
        if set(words(one.name)[-1:]) & names and schemas.shape(one.schema).kind in _MEASURED
    ]


def _fields(draft: Draft) -> tuple[str, str] | None:
    """Return the fields that say where a record lies, if there is just one of each."""
    found = []
    for names in (_LATITUDES, _LONGITUDES):
        own = [
            field.name
            for field in draft.fields.values()
            if set(words(field.source_name)) <= names
            and isinstance(field.type, Scalar)
            and field.type.type == "number"
        ]
        if len(own) != 1:
            return None
        found.append(own[0])
    return found[0], found[1]


def _unit(radius: Input) -> str:
    """Return the unit that the name or the text of a distance tells, or ''."""
    told = f"{' '.join(words(radius.name))}. {radius.description}"
    return next((unit for unit, pattern in _UNITS if pattern.search(told)), "")


def _add(call: Call, one: Input, field: str, role: str) -> str:
    """Add a coordinate of the place, called like the field of the records."""
    highest = 90 if role == "latitude" else 180
    kind = Scalar(type="number", minimum=-highest, maximum=highest)
    text = sentence(plain(one.description))
    return call.add(one.name, field, kind, text if " " in text else _TEXTS[role], True)


def _add_radius(call: Call, one: Input, unit: str) -> str:
    kind = Scalar(type="number", minimum=0)
    text = sentence(plain(one.description)) or _TEXTS["radius"].format(unit=_SPELLED[unit])
    return call.add(one.name, identifier(one.name, "radius"), kind, text, one.required)
