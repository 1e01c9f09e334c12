"""One value for one field, by what the field is about, coherent with the rest of its record."""

from __future__ import annotations

import re
from datetime import datetime

from envfactory.compiler.code.names import words
from envfactory.compiler.data.amounts import number
from envfactory.compiler.data.arn import arn, is_arn
from envfactory.compiler.data.meaning import Meaning, is_time_name, said_meaning, text_meaning
from envfactory.compiler.data.meant import COLOURS, OF_PLACE, identifier, meant
from envfactory.compiler.data.moment import (
    date_form,
    day_text,
    epoch,
    is_moment_number,
    moment_value,
)
from envfactory.compiler.data.rows import Row
from envfactory.compiler.data.shape import fit_number, fit_text, fits, like
from envfactory.compiler.data.usual import (
    in_the_case_of,
    is_region,
    known_words,
    of_other_kinds,
    usual_words,
)
from envfactory.records import Json
from envfactory.spec.model import FieldSpec, Scalar

_SHAPED = frozenset(
    ["number", "sku", "slug", "version", "account_number", "barcode", "plate", "identifier", "json"]
)
"""Meanings that an example says more about than we know."""


def scalar_value(field: FieldSpec, type_: Scalar, row: Row) -> Json:
    """Return a value for a field (or for one item of a list field) in its JSON form.

    None means that nothing tells what would be plausible, and that the field may be empty.

    Args:
        field: The field; its name, format and examples say what it is about.
        type_: The type of the value: the field's own, or that of its items.
        row: The record that the value belongs to.

    Raises:
        DefinitionError: If no text fits the type's pattern.
    """
    rng = row.source.rng
    fact = _of_fact(field, type_, row)
    if fact is not None:
        return fact
    if type_.choices:
        return _choice(field.name, type_, row)
    if type_.type == "boolean":
        return _boolean(field.name, row)
    if type_.type in ("date", "datetime", "time"):
        return moment_value(field.name, type_.type, row)
    if type_.type in ("integer", "number"):
        return _number(field, type_, row)
    text = _text(field, type_, row)
    if text is None and type_.pattern and any(c.isdigit() for c in type_.pattern):
        text = ""
    return None if text is None else fit_text(text, type_, rng)


def _of_fact(field: FieldSpec, type_: Scalar, row: Row) -> Json:
    """Return what is known of the thing in the world that a record tells of, where it fits."""
    value = _known_of(row, field)
    if isinstance(value, str) and type_.type == "string" and not type_.choices:
        return value if fits(value, type_) else None
    if isinstance(value, str) and type_.type == "integer" and re.fullmatch(r"\+\d+", value):
        return int(value)
    if isinstance(value, int | float) and type_.type in ("integer", "number"):
        return value if type_.type == "number" or isinstance(value, int) else None
    return None


def _choice(name: str, type_: Scalar, row: Row) -> Json:
    """Return one of the choices: the one that fits the place, where they are currencies etc."""
    meaning = text_meaning(name.rstrip("_"), type_.format)
    if meaning is not None and meaning.kind in OF_PLACE and meaning.kind != "street":
        fitting = OF_PLACE[meaning.kind](row, meaning.group).casefold()
        for choice in type_.choices:
            if str(choice).casefold() == fitting:
                return choice
    return row.source.rng.choice(type_.choices)


def _boolean(name: str, row: Row) -> bool:
    rarely = (
        "archiv", "delet", "hidden", "lock", "block", "disab", "spam", "draft", "fail", "inactiv",
        "invalid", "unavail", "unsub", "ignor", "pending", "malici", "adult", "suspen", "expired",
        "deprecat", "fraud", "closed", "duplicat", "overdue", "reject", "cancel", "bann", "error",
        "refund",
    )  # fmt: skip
    mostly = ("activ", "enab", "verif", "visib", "availab", "public", "valid", "subscrib", "is_")
    if any(part in name for part in rarely):
        return not row.usual and row.source.rng.random() < 0.15
    if any(part in name for part in mostly):
        return row.usual or row.source.rng.random() < 0.75
    return row.source.rng.random() < 0.5


def _number(field: FieldSpec, type_: Scalar, row: Row) -> int | float | None:
    rng, name = row.source.rng, field.name.rstrip("_")
    meaning = text_meaning(name, "")
    if is_moment_number(name):
        value: float = epoch(name, row)
    elif is_time_name(name) or "unix" in type_.format:
        seconds = datetime.fromisoformat(moment_value(name, "datetime", row)).timestamp()
        value = seconds * 1000 if _in_milliseconds(field) else seconds
    elif meaning is not None and meaning.kind == "latitude":
        value = row.place(meaning.group).latitude
    elif meaning is not None and meaning.kind == "longitude":
        value = row.place(meaning.group).longitude
    else:
        plausible = number(field, type_, row)
        if plausible is None:
            return None
        value = plausible
    fitted = fit_number(value, type_, rng)
    return int(fitted) if type_.type == "integer" else round(float(fitted), 4)


def _in_milliseconds(field: FieldSpec) -> bool:
    examples = [e for e in field.examples if isinstance(e, int) and not isinstance(e, bool)]
    return field.name.endswith(("_ms", "_millis")) or any(e > 10**11 for e in examples)


def _text(field: FieldSpec, type_: Scalar, row: Row) -> str | None:
    """Return a text: by what kind of record it is of, by its name, by its examples."""
    name = field.name.rstrip("_")
    examples = [_bare(e) for e in field.examples if isinstance(e, str) and 0 < len(e) <= 80]
    named = arn(name, type_, row) if is_arn(name) else None
    if named is not None:
        return named
    usual = usual_words(name, row)
    if usual and not of_other_kinds(name, examples, usual):
        return row.source.rng.choice(in_the_case_of(examples, usual))
    if name in _OWNERS:
        return _owner(name, type_, examples, row)
    if is_moment_number(name):
        return str(epoch(name, row))
    if _VALID.fullmatch(name) or any(_DATED.match(one) for one in examples):
        return _time_text(name, examples, row)
    form = next(filter(None, map(date_form, examples)), "")
    if form:
        return day_text(name, form, row)
    if _is_spoken(name, row):
        return _spoken(name, row)
    meaning = _meaning(field, type_, row)
    if meaning is None and is_time_name(name):
        return _time_text(name, examples, row)
    if "year" in name.split("_") and all(map(_YEAR.fullmatch, examples)):
        return _number_text(field, type_, row)
    coded = [e for e in examples if any(c.isdigit() for c in e) and len(e.split()) < _PROSE]
    if coded and (meaning is None or meaning.kind in _SHAPED or _are_numbers(meaning, coded)):
        return like(row.source.rng.choice(coded), row.source.rng)
    if meaning is not None:
        if field.optional and _is_unfounded(meaning, row):
            return None
        return meant(meaning, row)
    if name in ("position", "rank", "sort_key", "ordinal") and not row.human:
        return f"{row.number + 1:05}"
    return _other_text(field, type_, examples, row)


def _are_numbers(meaning: Meaning, coded: list[str]) -> bool:
    """Return whether somebody is named by digits alone: who sends a text message."""
    return meaning.kind in ("person", "contact_name") and not any(map(_LETTER.search, coded))


def _is_spoken(name: str, row: Row) -> bool:
    """Return whether a text is written by the person whom the record is, or whom it names."""
    if row.human:
        return name.rpartition("_")[2] in _SPOKEN
    own = row.theme is not None and row.theme.name in ("message", "comment", "review")
    return name == "message" and not own and any(map(_ADDRESSED.search, row.fields))


def _spoken(name: str, row: Row) -> str:
    """Return what somebody writes, where the record is the person who wrote it."""
    items = row.source.lexicon.themes["message"].items
    item = items[row.number % len(items)]
    return item.title if name.rpartition("_")[2] in _HEADINGS else item.text or item.title


_ADDRESSED = re.compile(r"^(to|from|email|phone)$|recipient|phone_number|sender")
_LETTER = re.compile(r"[^\W\d_]")
_HEADINGS = ("subject", "topic", "headline")
_SPOKEN = frozenset(
    [*_HEADINGS, "message", "comment", "comments", "feedback", "enquiry", "inquiry"]
)


def _bare(example: str) -> str:
    """Return an example without the remark before it: `(required where ...) ey58`."""
    return _REMARK.sub("", example) or example


_REMARK = re.compile(r"^\([^()]*\s[^()]*\)\s+(?=\S)")
_PROSE = 4
"""Words of an example that is said rather than coded: other digits would make it untrue."""
_VALID = re.compile(r"(?:\w+_)?valid_(?:from|to|until|till|through|since)")
"""Names of moments that look like those of people."""
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)")
"""Examples that are dates: other digits in their places would be none."""


def _is_unfounded(meaning: Meaning, row: Row) -> bool:
    """Return whether a value of that meaning would have to be made up from nothing."""
    if meaning.kind == "identifier":
        return bool(meaning.group) or not row.key
    if meaning.kind == "text":
        return not row.has_text or _is_of_a_part(meaning.group, row)
    return meaning.kind in ("nothing", "json") or (meaning.kind in _INVENTED and not row.key)


def _is_of_a_part(group: str, row: Row) -> bool:
    """Return whether a text describes something else than its record: `status_description`."""
    last = group.rpartition("_")[2]
    return bool(group) and last not in row.noun.split() and last not in _WAYS_TO_SAY


def _other_text(field: FieldSpec, type_: Scalar, examples: list[str], row: Row) -> str | None:
    """Return a text where neither the kind of record nor the name tells what it is about."""
    name, rng = field.name.rstrip("_"), row.source.rng
    known = known_words(name, row)
    if known is row.source.lexicon.words["colour"] and _wants_hex(field, type_, examples):
        return rng.choice(COLOURS)
    if known:
        return rng.choice(known)
    telling = [e for e in examples if not e.rstrip().endswith("#")]
    if telling:
        return rng.choice(telling)
    if _TRUTH.match(name) and type_.pattern is None:
        return rng.choice(("true", "false"))
    if _COUNTED.search(name):
        return _number_text(field, type_, row)
    if field.optional:
        return None
    theme = row.source.lexicon.themes.get(words(name)) or row.source.lexicon.themes.get(
        words(name).split()[-1]
    )
    if theme is not None and theme is not row.theme:
        return rng.choice(theme.items).title
    if name.endswith("code"):
        return f"{rng.choice(_CODE_LETTERS)}{rng.choice(_CODE_LETTERS)}{rng.randint(100, 999)}"
    ending = words(name).split()[-1]
    if ending in row.source.lexicon.described:
        return f"{rng.choice(row.source.lexicon.qualifiers)} {ending}"
    return rng.choice(row.source.lexicon.codenames)


_TRUTH = re.compile(
    r"(is|has|can|allow|allows|enable|include|includes)_[a-z]|(verified|enabled|archived|deleted)$"
)
_COUNTED = re.compile(
    r"(^|_)(year|month|day|days|hours|minutes|seconds|age|percent|percentage|weight|height|width|"
    r"length|distance|duration|points|score|rating|population|temperature|capacity|quantity|qty|"
    r"price|cost|fee|amount|balance|total)$"
)
"""Ends of names of numbers, which some descriptions hold as texts."""


def _number_text(field: FieldSpec, type_: Scalar, row: Row) -> str | None:
    """Return a number as a text; None where the field may be empty and nothing is plausible."""
    value = number(field.model_copy(update={"examples": ()}), type_, row)
    return None if value is None else f"{value:g}"


def _meaning(field: FieldSpec, type_: Scalar, row: Row) -> Meaning | None:
    """Return what a text is about, by its name and by the fields beside it."""
    name = field.name.rstrip("_")
    meaning = text_meaning(name, type_.format)
    if is_region(name, row):
        short = any(len(e) == 2 for e in field.examples if isinstance(e, str))
        return Meaning("region_code" if short or type_.max_length == 2 else "region")
    if meaning is not None and meaning.kind == "longitude" and _is_no_place(name, row):
        return None
    if meaning is not None and meaning.kind == "person" and _DIRECTED.fullmatch(name):
        return None
    if row.noun.endswith("address") and name in ("string", "formatted", "text"):
        return Meaning("full_address")
    if name == "number" and row.noun.split()[-2:-1] == ["phone"]:
        return Meaning("phone")
    if name == "number" and row.theme is not None and row.theme.name == "bank_card":
        return Meaning("card_number")
    chained = _ON_CHAIN.search(name) and not row.fields.isdisjoint(_OF_CHAINS)
    if chained or _WALLET.fullmatch(name):
        return Meaning("wallet")
    if meaning is not None and meaning.kind == "person" and _is_mail(name, row):
        return Meaning("mailbox")
    short = type_.max_length is not None and type_.max_length <= 3
    if (
        meaning is not None
        and meaning.kind == "country"
        and (short or "ISO 3166" in field.description)
    ):
        return Meaning("country_code", meaning.group)
    if is_time_name(name) or name.endswith(("type", "category", "kind")):
        return meaning
    if meaning is None or (meaning.kind in _OFTEN_WRONG and not meaning.group):
        said = said_meaning(field.description)
        return Meaning(said) if said else meaning
    return meaning


_YEAR = re.compile(r"(1[5-9]|20)\d\d")
_WALLET = re.compile(
    r"(?:addr|issue|pay|payin|payout|wallet|deposit|withdrawal|contract|token)_address"
)
_ON_CHAIN = re.compile(r"(^|_)(address|hex|xpub|txid|hash)$")
_OF_CHAINS = frozenset({
    "blockchain", "chain", "chain_id", "confirmations", "txid", "txids", "tx_hash", "txs", "wallet",
    "wallet_id", "xpub", "vin", "vout", "utxo", "utxos", "block_height", "contract_address",
    "balance_sat", "total_received", "unconfirmed_balance",
})  # fmt: skip
"""Fields beside which an address is none of a street."""


def _known_of(row: Row, field: FieldSpec) -> Json:
    name = field.name.rstrip("_")
    return row.fact.value(name, field.examples) if row.fact is not None else None


def _is_no_place(name: str, row: Row) -> bool:
    """Return whether `long` says how much is told, and not where something is."""
    beside = {part for field in row.fields for part in field.split("_")}
    return name.rpartition("_")[2] == "long" and not beside & {"lat", "latitude"}


_DIRECTED = re.compile(
    r"(?!(?:assigned|sent|reports?|reply|addressed|shared|delegated|forwarded|belongs|given|message|"
    r"mail|received|transferred)_)\w+_(?:to|from)"
)
"""Names such as `convert_to`, which name no person."""


def _is_mail(name: str, row: Row) -> bool:
    """Return whether somebody is named by where mail reaches them."""
    ends = ("to", "from", "cc", "bcc", "sender", "recipient", "recipients")
    return row.noun.split()[-1] in ("email", "mail") and name.rpartition("_")[2] in ends


_CODE_LETTERS = "ABCDEFGHKLMNPRSTUVWX"
_OFTEN_WRONG = frozenset({"person", "title", "nothing"})
"""Meanings of names such as `from` and `to`, about which a description knows better."""
_WAYS_TO_SAY = frozenset(
    [
        "short",
        "long",
        "full",
        "body",
        "html",
        "plain",
        "meta",
        "internal",
        "public",
        "extra",
        "text",
    ]
    + ["brief", "additional", "customer", "raw", "main", "seo", "private", "special", "admin"]
)
"""What stands before `description` where it is still the record that is described."""
_INVENTED = frozenset({"secret", "hash", "base64", "number", "slug"})
"""Meanings whose values nobody can guess inside a record without identity."""
_OWNERS = frozenset(
    ["account_sid", "account_id", "tenant_id", "organization_id", "organisation_id", "workspace_id"]
)
"""Fields that tell whose the whole service is, where they refer to no table."""


def _owner(name: str, type_: Scalar, examples: list[str], row: Row) -> str:
    """Return whose record it is: the same for all of them."""
    owner = row.source.owner
    if name not in owner:
        shape = like(examples[0], row.source.rng) if examples else identifier(row, name[:-3])
        owner[name] = fit_text(shape, type_, row.source.rng)
    return owner[name]


def _wants_hex(field: FieldSpec, type_: Scalar, examples: list[str]) -> bool:
    said = "hexadecimal" in field.description or "#" in (type_.pattern or "")
    return said or any(e.startswith("#") for e in examples)


def _time_text(name: str, examples: list[str], row: Row) -> str:
    """Return a moment for a text field, in the form of its example."""
    if name.endswith("time") and not name.endswith("datetime") and not examples:
        return moment_value(name, "datetime", row)
    dated = name.endswith(("date", "_on")) or any(len(e) == 10 for e in examples)
    return moment_value(name, "date" if dated else "datetime", row)
