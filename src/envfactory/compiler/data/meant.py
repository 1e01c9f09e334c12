"""Texts of a known meaning, coherent with the rest of their record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from envfactory.compiler.data.meaning import Meaning
from envfactory.compiler.data.moment import moment_value
from envfactory.compiler.data.reference import world_name
from envfactory.compiler.data.rows import Row
from envfactory.compiler.data.shape import slug

_SOURCES = ("website", "import", "app")
COLOURS = ("#1f77b4", "#e4572e", "#17a398", "#f2c14e", "#6a4c93", "#2e4057", "#d64550", "#4caf50")


def meant(meaning: Meaning, row: Row) -> str:
    """Return a text of a known meaning."""
    kind, group = meaning.kind, meaning.group
    rng, faker = row.source.rng, row.source.faker
    if kind in _OF_PERSON:
        return _OF_PERSON[kind](row, group)
    if kind in OF_PLACE:
        return OF_PLACE[kind](row, group)
    if kind in _FROM_FAKER:
        return str(getattr(faker, _FROM_FAKER[kind])())
    if kind in row.source.lexicon.words:
        return rng.choice(row.source.lexicon.words[kind])
    return _OTHER[kind](row, group)


_OF_PERSON: dict[str, Callable[[Row, str], str]] = {
    "email": lambda row, group: row.person(_human_group(row, group)).email,
    "first_name": lambda row, group: row.person(group).first,
    "last_name": lambda row, group: row.person(group).last,
    "middle_name": lambda row, group: row.source.faker.first_name(),
    "contact_name": lambda row, group: row.person(_human_group(row, group)).full,
    "full_name": lambda row, group: _full_name(row, group),
    "username": lambda row, group: _username(row, group),
    "person": lambda row, group: row.source.somebody().full,
    "mailbox": lambda row, group: row.source.somebody().email,
    "initials": lambda row, group: row.person(group).first[0] + row.person(group).last[0],
}

OF_PLACE: dict[str, Callable[[Row, str], str]] = {
    "city": lambda row, group: row.place(group).city,
    "region": lambda row, group: row.place(group).region,
    "region_code": lambda row, group: row.place(group).region_code,
    "postal_code": lambda row, group: row.place(group).postal_code,
    "country": lambda row, group: row.place(group).country,
    "country_code": lambda row, group: row.place(group).country_code,
    "continent": lambda row, group: world_name("continent", row.place(group)),
    "country_code_3": lambda row, group: row.source.lexicon.iso3[row.place(group).country_code],
    "latitude": lambda row, group: str(row.place(group).latitude),
    "longitude": lambda row, group: str(row.place(group).longitude),
    "coordinates": lambda row, group: f"{row.place(group).latitude},{row.place(group).longitude}",
    "time_zone": lambda row, group: row.place(group).time_zone,
    "currency": lambda row, group: (row.source.home if row.fact is None else row.place()).currency,
    "language": lambda row, group: row.place(group).language,
    "street": lambda row, group: row.street(group),
    "full_address": lambda row, group: _full_address(row, group),
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
    "identifier": lambda row, group: identifier(row, group),
    "hours": lambda row, group: row.source.rng.choice(("9:00 to 18:00", "8:00 to 16:30")),
    "json": lambda row, group: f'{{"source": "{row.source.rng.choice(_SOURCES)}"}}',
    "image_url": lambda row, group: (
        f"https://images.{row.source.domain}/"
        f"{row.person().username if row.human else slug(row.item.title) or 'picture'}.jpg"
    ),
    "hostname": lambda row, group: _domain(row),
    "slug": lambda row, group: (
        identifier(row, group) if is_foreign(group, row) else _called(row) or slug(row.noun)
    ),
    "file_name": lambda row, group: (
        f"{_called(row) or 'file'}.{group if group in _ENDINGS else _sort_of_file(row)[0]}"
    ),
    "mime": lambda row, group: _sort_of_file(row)[1],
    "path": lambda row, group: f"/{slug(row.noun)}/{_called(row) or row.number}",
    "hex_colour": lambda row, group: row.source.rng.choice(COLOURS),
    "uuid": lambda row, group: _uuid(row),
    "wallet": lambda row, group: f"0x{row.source.rng.getrandbits(160):040x}",
    "calendar_uid": lambda row, group: f"{_uuid(row)}@{row.source.domain}",
    "imei": lambda row, group: _hardware_number(row),
    "package": lambda row, group: f"com.example.{slug(row.item.title, '') or 'app'}",
    "nothing": lambda row, group: "",
    "base64": lambda row, group: "RW52aXJvbm1lbnQ=",
    "account_number": lambda row, group: str(row.source.rng.randint(10_000_000, 99_999_999)),
    "last4": lambda row, group: f"{row.source.rng.randint(0, 9999):04}",
    "number": lambda row, group: _number_text(row),
    "count": lambda row, group: str(row.source.rng.randint(0, 48)),
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


def _username(row: Row, group: str) -> str:
    """Return a login: a company's is made of its name."""
    if "" in row.companies and not row.human:
        return slug(row.companies[""], "")
    return row.person(_human_group(row, group)).username


def _human_group(row: Row, group: str) -> str:
    """Return the person meant by an address or login: the record itself where it is a person."""
    return "" if row.human else group


def _full_name(row: Row, group: str) -> str:
    """Return a name for `display_name` and the like: a person's only where a person is meant."""
    if "" in row.companies and not group:
        return row.companies[""]
    if is_foreign(group, row):
        return _title(row, group)
    if row.human or (row.theme is None and not row.fields.isdisjoint(_OF_SOMEBODY)):
        return row.person(group).full
    return row.item.title


_OF_SOMEBODY = frozenset(
    ["email", "username", "first_name", "avatar", "avatar_url", "picture", "photo_url", "phone"]
)


def is_foreign(group: str, row: Row) -> bool:
    """Return whether a group of fields names another kind of thing than the record is."""
    last, lexicon = group.rpartition("_")[2], row.source.lexicon
    if not last or last == row.noun.split()[-1]:
        return False
    if last in lexicon.people or last in lexicon.organisations:
        return True
    theme = lexicon.themes.get(last)
    return theme is not None and theme is not row.theme and not row.human


def _sort_of_file(row: Row) -> tuple[str, str]:
    """Return the ending and the media type of the file that a record is or has."""
    nouns = [*row.noun.split(), row.theme.name if row.theme else ""]
    return next((_FILES[noun] for noun in reversed(nouns) if noun in _FILES), _FILES["document"])


_ENDINGS: tuple[str, ...] = (
    "csv",
    "json",
    "pdf",
    "pfx",
    "pem",
    "txt",
    "xls",
    "xlsx",
    "xml",
    "yaml",
    "zip",
)
_PICTURE, _VIDEO, _SOUND = ("jpg", "image/jpeg"), ("mp4", "video/mp4"), ("mp3", "audio/mpeg")
_FILES = {
    "document": ("pdf", "application/pdf"),
    "spreadsheet": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    **dict.fromkeys(("photo", "image", "picture", "avatar", "thumbnail", "artwork"), _PICTURE),
    **dict.fromkeys(("film", "video", "clip", "movie", "footage"), _VIDEO),
    **dict.fromkeys(("song", "audio", "voice", "sound", "podcast", "recording", "speech"), _SOUND),
}


def _title(row: Row, group: str) -> str:
    """Return what the record, or the thing that the group names, is called."""
    if not group:
        return row.person().full if row.human else row.item.title
    nouns = tuple(group.split("_"))
    told = world_name(nouns[-1], row.place()) if nouns[-1] != row.noun.split()[-1] else ""
    if told:
        return told
    if nouns[-1] in row.source.lexicon.words:
        return row.source.rng.choice(row.source.lexicon.words[nouns[-1]])
    if nouns[-1] in row.source.lexicon.organisations:
        return row.company(group)
    if nouns[-1] in row.source.lexicon.people and nouns[-1] not in row.noun.split():
        return row.person(group).full
    lexicon = row.source.lexicon
    theme = lexicon.themes.get(" ".join(nouns)) or lexicon.theme(nouns[-1:])
    if theme is not None and (theme is not row.theme or row.human):
        return row.source.rng.choice(theme.items).title
    return row.item.title


def _called(row: Row) -> str:
    """Return the name of a record as addresses have it."""
    return row.person().username if row.human else slug(row.item.title)


def _url(row: Row) -> str:
    called = row.theme is not None and row.theme.name not in ("message", "comment", "review")
    page = row.person().username if row.human else slug(row.item.title) if called else ""
    page = page or slug(row.key) or str(row.number + 1)
    return f"https://{row.source.domain}/{slug(row.noun)}/{page}"


def identifier(row: Row, group: str) -> str:
    """Return a text that identifies something of the kind that the group names."""
    return f"{slug(group or row.noun)}-{row.source.rng.randint(100, 999)}"


def _location(row: Row, group: str) -> str:
    theme = row.source.lexicon.themes["location"]
    return f"{row.source.rng.choice(theme.items).title}, {row.place(group).city}"


def _hardware_number(row: Row) -> str:
    if row.human:
        return f"{row.person().first[0]}{row.person().last[0]}-{row.source.rng.randint(1000, 9999)}"
    return f"86{row.source.rng.randrange(10**13):013}"


def _full_address(row: Row, group: str) -> str:
    place = row.place(group)
    return f"{row.street(group)}, {place.city} {place.postal_code}, {place.country}"


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
