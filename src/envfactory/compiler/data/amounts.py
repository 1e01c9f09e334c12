"""Numbers by what they count or measure: prices, quantities, sizes, ratings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from envfactory.compiler.data.rows import Row
from envfactory.spec.model import FieldSpec, Scalar


@dataclass(frozen=True)
class Span:
    """The plausible values of a kind of number.

    Attributes:
        low: The smallest.
        high: The largest.
        step: What values are multiples of.
        cents: Whether the value is money, with two decimals.
    """

    low: float
    high: float
    step: float = 1
    cents: bool = False


_RULES_OF_KINDS = (
    (r"(modifier|topping|extra)\.price", Span(0, 3, cents=True)),
    (
        r"(file|document|attachment|image|video|upload|media|object|backup|photo|artifact|asset|"
        r"block|package|export|archive|sample|blob|recording)\.(\w+_)?size$",
        Span(2_048, 4_000_000),
    ),
    (r"(person|people|patient|user|player|athlete|member|profile)\.height(_cm)?$", Span(150, 200)),
    (r"(person|people|patient|user|player|athlete|member|profile)\.weight(_kg)?$", Span(48, 110)),
    (r"maintenance\.(start|period)$", Span(5_000, 60_000, 5_000)),
    (r"(time off|absence|leave|vacation)[a-z ]*\.amount$", Span(1, 10, 0.5)),
)
"""Rules for `noun.name`; they come before those for the name alone."""

# The first rule whose pattern is found in the name decides.
_RULES = (
    (r"exp(iry|iration)?_year", Span(2027, 2031)),
    (r"birth_?year|year_of_birth", Span(1948, 2005)),
    (r"(^|_)year$", Span(2018, 2026)),
    (r"(days|hours|minutes)$", Span(1, 14)),
    (r"(decimal|fraction|minor_?unit)_?(digits|places)?$", Span(2, 2)),
    (r"page_size|per_page", Span(10, 50, 10)),
    (r"^page(_number)?$", Span(1, 2)),
    (r"(total|num|number_of)_pages|page_count", Span(1, 9)),
    (r"percentage|percent_off", Span(5, 25, 5)),
    (r"depreciation_rate|rate_of_depreciation", Span(0.05, 0.35, 0.05)),
    (r"minimum_required|min(imum)?_(selection|quantity|items)", Span(0, 1)),
    (r"maximum_allowed|max(imum)?_(selection|quantity|items)", Span(2, 5)),
    (r"bearing|(^|_)course$|(^|_)heading|azimuth", Span(0, 359)),
    (r"accuracy|precision", Span(3, 25)),
    (r"zoom", Span(8, 17)),
    (r"retry_count|retries", Span(0, 3)),
    (r"(^|_)limits?(_|$)|_limit$|quota", Span(10, 250, 10)),
    (r"post_?code|zip(_code)?$|postal", Span(3_000, 3_999)),
    (r"deduction|contribution|debit|credit", Span(20, 480, cents=True)),
    (r"pay_rate|compensation_rate", Span(32_000, 98_000, 500)),
    (r"(^|_)(id|ids|gid|uid)$", Span(1_000, 99_999)),
    (r"(^|_)population(_|$)", Span(2_000, 900_000, 100)),
    (r"salary|income|wage", Span(32_000, 98_000, 500)),
    (r"budget|revenue|turnover|goal_amount|market_cap", Span(5_000, 90_000, 500)),
    (r"(^|_)(balance|limit_amount|credit_limit)", Span(120, 9_000, cents=True)),
    (r"shipping_(cost|price|fee)|tip|handling", Span(3, 15, cents=True)),
    (r"hourly|(^|_)rate_per", Span(25, 140, 5)),
    (r"percent|pct|progress|completion|coverage|utili[sz]ation|ratio", Span(5, 95)),
    (r"discount|tax_rate|vat|interest|apr(_|$)|margin", Span(2, 25, 0.5)),
    (r"(http|status|response)_?(status_?)?code|(http|response)_?status", Span(200, 200)),
    (r"rating|stars", Span(2.5, 5, 0.5)),
    (r"confidence|probability|likelihood", Span(0.5, 0.99, 0.01)),
    (r"score|points|karma", Span(35, 98)),
    (r"tax|vat_amount", Span(2, 60, cents=True)),
    (r"price|cost|fee|charge|fare|rent|premium", Span(6, 180, cents=True)),
    (
        r"amount|total(_|$)|subtotal|paid|due|revenue|spend|refund|payout|value$|gross|net(_|$)",
        Span(18, 940, cents=True),
    ),
    (r"year", Span(2012, 2026)),
    (r"month", Span(1, 12)),
    (r"(^|_)day(_|$)", Span(1, 28)),
    (r"(^|_)days|nights", Span(1, 14)),
    (r"(^|_)hours?", Span(1, 12)),
    (r"weeks?", Span(1, 10)),
    (r"(^|_)age(_|$)", Span(19, 78)),
    (r"(duration|time|length|runtime|latency|timeout).*(_ms|milli)", Span(120_000, 420_000, 500)),
    (r"minutes|(^|_)mins?(_|$)", Span(10, 120, 5)),
    (r"seconds|(^|_)secs?(_|$)|duration|runtime|elapsed|timeout|ttl", Span(30, 900, 15)),
    (r"bytes|(file|content|disk)_?size", Span(2_048, 4_000_000)),
    (r"(memory|ram)", Span(1024, 16_384, 1024)),
    (r"cpus?|cores?", Span(1, 16)),
    (r"width|height|resolution", Span(320, 1920, 10)),
    (r"weight|mass", Span(0.2, 18, 0.1)),
    (r"distance|mileage|odometer|kilomet|(^|_)km", Span(2, 420)),
    (r"speed|velocity", Span(5, 130)),
    (r"temperature|temp(_|$)", Span(-4, 32, 0.5)),
    (r"humidity", Span(28, 88)),
    (r"pressure", Span(980, 1035)),
    (r"battery", Span(12, 100)),
    (r"altitude|elevation", Span(12, 1_900)),
    (r"calories|energy|kcal", Span(90, 820, 10)),
    (r"port(_|$)", Span(8_000, 9_000)),
    (
        r"followers|subscribers|views|plays|downloads|impressions|visits|clicks|listeners",
        Span(40, 24_000),
    ),
    (r"likes|votes|favou?rites|shares|stargazers|forks", Span(0, 340)),
    (r"stock|inventory|available|on_hand", Span(0, 240)),
    (r"capacity|max_|seats|attendees", Span(8, 120)),
    (r"bedrooms|bathrooms|rooms|guests|adults|children|passengers|floors?|doors", Span(1, 6)),
    (r"pages", Span(24, 620)),
    (r"quantity|qty|units|copies|pieces|items", Span(1, 12)),
    (r"priority|severity|level|rank|tier|version|revision", Span(1, 5)),
    (r"count|num(_|$)|number_of|total_|(^|_)n_", Span(0, 48)),
    (r"offset|retries|attempts|errors", Span(0, 4)),
    (r"size|length|depth|area", Span(10, 240)),
)
_ORDINAL = re.compile(r"(^|_)(position|index|order|sequence|sort|ordinal|line)(_|$|_number$)")
_RATE = re.compile(r"(^|_)(rate|mid|quote|value|price|conversion|factor|bid|ask)$")
_FIRST_YEAR = 1700
"""From when on a number is taken for a year, where the name says so."""
_WHATEVER = Span(1, 100)


def number(field: FieldSpec, type_: Scalar, row: Row) -> float | None:
    """Return a plausible number for a field, before its bounds are applied.

    None means that nothing tells what is plausible, and the field may be empty.

    An example in the description says more about the magnitude than a rule does.
    """
    rng = row.source.rng
    rate = _exchange_rate(row) if _RATE.search(field.name) else None
    if rate is not None:
        return rate
    if _ORDINAL.search(field.name):
        return row.number + 1
    span = _span(row.noun, field.name.rstrip("_"))
    examples = [
        float(e) for e in field.examples if isinstance(e, int | float) and not isinstance(e, bool)
    ]
    if examples and (span is None or not span.low <= examples[0] <= span.high) and any(examples):
        example = rng.choice([e for e in examples if e])
        if "year" in field.name and _FIRST_YEAR <= example <= row.source.now.year:
            return min(example + rng.randint(-9, 9), row.source.now.year)
        return _around(example, row)
    if span is None and field.optional and type_.minimum is None and type_.maximum is None:
        return None
    span = span or _WHATEVER
    if span.cents and type_.type == "number":
        return rng.randint(int(span.low), int(span.high)) + rng.choice((0, 0.5, 0.9, 0.95, 0.99))
    steps = int((span.high - span.low) / span.step)
    value = span.low + rng.randint(0, max(steps, 0)) * span.step
    return round(value, 2)


def _exchange_rate(row: Row) -> float | None:
    """Return what one unit of a currency costs in the other, where the record is of two."""
    worth = row.source.lexicon.worth
    pair = [v.upper() for v in row.known.values() if isinstance(v, str) and v.upper() in worth]
    if len(pair) != 2:
        return None
    return round(worth[pair[0]] / worth[pair[1]] * row.source.rng.uniform(0.995, 1.005), 4)


def _around(example: float, row: Row) -> float:
    """Return a number of the same magnitude and precision as an example."""
    decimals = len(repr(example).partition(".")[2]) if not example.is_integer() else 0
    return round(example * row.source.rng.uniform(0.5, 1.8), decimals)


@cache
def _span(noun: str, name: str) -> Span | None:
    for rules, text in ((_RULES_OF_KINDS, f"{noun}.{name}"), (_RULES, name)):
        for pattern, span in rules:
            if re.search(pattern, text):
                return span
    return None
