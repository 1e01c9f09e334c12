"""Domains: which part of life an API serves, by weighted words."""

from __future__ import annotations

from collections.abc import Iterable

from envfactory.spec.model import Domain
from envfactory.spec.name import Nouns, words

_WORDS: dict[Domain, str] = {
    "travel and mobility": (
        "travel flight hotel airport airline trip booking reservation itinerary passenger vehicle "
        "car ride taxi train station bus transit route parking fleet driver journey luggage room "
        "guest bicycle bike scooter departure arrival destination tour cruise map geocode location "
        "gps tracking geofence position timetable"
    ),
    "commerce and payments": (
        "order product cart checkout payment invoice customer shop store price coupon discount "
        "refund shipping shipment merchant catalog inventory sku subscription charge commerce "
        "retail warehouse delivery seller buyer purchase billing voucher gift pos menu restaurant "
        "loyalty supplier parcel tax"
    ),
    "productivity and files": (
        "task project calendar event document file folder note todo board card workspace "
        "spreadsheet meeting schedule reminder drive attachment form survey timesheet employee "
        "timer crm contact lead deal ticket template signature page wiki candidate job leave "
        "appointment worksheet issue milestone checklist"
    ),
    "communication and social": (
        "message chat email sms mail conversation channel notification contact call voice phone "
        "post comment follower friend tweet social community forum campaign newsletter subscriber "
        "recipient webinar inbox thread reaction push member group"
    ),
    "developer and data tools": (
        "repository build deployment pipeline commit branch server cluster container webhook "
        "database query dataset log metric monitor domain dns instance token model job schema "
        "namespace function runtime secret certificate package registry release artifact test "
        "environment application configuration node volume image scan vulnerability resource "
        "integration index ip url crawl"
    ),
    "finance and real estate": (
        "bank account transaction loan stock portfolio currency exchange trade crypto wallet "
        "balance fund investment quote ticker market property listing rent tenant lease mortgage "
        "insurance policy claim ledger budget accounting tax payroll finance financial bitcoin "
        "blockchain estate asset security"
    ),
    "health": (
        "patient health doctor medical medication clinic hospital appointment diagnosis disease "
        "drug prescription fitness workout nutrition food practitioner covid symptom encounter "
        "observation immunization dental veterinary pet animal sleep lab clinical trial care"
    ),
    "media and knowledge": (
        "video music song album artist playlist movie film show episode podcast book article news "
        "photo image gallery library author publication course lesson student school quiz "
        "dictionary word quote recipe game player team match league sport weather museum "
        "blog blogger collection artwork radio stream track translation lyric genre"
    ),
}
_TITLE_WEIGHT = 8
_ENTITY_WEIGHT = 3
_TAG_WEIGHT = 2
_TEXT_WEIGHT = 1
_MAX_TEXT_WORDS = 60


def classify(
    title: str,
    description: str,
    tags: Iterable[str],
    entities: Iterable[tuple[str, ...]],
    nouns: Nouns,
) -> Domain:
    """Return the domain with the most evidence, or 'other' where there is none.

    Words in the title weigh most, then those of entities, of tags, and of the description.
    """
    table: dict[str, list[Domain]] = {}
    for domain, listed in _WORDS.items():
        for word in listed.split():
            table.setdefault(word, []).append(domain)
    scores: dict[Domain, float] = dict.fromkeys(_WORDS, 0.0)
    evidence = [(word, _TITLE_WEIGHT) for word in words(title)]
    evidence += [(word, _ENTITY_WEIGHT) for entity in entities for word in entity]
    evidence += [(word, _TAG_WEIGHT) for tag in tags for word in words(tag)]
    text = words(description[:2000])[:_MAX_TEXT_WORDS]
    evidence += [(word, _TEXT_WEIGHT) for word in dict.fromkeys(text)]
    for word, weight in evidence:
        domains = table.get(nouns.singular(word), ())
        for domain in domains:
            scores[domain] += weight / len(domains)
    best = max(scores, key=lambda domain: scores[domain])
    return best if scores[best] >= 2 else "other"
