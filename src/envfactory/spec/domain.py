"""Domains: which part of life an API serves, by weighted words, with the words that decided.

Words of the title weigh most, then those of the records, of tags and paths, and of the
description, each kind of evidence with a weight of its own however many words it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from envfactory.spec.model import Domain
from envfactory.spec.name import Nouns, words

_STRONG: dict[Domain, str] = {
    "travel and mobility": (
        "travel flight hotel airport airline trip itinerary passenger taxi train transit fleet "
        "luggage bicycle scooter cruise airfare departure arrival transport transportation vehicle "
        "stop timetable geofence rental aviation aircraft railway ferry parking geocode toll "
        "lodging reservation ride street"
    ),
    "commerce and payments": (
        "cart checkout payment invoice shop store coupon refund shipping shipment merchant sku "
        "commerce ecommerce retail warehouse seller buyer billing voucher pos loyalty parcel order "
        "donation receipt dealer product pricing deal purchase restaurant fulfillment basket "
        "payout marketplace cashier"
    ),
    "productivity and files": (
        "task todo calendar spreadsheet meeting reminder timesheet survey "
        "form signature employee kanban workspace crm attendance worksheet checklist appointment "
        "locker payroll vacation questionnaire directory timer kpi"
    ),
    "communication and social": (
        "message messaging chat email sms mail conversation telephony voip tweet forum newsletter "
        "inbox mailbox follower friend social webinar subscriber recipient bot telegram slack "
        "discord dating voicemail mms call mailing sender"
    ),
    "developer and data tools": (
        "repository deployment pipeline commit cluster container database dns namespace "
        "runtime certificate registry artifact sandbox kubernetes docker server api scraper "
        "scraping vulnerability openapi swagger backend crawl converter ocr build "
        "corpus dataset classifier sentiment nlp monitor metric queue qr iam authentication whois "
        "devops git github debug compile ssh vm hosting bucket serverless analytics ml "
        "identity authenticator login okta security iam proxy asn language-processing audit "
        "firmware iot vision predict prediction inference malware changeset codegen openai llm ai "
        "packet firewall"
    ),
    "finance and real estate": (
        "bank banking loan stock portfolio exchange crypto wallet fund investment mortgage estate "
        "insurance ledger budget accounting finance financial bitcoin blockchain forex tenant "
        "securities dividend cryptocurrency lease trading compliance currency fintech ticker "
        "debit iban funds cnab brokerage kyc accountancy money saving"
    ),
    "health": (
        "coronavirus corona cancer gene genome virus epidemic hospitalization target drugstore "
        "patient medical medication clinic hospital diagnosis disease drug prescription "
        "fitness workout nutrition practitioner covid symptom immunization dental clinical doctor "
        "healthcare pharmacy vaccine fhir allergy wellness calorie food ingredient trial therapy "
        "coach"
    ),
    "media and knowledge": (
        "audio film cinema editing photography school district edition literature spaceship "
        "video music song album artist playlist movie film episode podcast book article news blog "
        "blogger gallery library course lesson student quiz dictionary quote recipe game player "
        "league sport weather meteo surface geology element museum artwork radio broadcast tv "
        "lyric genre language linguistic "
        "holiday translation tournament match horse race asteroid satellite astronomy science "
        "forecast color colour trivia encyclopedia anime comic archive heritage show school "
        "university education poem joke programme climate snow ice season wiki author"
    ),
}
"""Words that tell by themselves."""

_WEAK: dict[Domain, str] = {
    "travel and mobility": (
        "map spot booking car ride station bus route driver journey room guest bike destination "
        "tour location gps tracking position point city country place road location"
    ),
    "commerce and payments": (
        "automotive dealership price discount catalog inventory subscription charge customer "
        "delivery gift menu supplier tax item client vendor transaction link brand quote table"
    ),
    "productivity and files": (
        "project event note board card schedule drive attachment contact lead ticket template page "
        "candidate job leave company issue milestone exhibit booth block file folder document pdf "
        "distribution response"
    ),
    "communication and social": (
        "channel notification contact phone post comment campaign thread reaction push member "
        "group profile community activity hashtag emoji audience chatroom reply"
    ),
    "developer and data tools": (
        "branch query instance token model job function secret package release test environment "
        "application configuration node volume image resource integration index ip url project "
        "team key issue check version export data app rule label prediction text entity spec "
        "settings webhook log device artifact admin request header cookie transition "
        "screenshot proxy connection schema html scan function connector bot "
        "domain feed dashboard patch review reviewer editor storage search parser"
    ),
    "finance and real estate": (
        "account strategy credit transaction trade balance market property listing rent "
        "policy claim tax asset signal order risk wallet address deposit withdrawal "
        "security rate payee quote check profile consent competitor company category metal share"
    ),
    "health": (
        "health observation encounter care pet animal sleep lab measurement exercise condition"
    ),
    "media and knowledge": (
        "image photo publication collection track stream team catalogue contributor series program "
        "topic people place document record event region star math geography literature render"
    ),
}
"""Words that tell in company."""

_PHRASES: dict[Domain, tuple[str, ...]] = {
    "travel and mobility": ("public transport", "travel partner", "points interest"),
    "commerce and payments": ("payment link", "gift card", "cash register", "point sale"),
    "productivity and files": (
        "time off", "project management", "e signature", "survey response", "file storage",
    ),
    "communication and social": ("phone number", "social network", "push notification"),
    "developer and data tools": (
        "pull request", "machine learning", "natural language", "web scraping", "mock server",
        "issue tracker", "access token", "continuous integration", "cloud infrastructure",
        "text analysis", "test result", "code review", "health check", "search engine",
        "neural search", "qr code",
    ),
    "finance and real estate": (
        "real estate", "exchange rate", "open banking", "market data", "stock market",
        "company data", "credit score", "bank account", "trading account", "company register",
    ),
    "health": ("public health", "health data", "health care", "health record", "medical record"),
    "media and knowledge": (
        "air quality", "open data", "earth object", "cultural heritage", "digital library",
        "video game",
    ),
}  # fmt: skip
"""Two words that tell together."""

_STRENGTH = {"strong": 3.0, "weak": 1.0, "phrase": 4.0}
_PLACES = {"title": 2.5, "record": 1.4, "tag": 1.0, "path": 0.8, "description": 1.2}
"""How much a word counts by where it is found."""
_ELSEWHERE = 0.25
_OF_SOFTWARE: Domain = "developer and data tools"
_TECHNICAL = 0.3
"""What words of software count in a description: every API's speaks of servers and tokens."""
_LEAST = 0.5
_TEXT_LENGTH = 2000
_TEXT_WORDS = 90
_SHOWN = 6
_NOISE = frozenset(
    [
        "api",
        "apis",
        "rest",
        "service",
        "v1",
        "v2",
        "v3",
        "v4",
        "application",
        "data",
        "web",
        "swagger",
        "test",
    ]
)
"""Words of titles that any API has."""
_SERVICE = _NOISE | frozenset(
    [
        "health",
        "status",
        "ping",
        "swagger",
        "openapi",
        "search",
        "webhook",
        "user",
        "query",
        "index",
    ]
)
"""Words of paths that say how a service is run, whatever it is about."""


@dataclass(frozen=True)
class Classified:
    """A domain, and why.

    Attributes:
        domain: The domain with the most evidence, or 'other' where there is none.
        evidence: The words that decided, the weightiest first, each with where it was found.
        scores: What each domain with any evidence has of it, as a share of all.
    """

    domain: Domain
    evidence: tuple[str, ...]
    scores: dict[Domain, float]


def classify(
    title: str,
    description: str,
    tags: Iterable[str],
    entities: Iterable[tuple[str, ...]],
    nouns: Nouns,
    paths: Iterable[str] = (),
) -> Classified:
    """Return the domain that an API serves, with the words that decided.

    Args:
        title: What the API is called.
        description: What it says of itself; its beginning is read.
        tags: The groups that its operations are in.
        entities: The words of each kind of record.
        nouns: Gives words in the singular.
        paths: The paths of its operations.
    """
    text = [word for word in words(description[:_TEXT_LENGTH]) if len(word) > 1][:_TEXT_WORDS]
    from_paths = dict.fromkeys(nouns.singular(word) for path in paths for word in words(path))
    places = {
        "title": [_plain(words(title), nouns)],
        "record": [[nouns.singular(word) for word in entity] for entity in entities],
        "tag": [_plain(words(tag), nouns) for tag in tags],
        "path": [[word] for word in from_paths if word not in _SERVICE],
        "description": [_plain(tuple(text), nouns)],
    }
    reasons: dict[Domain, dict[str, float]] = {domain: {} for domain in _STRONG}
    # Many different words are better evidence than one that is everywhere: a word counts where
    # it says most, and but a little more for being found elsewhere, too.
    told: dict[str, list[tuple[float, str]]] = {}
    for place, groups in places.items():
        size = sum(map(len, groups))
        for word, count in Counter(known for group in groups for known in _known(group)).items():
            told.setdefault(word, []).append(
                (_PLACES[place] * (0.6 + min(count / size, 0.4)), place)
            )
    for word, found in told.items():
        (best_of, place), *others = sorted(found, key=lambda entry: -entry[0])
        points = best_of + _ELSEWHERE * sum(weight for weight, _ in others)
        domains = _table()[word]
        for domain, strength in domains:
            trust = _TECHNICAL if domain == _OF_SOFTWARE and place == "description" else 1.0
            reasons[domain][f"{word} ({place})"] = points * trust * strength / len(domains)
    scores = {domain: sum(found.values()) for domain, found in reasons.items()}
    best = max(scores, key=lambda domain: scores[domain])
    total = sum(scores.values())
    shares = {domain: round(score / total, 3) for domain, score in scores.items() if score}
    if scores[best] < _LEAST:
        return Classified("other", (), shares)
    decided = sorted(reasons[best].items(), key=lambda entry: (-entry[1], entry[0]))
    return Classified(best, tuple(label for label, _ in decided[:_SHOWN]), shares)


def _plain(parts: tuple[str, ...], nouns: Nouns) -> list[str]:
    return [nouns.singular(word) for word in parts if word not in _NOISE]


def _known(group: Sequence[str]) -> Iterator[str]:
    """Yield the words, and pairs of words, in a row of words that tell of a domain."""
    table = _table()
    for place, word in enumerate(group):
        if word in table:
            yield word
        pair = " ".join(group[place : place + 2])
        if pair != word and pair in table:
            yield pair


@cache
def _table() -> dict[str, tuple[tuple[Domain, float], ...]]:
    """Return the domains that each word or phrase tells of."""
    table: dict[str, dict[Domain, float]] = {}
    for kind, lists in (("weak", _WEAK), ("strong", _STRONG)):
        for domain, listed in lists.items():
            for word in listed.split():
                table.setdefault(word, {})[domain] = _STRENGTH[kind]
    for domain, phrases in _PHRASES.items():
        for phrase in phrases:
            table.setdefault(phrase, {})[domain] = _STRENGTH["phrase"]
    return {word: tuple(domains.items()) for word, domains in table.items()}
