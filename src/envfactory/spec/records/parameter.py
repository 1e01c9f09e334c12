"""Parameters: what a query parameter means to a list of records."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from envfactory.spec.model import FieldSpec, ListOf, Scalar, ValueType
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.page_size import CUTTING, says_paging
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.shapes.wording import (
    narrowing,
    says_bound,
    says_expression,
    says_form,
    says_name,
    says_part,
    says_several,
    sought_field,
)
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.terms import SEARCHES

Operator = Literal["eq", "contains", "search", "gte", "gt", "lte", "lt", "prefix", "one_of"]
Sense = Literal["match", "limit", "offset", "page", "cursor", "sort", "direction", "transport", ""]

_LIMITS = word_set(
    "limit per_page page_size pagesize perpage size count max_results maxresults top rows "
    "num num_results results_per_page page_limit max_items items_per_page pagelen first "
    "page_length itemsperpage max limit_per_page"
)
_OFFSETS = word_set("offset skip start start_index startindex start_at page_offset")
_PAGES = word_set("page page_number pagenumber current_page page_num p page_index page_no pageno")
_CURSORS = word_set(
    "cursor page_token pagetoken next_token starting_after marker continuation "
    "continuation_token next_cursor page_cursor start_cursor after scroll_id nexttoken "
    "starttoken start_key"
)
_SORTS = word_set(
    "sort sort_by order_by orderby sortby sort_field sort_key ordering sort_column sort_keys"
)
_DIRECTIONS = word_set(
    "direction sort_order sort_dir sort_direction order_dir order_direction sortorder "
    "order_type sorting ascending"
)
_TRANSPORT = word_set(
    "api_key apikey key access_token token auth authorization format fields pretty "
    "prettyprint pretty_print locale lang language callback jsonp accept accept_language "
    "content_type alt user_ip quota_user quotauser userip upload_type upload_protocol xgafv "
    "oauth_token expand include includes embed exclude excludes field response_format "
    "output output_format api_version version v _format envelope select view app_id app_key "
    "client_id appid appkey subscription_key signature nonce timestamp request_id "
    "correlation_id trace idempotency_key include_totals include_count with_count "
    "count_total return_count paginate no_cache cache cacheable debug verbose session_id "
    "sessionid session_token tenant x_api_key culture hl projection part metadata_only "
    "include_total total include_total_count inlinecount"
)
_TRANSPORT_STARTS = word_set("include exclude expand embed return show with hide")
_OF_A_SHOW = ("show", "id")
"""What names a show, and shows nothing."""
_WIDENING = frozenset((word,) for word in word_set("include exclude expand embed return"))
"""First words of switches that say what to answer with, whatever records hold."""
_LOW_FIRST = word_set("min minimum since after from start begin starting")
_HIGH_FIRST = word_set("max maximum until before to end ending till")
_LOW_LAST = word_set("min minimum since after from gte gt start begin ge starting")
_HIGH_LAST = word_set("max maximum until before to lte lt end le till ending")
_CONTAINS_LAST = word_set("contains like icontains ilike includes")
_PREFIX_LAST = frozenset(["prefix", "startswith", "starts"])
_WHOLE_NAMES = word_set("name full_name display_name")
_COORDINATES = frozenset((word,) for word in word_set("lat lon lng latitude longitude x y z"))
"""Places have no order: `start_lat` is where something starts."""
_PLACES = frozenset((word,) for word in word_set("lat lon lng latitude longitude"))
_TIME_WORDS = word_set("date time datetime at on timestamp day period")
_LENGTHS = word_set("length depth token char word line byte distance page item chunk row")
"""What an answer may have at most: `max_price` is about records, `max_length` about the answer."""
_NUMBERED = frozenset((word,) for word in word_set("id ids uuid guid key code hash"))
"""Last words of fields that nobody knows a part of."""
_NAMES = frozenset((word,) for word in word_set("name title label"))
"""Last words of keys that people know a part of."""
_JOINED_RANGE = re.compile(r"(from|to|start|end|min|max)(date|time|price|amount|value)")
"""Names of ranges that are written as one word."""


@dataclass(frozen=True)
class Meaning:
    """What a parameter does; `field` and `op` only where it is a match."""

    sense: Sense
    field: str | None = None
    op: Operator = "eq"
    type: ValueType | None = None


MEANINGLESS = Meaning("")


def is_transport(name: str, location: str) -> bool:
    """Tell whether a parameter only says who asks, or how the answer is to be written."""
    if location in ("header", "cookie"):
        return True
    parts = words(name)
    plain = "_".join(parts)
    if plain in _TRANSPORT or is_credential(name):
        return True
    return not parts or name.startswith(("$.", "X-", "x-"))


def is_paging(name: str) -> bool:
    """Tell whether a parameter's name says that it cuts or orders a list."""
    plain = "_".join(words(name))
    return plain in _LIMITS | _OFFSETS | _PAGES | _CURSORS | _SORTS | _DIRECTIONS


def is_cursor(name: str) -> bool:
    """Tell whether a parameter's name says that it holds where a page before has ended."""
    return "_".join(words(name)) in _CURSORS - {"after", "marker"}


def is_presentation(name: str, text: str = "") -> bool:
    """Tell whether an input only widens or narrows the answer's form, by its name or its text."""
    parts = words(name)
    starts = len(parts) > 1 and parts[0] in _TRANSPORT_STARTS and parts != _OF_A_SHOW
    return starts or says_form(text)


def is_direction(name: str) -> bool:
    """Tell whether a parameter's name says that it is the direction of an order."""
    return "_".join(words(name)) in _DIRECTIONS


def is_listing(parts: tuple[str, ...]) -> bool:
    """Tell whether an input of that name says how much to list, in which order, or what to find."""
    plain = "_".join(parts)
    if plain in _LIMITS | _OFFSETS | _PAGES | _CURSORS | _SORTS | _DIRECTIONS | SEARCHES:
        return True
    if plain in ("order", "top_n"):
        return True
    many = parts[-1].endswith("s") or parts[-1] in CUTTING | _LENGTHS
    return len(parts) == 2 and (parts[0] == "num" or (parts[0] == "max" and many))


def meaning(name: str, shape: Shape, draft: Draft, nouns: Nouns) -> Meaning:
    """Return what a query parameter of a list of `draft` means."""
    parts = unwrapped(name)
    plain = "_".join(parts)
    paging = says_paging(name, shape)
    exact = _named_field(draft, parts, shape, nouns) if not paging else None
    if parts[-1:] in _PLACES:
        return MEANINGLESS  # callers mean what lies around the point
    widens = shape.kind == "boolean" and parts[:1] in _WIDENING and len(parts) > 1
    if widens or says_form(shape.description):
        return Meaning("transport")
    if exact is not None and not (plain in _TRANSPORT and plain in {"fields", "include"}):
        several = parts[-1] == "ids" and shape.kind == "string" and not shape.choices
        return _equal(exact, replace(shape, kind="array") if several else shape, parts)
    if plain in SEARCHES:
        return _search(draft, shape.description)
    if paging:
        return Meaning(paging)
    if plain in _LIMITS:
        return Meaning("limit")
    if plain in _OFFSETS:
        counted = shape.kind in ("integer", "number") or plain in ("offset", "skip")
        return Meaning("offset") if counted else _range(parts, draft, nouns)
    if plain in _PAGES:
        if shape.kind == "string" and not shape.has_default:
            return Meaning("cursor") if "token" in shape.description.lower() else Meaning("page")
        return Meaning("page")
    if plain in _CURSORS and shape.kind != "array":
        if plain == "after" and shape.format in ("date", "date-time"):
            return _range(parts, draft, nouns)
        return Meaning("cursor")
    if plain in _SORTS:
        return Meaning("sort")
    if plain in _DIRECTIONS or (plain == "order" and _is_direction(shape)):
        return Meaning("direction")
    if plain == "order":
        return Meaning("sort")
    if is_transport(name, "query") or is_presentation(name):
        return Meaning("transport")
    return _range(parts, draft, nouns)


def unwrapped(name: str) -> tuple[str, ...]:
    """Return the words of a parameter without wrappers such as `filter[...]`."""
    parts = words(name)
    if len(parts) == 1 and (joined := _JOINED_RANGE.fullmatch(parts[0])):
        return joined.groups()
    if "[" in name and len(parts) > 1 and parts[0] in ("filter", "filters", "q", "search", "where"):
        return parts[1:]
    if len(parts) > 1 and parts[0] in ("filter", "by") and parts[1] == "by":
        return parts[2:] or parts
    if len(parts) > 1 and parts[0] in ("filter", "by"):
        return parts[1:]
    return parts


def _is_direction(shape: Shape) -> bool:
    choices = {str(choice).lower() for choice in shape.choices}
    said = shape.description.lower()
    return bool(choices & {"asc", "desc", "ascending", "descending"}) or (
        not choices and "asc" in said and "desc" in said and "field" not in said
    )


def _named_field(
    draft: Draft, parts: tuple[str, ...], shape: Shape, nouns: Nouns
) -> FieldSpec | None:
    """Return the field that an input names: where its text speaks of ids, the one that has them.

    A date that is no more than a text is one, where the input is the end of a range of dates.
    """
    ids = draft.names.get((*nouns.singular_words(parts), "id")) if parts else None
    said = " ".join(words(shape.description[:200]))
    if ids is not None and re.search(rf"\b{nouns.singular(parts[-1])} ids?\b", said):
        return draft.fields[ids]
    found = _field(draft, parts, nouns)
    dated = found is not None and _is_text(found.type) and found.reference is None
    if found is None or not dated or not shape.format.startswith("date") or not says_bound(shape):
        return found
    kind: Literal["date", "datetime"] = "date" if shape.format == "date" else "datetime"
    draft.replace(found.name, type=Scalar(type=kind), examples=())
    return draft.fields[found.name]


def _field(draft: Draft, parts: tuple[str, ...], nouns: Nouns) -> FieldSpec | None:
    """Return the field that the words name, maybe with the noun before or an id behind."""
    if not parts:
        return None
    single = nouns.singular_words(parts)
    plural = nouns.plural_words(parts)
    wanted = [parts, single, plural, (*parts, "id"), (*single, "id"), (*single, "ids")]
    if parts[0] == "is":
        wanted.append(parts[1:])
    else:
        wanted.append(("is", *parts))
    if parts[: len(draft.noun)] == draft.noun and len(parts) > len(draft.noun):
        rest = parts[len(draft.noun) :]
        wanted += [rest, nouns.singular_words(rest)]
    if parts[-1] == "ids":
        wanted.append((*parts[:-1], "id"))
        if len(parts) == 1 or parts[:-1] == draft.noun:
            wanted.append(draft.choice.slot.words)
    for candidate in wanted:
        name = draft.names.get(candidate)
        if name is not None:
            return draft.fields[name]
    return None


def _equal(field: FieldSpec, shape: Shape, parts: tuple[str, ...]) -> Meaning:
    if shape.kind == "string" and says_expression(shape.description) and not shape.choices:
        return MEANINGLESS
    if isinstance(field.type, ListOf):
        item = field.type.item
        if isinstance(item, Scalar) and shape.kind != "array":
            return Meaning("match", field.name, "contains", item)
        return MEANINGLESS
    if not isinstance(field.type, Scalar):
        return MEANINGLESS
    bare = field.type.model_copy(update={"pattern": None, "min_length": None, "max_length": None})
    if shape.kind == "array" or says_several(shape):
        return Meaning("match", field.name, "one_of", ListOf(item=bare))
    if shape.kind == "boolean" and field.type.type != "boolean":
        return MEANINGLESS
    if shape.kind in ("integer", "number") and field.type.type == "boolean":
        return MEANINGLESS  # 1, 2 and 3 for open, closed and both
    choices = narrowing(shape.choices)
    if shape.choices and not choices:
        return MEANINGLESS
    kept = tuple(choice for choice in field.type.choices if choice in choices)
    if kept:
        bare = bare.model_copy(update={"choices": kept})
    elif field.type.type == "string" and shape.kind == "string" and choices:
        if field.type.choices:
            return MEANINGLESS
        bare = bare.model_copy(update={"choices": choices})
    end = (_end(parts) or says_bound(shape)) if bare.type in ("date", "datetime") else None
    if end is not None:
        return MEANINGLESS if end == "range" else Meaning("match", field.name, end, bare)
    if bare.type == "datetime":
        return MEANINGLESS  # callers mean a day, and not what came to be at one instant
    if is_sought(field, shape.description) and not bare.choices:
        return Meaning("match", field.name, "contains", bare)
    return Meaning("match", field.name, "eq", bare)


def is_sought(field: FieldSpec, said: str) -> bool:
    """Tell whether a text says that part of what a field holds is looked for."""
    return may_be_sought(field) and says_part(said)


def may_be_sought(field: FieldSpec) -> bool:
    """Tell whether people may know part of what a field holds: no ids, nothing referred to."""
    last = words(field.source_name)[-1:]
    named = last in _NAMES if field.role == "key" else last not in _NUMBERED
    return named and _is_text(field.type) and field.reference is None


def _search(draft: Draft, said: str) -> Meaning:
    texts = [
        field
        for field in draft.fields.values()
        if _is_text(field.type)
        and (field.role != "key" or draft.choice.style == "natural")
        and field.reference is None
    ]
    sought = sought_field(said, {name: words(name) for name in draft.fields})
    if sought is None and says_name(said):
        sought = next((field.name for field in texts if words(field.name)[-1:] == ("name",)), None)
        sought = sought if sought in _WHOLE_NAMES else None
    if sought in {field.name for field in texts}:
        return Meaning("match", sought, "contains", Scalar(type="string"))
    return Meaning("match", None, "search", Scalar(type="string")) if texts else MEANINGLESS


def _range(parts: tuple[str, ...], draft: Draft, nouns: Nouns) -> Meaning:
    """Read names such as `price_min`, `created_after`, `since` and `end_date`."""
    if not parts:
        return MEANINGLESS
    op, rest = bound(parts)
    if op is None and (parts[-1] in _CONTAINS_LAST or parts[-1] in _PREFIX_LAST):
        named = _field(draft, parts[:-1], nouns)
        if named is not None and _is_text(named.type):
            operator: Operator = "contains" if parts[-1] in _CONTAINS_LAST else "prefix"
            return Meaning("match", named.name, operator, Scalar(type="string"))
    if op is None or rest[-1:] in _COORDINATES:
        return MEANINGLESS
    field = _ordered_field(rest, draft, nouns)
    if field is None or not isinstance(field.type, Scalar):
        return MEANINGLESS
    return Meaning("match", field.name, op, Scalar(type=field.type.type))


def bound(parts: tuple[str, ...]) -> tuple[Operator | None, tuple[str, ...]]:
    """Return which end of a range a name such as `price_min` or `since` is, and of what."""
    if parts[-1] in _LOW_LAST:
        return ("gt" if parts[-1] == "gt" else "gte"), parts[:-1]
    if parts[-1] in _HIGH_LAST:
        return ("lt" if parts[-1] == "lt" else "lte"), parts[:-1]
    if parts[0] in _LOW_FIRST:
        return "gte", parts[1:]
    if parts[0] in _HIGH_FIRST:
        return "lte", parts[1:]
    return None, parts


def _end(parts: tuple[str, ...]) -> Operator | None:
    """Return which end of a range a name such as `start` or `end_date` is of by itself.

    Nobody asks for what starts at one instant, though records have a field of that name.
    """
    op, rest = bound(parts)
    return op if set(rest) <= _TIME_WORDS else None


def _is_text(value: ValueType) -> bool:
    return isinstance(value, Scalar) and value.type == "string" and not value.choices


def _ordered_field(rest: tuple[str, ...], draft: Draft, nouns: Nouns) -> FieldSpec | None:
    """Return the date or number that a range is about."""
    if rest and rest[-1] in ("greater", "less", "equal"):
        return None
    named = None
    for ending in ((), ("at",), ("on",), ("date",), ("time",)):
        named = _field(draft, (*rest, *ending), nouns) if rest else None
        if named is not None and _is_ordered(named.type):
            return named
    if rest and draft.kind.is_called:
        longer = {name for parts, name in draft.names.items() if parts[: len(rest)] == rest}
        fields = [draft.fields[name] for name in sorted(longer)]
        if len(fields) == 1 and _is_ordered(fields[0].type):
            return fields[0]
    if rest and not set(rest) <= _TIME_WORDS | {"created", "creation"}:
        return None
    times = [
        field
        for field in draft.fields.values()
        if isinstance(field.type, Scalar) and field.type.type in ("date", "datetime")
    ]
    created = [field for field in times if field.role == "created_at"]
    if created:
        return created[0]
    own = [field for field in times if field.role != "updated_at"]
    return own[0] if len(own) == 1 else None


def _is_ordered(value: ValueType) -> bool:
    return (
        isinstance(value, Scalar)
        and value.type in ("integer", "number", "date", "datetime", "time")
        and not value.choices
    )
