"""One value for one field, by what the field is about, coherent with the rest of its record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from envfactory.compiler.amounts import number
from envfactory.compiler.meaning import Meaning, is_time_name, text_meaning, time_meaning
from envfactory.compiler.names import words
from envfactory.compiler.rows import Row
from envfactory.compiler.shape import fit_number, fit_text, like, slug
from envfactory.records import Json
from envfactory.spec.model import FieldSpec, Scalar

_SHAPED = frozenset(
    ["number", "sku", "slug", "version", "account_number", "barcode", "plate", "identifier", "json"]
)
"""Meanings that an example says more about than we know."""
_SOURCES = ("website", "import", "app")
_COLOURS = ("#1f77b4", "#e4572e", "#17a398", "#f2c14e", "#6a4c93", "#2e4057", "#d64550", "#4caf50")


def scalar_value(field: FieldSpec, type_: Scalar, row: Row) -> Json:
    """Return a value for a field (or for one item of a list field) in its JSON form.

    Args:
        field: The field; its name, format and examples say what it is about.
        type_: The type of the value: the field's own, or that of its items.
        row: The record that the value belongs to.

    Raises:
        DefinitionError: If no text fits the type's pattern.
    """
    rng = row.source.rng
    if type_.choices:
        return _choice(field.name, type_, row)
    if type_.type == "boolean":
        return _boolean(field.name, row)
    if type_.type in ("date", "datetime", "time"):
        return moment_value(field.name, type_.type, row)
    if type_.type in ("integer", "number"):
        return _number(field, type_, row)
    return fit_text(_text(field, type_, row), type_, rng)


def _choice(name: str, type_: Scalar, row: Row) -> Json:
    """Return one of the choices: the one that fits the place, where they are currencies etc."""
    meaning = text_meaning(name.rstrip("_"), type_.format)
    if meaning is not None and meaning.kind in _OF_PLACE and meaning.kind != "street":
        fitting = _OF_PLACE[meaning.kind](row, meaning.group).casefold()
        for choice in type_.choices:
            if str(choice).casefold() == fitting:
                return choice
    return row.source.rng.choice(type_.choices)


def moment_value(name: str, kind: str, row: Row) -> str:
    """Return a moment that fits the field's name, as JSON text of a date, datetime or time."""
    rng, moments = row.source.rng, row.moments
    meaning = time_meaning(name)
    if meaning == "birthday":
        moment = moments.now - timedelta(days=rng.randint(19 * 365, 70 * 365))
    elif meaning == "past":
        moment = moments.now - timedelta(days=rng.randint(60, 12 * 365))
    elif meaning == "done":
        later = int((moments.updated - moments.created).total_seconds())
        moment = moments.created + timedelta(seconds=rng.randint(0, later))
    elif meaning == "end" and kind == "date":
        moment = moments.start + timedelta(days=rng.randint(0, 7))
    elif meaning == "moment":
        planned = row.theme is not None and row.theme.name in _PLANNED
        moment = moments.start if planned else moments.created
    else:
        moment = getattr(moments, meaning)
    if kind == "date":
        return moment.date().isoformat()
    if kind == "time":
        return moment.time().replace(second=0, microsecond=0).isoformat()
    return iso(moment)


_PLANNED = frozenset({"event", "trip", "task", "game", "lodging", "course", "project"})
"""Themes whose dates lie around now."""


def iso(moment: datetime) -> str:
    """Return a moment as JSON text: UTC with a Z, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _boolean(name: str, row: Row) -> bool:
    rarely = ("archiv", "delet", "hidden", "lock", "block", "disab", "spam", "draft", "fail")
    mostly = ("activ", "enab", "verif", "visib", "availab", "public", "valid", "subscrib", "is_")
    if any(part in name for part in rarely):
        return row.source.rng.random() < 0.15
    if any(part in name for part in mostly):
        return row.source.rng.random() < 0.75
    return row.source.rng.random() < 0.5


def _number(field: FieldSpec, type_: Scalar, row: Row) -> int | float:
    rng, name = row.source.rng, field.name.rstrip("_")
    meaning = text_meaning(name, "")
    if is_time_name(name) or "unix" in type_.format:
        seconds = datetime.fromisoformat(moment_value(name, "datetime", row)).timestamp()
        value = seconds * 1000 if _in_milliseconds(field) else seconds
    elif meaning is not None and meaning.kind == "latitude":
        value = row.place(meaning.group).latitude
    elif meaning is not None and meaning.kind == "longitude":
        value = row.place(meaning.group).longitude
    else:
        value = number(field, type_, row)
    fitted = fit_number(value, type_, rng)
    return int(fitted) if type_.type == "integer" else round(float(fitted), 4)


def _in_milliseconds(field: FieldSpec) -> bool:
    examples = [e for e in field.examples if isinstance(e, int) and not isinstance(e, bool)]
    return field.name.endswith(("_ms", "_millis")) or any(e > 10**11 for e in examples)


def _text(field: FieldSpec, type_: Scalar, row: Row) -> str:
    name = field.name.rstrip("_")
    meaning = text_meaning(name, type_.format)
    examples = [e for e in field.examples if isinstance(e, str) and 0 < len(e) <= 80]
    if meaning is None and is_time_name(name):
        return _time_text(name, examples, row)
    if (meaning is None or meaning.kind in _SHAPED) and any(
        any(c.isdigit() for c in e) for e in examples
    ):
        coded = [e for e in examples if any(c.isdigit() for c in e)]
        return like(row.source.rng.choice(coded), row.source.rng)
    if meaning is not None:
        return _meant(meaning, row)
    if name in ("position", "rank", "sort_key", "ordinal") and not row.human:
        return f"{row.number + 1:05}"
    known = _known_words(name, row)
    if known is row.source.lexicon.words["colour"] and _wants_hex(type_, examples):
        return row.source.rng.choice(_COLOURS)
    if known:
        return row.source.rng.choice(known)
    if examples:
        return row.source.rng.choice(examples)
    ending = words(name).split()[-1]
    return f"{row.source.rng.choice(row.source.lexicon.qualifiers)} {ending}"


def _wants_hex(type_: Scalar, examples: list[str]) -> bool:
    return "#" in (type_.pattern or "") or any(e.startswith("#") for e in examples)


def _time_text(name: str, examples: list[str], row: Row) -> str:
    """Return a moment for a text field, in the form of its example."""
    if name.endswith("time") and not name.endswith("datetime") and not examples:
        return moment_value(name, "datetime", row)
    dated = name.endswith(("date", "_on")) or any(len(e) == 10 for e in examples)
    return moment_value(name, "date" if dated else "datetime", row)


def _known_words(name: str, row: Row) -> tuple[str, ...]:
    """Return words that the lexicon has for the end of a name."""
    known = row.source.lexicon.words
    last = name.rsplit("_", 1)[-1]
    for key in (name, last, _SYNONYMS.get(last, last)):
        if key in known:
            return known[key]
    return ()


_SYNONYMS = {
    "color": "colour",
    "sex": "gender",
    "make": "manufacturer",
    "state": "status",
    "kind": "type",
    "license": "licence",
    "position": "job",
    "occupation": "job",
    "group": "category",
    "region": "zone",
    "carriers": "carrier",
    "period": "interval",
    "format": "extension",
    "permission": "scope",
    "visibility": "access",
    "privacy": "access",
    "condition": "quality",
    "activity": "frequency",
    "weekday": "day",
}


def _meant(meaning: Meaning, row: Row) -> str:
    """Return a text of a known meaning."""
    kind, group = meaning.kind, meaning.group
    rng, faker = row.source.rng, row.source.faker
    if kind in _OF_PERSON:
        return _OF_PERSON[kind](row, group)
    if kind in _OF_PLACE:
        return _OF_PLACE[kind](row, group)
    if kind in _FROM_FAKER:
        return str(getattr(faker, _FROM_FAKER[kind])())
    if kind in row.source.lexicon.words:
        return rng.choice(row.source.lexicon.words[kind])
    return _OTHER[kind](row, group)


_OF_PERSON: dict[str, Callable[[Row, str], str]] = {
    "email": lambda row, group: row.person(_human_group(row, group)).email,
    "first_name": lambda row, group: row.person(group).first,
    "last_name": lambda row, group: row.person(group).last,
    "full_name": lambda row, group: _full_name(row, group),
    "username": lambda row, group: row.person(_human_group(row, group)).username,
    "person": lambda row, group: row.source.somebody().full,
    "initials": lambda row, group: row.person(group).first[0] + row.person(group).last[0],
}

_OF_PLACE: dict[str, Callable[[Row, str], str]] = {
    "city": lambda row, group: row.place(group).city,
    "region": lambda row, group: row.place(group).region,
    "region_code": lambda row, group: row.place(group).region_code,
    "postal_code": lambda row, group: row.place(group).postal_code,
    "country": lambda row, group: row.place(group).country,
    "country_code": lambda row, group: row.place(group).country_code,
    "latitude": lambda row, group: str(row.place(group).latitude),
    "longitude": lambda row, group: str(row.place(group).longitude),
    "coordinates": lambda row, group: f"{row.place(group).latitude},{row.place(group).longitude}",
    "time_zone": lambda row, group: row.place(group).time_zone,
    "currency": lambda row, group: row.source.home.currency,
    "language": lambda row, group: row.place(group).language,
    "street": lambda row, group: _street(row),
    "address_2": lambda row, group: f"Apartment {row.source.rng.randint(1, 40)}",
    "house_number": lambda row, group: str(row.source.rng.randint(1, 180)),
    "location": lambda row, group: _location(row, group),
    "phone": lambda row, group: _phone(row, group),
}

_FROM_FAKER = {
    "ipv4": "ipv4_private",
    "ipv6": "ipv6",
    "mac": "mac_address",
    "hash": "sha1",
    "secret": "md5",
    "iban": "iban",
    "bic": "swift11",
    "card_number": "credit_card_number",
    "isbn": "isbn13",
    "barcode": "ean13",
    "plate": "license_plate",
    "vin": "vin",
}

_OTHER: dict[str, Callable[[Row, str], str]] = {
    "title": lambda row, group: _title(row, group),
    "text": lambda row, group: row.text(),
    "company": lambda row, group: row.company(group),
    "url": lambda row, group: _url(row),
    "website": lambda row, group: f"https://www.{_domain(row)}",
    "identifier": lambda row, group: _identifier(row, group),
    "hours": lambda row, group: row.source.rng.choice(("9:00 to 18:00", "8:00 to 16:30")),
    "json": lambda row, group: f'{{"source": "{row.source.rng.choice(_SOURCES)}"}}',
    "image_url": lambda row, group: (
        f"https://images.{row.source.domain}/{slug(row.item.title) or 'picture'}.jpg"
    ),
    "hostname": lambda row, group: _domain(row),
    "slug": lambda row, group: slug(row.item.title) or slug(row.noun),
    "file_name": lambda row, group: f"{slug(row.item.title) or 'file'}.pdf",
    "path": lambda row, group: f"/{slug(row.noun)}/{slug(row.item.title) or row.number}",
    "hex_colour": lambda row, group: row.source.rng.choice(_COLOURS),
    "uuid": lambda row, group: _uuid(row),
    "base64": lambda row, group: "RW52aXJvbm1lbnQ=",
    "account_number": lambda row, group: str(row.source.rng.randint(10_000_000, 99_999_999)),
    "last4": lambda row, group: f"{row.source.rng.randint(0, 9999):04}",
    "number": lambda row, group: _number_text(row),
    "sku": lambda row, group: f"{_code(row)}-{row.source.rng.randint(100, 999)}",
    "version": lambda row, group: (
        f"{row.source.rng.randint(1, 4)}.{row.source.rng.randint(0, 12)}."
        f"{row.source.rng.randint(0, 9)}"
    ),
    "birthday": lambda row, group: moment_value("birthday", "date", row),
    "date": lambda row, group: moment_value(group or "date", "date", row),
    "datetime": lambda row, group: moment_value(group or "date", "datetime", row),
    "time": lambda row, group: moment_value(group or "time", "time", row),
    "duration": lambda row, group: f"PT{row.source.rng.choice((15, 30, 45, 60, 90))}M",
    "decimal": lambda row, group: (
        f"{row.source.rng.randint(4, 240)}.{row.source.rng.choice((0, 50, 90, 99)):02}"
    ),
}


def _human_group(row: Row, group: str) -> str:
    """Return the person meant by an address or login: the record itself where it is a person."""
    return "" if row.human else group


def _full_name(row: Row, group: str) -> str:
    """Return a name for `display_name` and the like: a person's only where a person is meant."""
    if "" in row.companies and not group:
        return row.companies[""]
    if row.human or group or row.theme is None:
        return row.person(group).full
    return row.item.title


def _title(row: Row, group: str) -> str:
    """Return what the record, or the thing that the group names, is called."""
    if not group:
        return row.person().full if row.human else row.item.title
    nouns = tuple(group.split("_"))
    if nouns[-1] in row.source.lexicon.organisations:
        return row.company(group)
    theme = row.source.lexicon.theme(nouns)
    if theme is not None and theme is not row.theme:
        return row.source.rng.choice(theme.items).title
    return row.item.title


def _url(row: Row) -> str:
    page = row.person().username if row.human else slug(row.item.title)
    return f"https://{row.source.domain}/{slug(row.noun)}/{page or row.number + 1}"


def _identifier(row: Row, group: str) -> str:
    return f"{slug(group or row.noun)}-{row.source.rng.randint(100, 999)}"


def _location(row: Row, group: str) -> str:
    theme = row.source.lexicon.themes["location"]
    return f"{row.source.rng.choice(theme.items).title}, {row.place(group).city}"


def _street(row: Row) -> str:
    return f"{row.source.rng.randint(1, 140)} {row.source.rng.choice(row.source.lexicon.streets)}"


def _phone(row: Row, group: str) -> str:
    return f"{row.place(group).calling_code} 555 01{row.source.rng.randint(10, 99)}"


def _domain(row: Row) -> str:
    return f"{slug(row.company())}.example.com"


def _code(row: Row) -> str:
    initials = "".join(word[0] for word in slug(row.item.title).split("-") if word)
    return (initials + slug(row.noun, ""))[:3].upper() or "REF"


def _number_text(row: Row) -> str:
    return f"{_code(row)}-{row.moments.created.year}-{row.source.rng.randint(100, 9999):04}"


def _uuid(row: Row) -> str:
    return uuid_text(row.source.rng.getrandbits(128))


def uuid_text(bits: int) -> str:
    """Return a version 4 UUID made of 128 random bits."""
    return str(UUID(int=bits, version=4))
