"""What a field is about, from its name and format: the first rule that fits decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_FORMATS = {
    "email": "email",
    "idn-email": "email",
    "uri": "url",
    "url": "url",
    "uri-reference": "url",
    "iri": "url",
    "uuid": "uuid",
    "guid": "uuid",
    "date": "date",
    "date-time": "datetime",
    "datetime": "datetime",
    "time": "time",
    "ipv4": "ipv4",
    "ip": "ipv4",
    "ipv6": "ipv6",
    "hostname": "hostname",
    "phone": "phone",
    "byte": "base64",
    "base64": "base64",
    "password": "secret",
    "decimal": "decimal",
    "color": "hex_colour",
    "country": "country_code",
    "currency": "currency",
    "iso-4217": "currency",
    "iso-3166": "country_code",
}

# Each rule is a pattern that the end of the name has to match; what stands before the match is the
# group ("billing" in billing_city), whose values have to fit together.
_TEXT_RULES = (
    (r"e_?mails?(_address(es)?)?", "email"),
    (r"(first|given|fore)_?names?", "first_name"),
    (r"(last|family|sur)_?names?", "last_name"),
    (r"salutation|honorific", "nothing"),
    (r"middle_?name", "middle_name"),
    (r"package_?name|bundle_?id", "package"),
    (r"(contact|person|holder|card_?holder|account_?holder)_?name", "contact_name"),
    (r"(full|display|real|legal)_?names?", "full_name"),
    (r"(user_?name|login|handle|nick_?name|screen_?name|username|nick|identity)", "username"),
    (r"initials", "initials"),
    (r"(phone|mobile|telephone|cell|fax|tel|msisdn|whatsapp)(_?numbers?)?", "phone"),
    (
        r"(contact|from|to|recipient|sender|caller|callee|called|calling|destination|virtual|trial|"
        r"sms|dialed|dialled|emergency|toll_?free|forwarding)_?numbers?",
        "phone",
    ),
    (r"(company|organi[sz]ation|employer|vendor|supplier|merchant|business)(_?name)?", "company"),
    (r"(ip|ip_?address|ipv4|ipv4_?address)", "ipv4"),
    (r"ipv6(_?address)?", "ipv6"),
    (r"(mac|mac_?address)", "mac"),
    (r"(formatted|full|complete)_?address|address_?(string|text)", "full_address"),
    (r"((street|address)_?(line)?|line)_?2", "address_2"),
    (r"((street|address)_?(line)?|line)_?[3-9]", "nothing"),
    (r"(street(_?address|_?name)?|address(_?line)?(_?1)?|line1|road)", "street"),
    (r"(house|street|building)_?number", "house_number"),
    (r"(city|town|locality|municipality|city_?name|suburb)", "city"),
    (r"(state|province|region|county)_?code", "region_code"),
    (
        r"((state|prefecture|province|county|region)_or_)?(province|region|county|district)(_?name)?|"
        r"state_?name",
        "region",
    ),
    (r"(zip(_?code)?|postal_?code|post_?code|postcode)", "postal_code"),
    (r"country_?(code|iso)?_?3|iso_?3|alpha_?3(_?code)?", "country_code_3"),
    (r"(country_?(code|iso)\d?|iso_?country)", "country_code"),
    (r"(country|nation)(_?name)?", "country"),
    (r"(place_?name|venue|location|place|destination|origin)(_?name)?", "location"),
    (r"(lat|latitude)", "latitude"),
    (r"(lng|lon|long|longitude)", "longitude"),
    (r"(coordinates|latlng|geo_?point)", "coordinates"),
    (r"(time_?zone|tz)(_?name)?", "time_zone"),
    (r"country_?of_?(birth|residence|origin)", "country"),
    (r"currency(_?(code|iso|symbol|id))?", "currency"),
    (r"(language|locale|lang)(_?code)?", "language"),
    (r"(hex_?)?colou?r_?(code|hex)|hex", "hex_colour"),
    (
        r"(image|img|photo|picture|avatar|icon|logo|thumbnail|cover|banner|poster)_?(url|uri|link)",
        "image_url",
    ),
    (r"(avatar|photo|picture|image|thumbnail|logo)", "image_url"),
    (r"(website|web_?site|home_?page|blog)(_?(url|link))?", "website"),
    (r"(urls?|uris?|links?|href|permalink|endpoint|webhook)", "url"),
    (r"(host_?name|host|domain|fqdn|domain_?name|server)", "hostname"),
    (r"user_?agent", "user_agent"),
    (r"(mime_?type|content_?type|media_?type)", "mime"),
    (r"(file_?name|filename|original_?name)", "file_name"),
    (r"(file_?path|path|folder_?path|directory)", "path"),
    (r"(file_)?extension", "extension"),
    (
        r"(sha|sha1|sha256|commit_?(id|hash)|git_?sha|checksum|digest|md5|etag|hash|fingerprint)",
        "hash",
    ),
    (
        r"(symmetric|encryption|shared|signing|session|master|licen[sc]e|function|activation)_?key|"
        r"(token|secret|password|api_?key|access_?key|private_?key|client_?secret|signature|nonce)",
        "secret",
    ),
    (r"(uuid|guid)", "uuid"),
    (r"i_?cal_?uid", "calendar_uid"),
    (r"(unique_?id|imei|device_?uid)", "imei"),
    (r"(page|sync|cursor)_?token|(next|prev(ious)?)_?(page|cursor)", "nothing"),
    (r"sub_?domain", "slug"),
    (r"(num|number_of|no_of|count_of)_[a-z_]+|[a-z]+_count", "count"),
    (r"iban", "iban"),
    (r"(bic|swift)(_?code)?", "bic"),
    (r"(account|routing|sort)_?(number|code)", "account_number"),
    (r"(last_?4|last_?four|number_?suffix|last_?(4_?|four_?)?digits?(_card(_?number)?)?)", "last4"),
    (r"(first|leading)_?(\d_?|six_?)?digits?(_card(_?number)?)?", "nothing"),
    (r"(card|credit_?card|cc)_?(number|no)", "card_number"),
    (r"isbn(_?1[03])?", "isbn"),
    (r"(ean|upc|gtin|barcode)(_?1[23])?", "barcode"),
    (r"(sku|part_?number|item_?number|article_?number|mpn|model_?number)", "sku"),
    (
        r"(tracking|reference|order|invoice|ticket|confirmation|serial|case|booking|receipt|po|"
        r"document|customer)_?(number|no|code|ref)",
        "number",
    ),
    (r"(reference|ref|external_?(id|ref)|number|no)", "number"),
    (r"(id|ids|gid|sid|uid|pid|oid|serial)", "identifier"),
    (
        r"((opening|business|office|working|open)_)?hours?(_(mon|tue|wed|thu|thur|fri|sat|sun)\w*)?",
        "hours",
    ),
    (
        r"(attributes|metadata|meta|settings|options|config|configuration|properties|payload|data|"
        r"preferences|params|parameters|context|json)",
        "json",
    ),
    (r"(licen[sc]e|registration|number)_?plate|plate", "plate"),
    (r"vin", "vin"),
    (r"(driver|drivers|driving)_?licen[sc]e", "number"),
    (r"continent(_name)?", "continent"),
    (r"(semver|version|release|tag_?name|api_?version)", "version"),
    (r"(slug|permalink_?key|url_?key|alias|key|identifier|short_?name)", "slug"),
    (r"(date_?of_?birth|birth_?date|birthday|dob)", "birthday"),
    (r"(duration|elapsed)", "duration"),
    (r"(amount|price|total|cost|fee|balance|subtotal|tax|value_?amount)", "decimal"),
    (r"(job_?title|occupation|profession)", "job"),
    (
        r"(from|to|cc|bcc|by|author|owner|creator|assignee|reporter|sender|recipient|manager|created_?by|updated_?by|"
        r"modified_?by|user|customer|instructor|teacher|host|organi[sz]er|approver|speaker|driver|"
        r"contact|requester|reviewer|signer|from_?name|to_?name|doctor|lead|editor|director|"
        r"attendees?|participants?|members?|contributors?|people|persons?|buyer|seller|actors?)"
        r"(_?name)?",
        "person",
    ),
    (
        r"(description|body|contents?|text|notes?|message|comments?|summary|bio|biography|about|details|"
        r"remarks?|instructions|abstract|excerpt|caption|explanation|feedback|reasoning|overview|"
        r"html|markdown|synopsis|answer|snippet|plot|lyrics)",
        "text",
    ),
    (r"(title|name|subject|label|headline|heading|topic|question|purpose|goal)", "title"),
    (r"(start|end|open|opening|close|closing)?_?(time_?of_?day)", "time"),
)
_TIME_RULES = (
    (r"birth|dob", "birthday"),
    (r"(^|_)(started|begun|opened)(_|$)", "created"),
    (r"(^|_)(ended|finished|stopped|closed|completed)(_|$)", "updated"),
    (
        r"(^|_)(creat|add|regist|join|sign_?up|insert|submit|open|post|plac|order|issu|invoice_d"
        r"|purchas|record|captur|uploaded|sent|receiv)",
        "created",
    ),
    (r"(^|_)(updat|modif|chang|edit|last_|touch|refresh|sync|activity)", "updated"),
    (r"(^|_)(founded|established|incorporated)", "past"),
    (
        r"(^|_)(start|begin|from|depart|check_?in|since|arrival_from|opens|valid_from|effective)",
        "start",
    ),
    (r"(^|_)(end|finish|until|till|to(_|$)|arriv|check_?out|closes|valid_to|return|stop)", "end"),
    (
        r"(^|_)(due|deadline|expir|renew|next|schedul|plan|estimat|deliver|target|remind|expected|"
        r"eta|trial|appointment|release_?on|resets?(_|$))",
        "due",
    ),
    (r"publi|(ed|paid|sent|seen|read|done|won|lost)(_|$)", "done"),
    (r"(hire|hiring|founded|releas|built|established|premiere)", "past"),
    (r"time_?stamp|(^|_)ts$|occur|happen|logged", "created"),
)


@dataclass(frozen=True)
class Meaning:
    """What a field is about, and the group of fields that it has to fit (`billing`)."""

    kind: str
    group: str = ""


@cache
def text_meaning(name: str, format_: str) -> Meaning | None:
    """Return what a text field is about, or None where nothing tells.

    Args:
        name: The field's name in snake_case.
        format_: The format that the source states; may be empty.
    """
    named = None
    for pattern, kind in _TEXT_RULES:
        match = re.search(rf"(?:^|_)(?:{pattern})$", name)
        if match:
            named = Meaning(kind, name[: match.start()].strip("_"))
            break
    stated = _FORMATS.get(format_.lower())
    if stated is not None:
        if stated == "url" and named is not None and named.kind == "image_url":
            return named
        return Meaning(stated, named.group if named else "")
    return named


@cache
def time_meaning(name: str) -> str:
    """Return which moment of a record's life a field names; `moment` where nothing tells."""
    for pattern, kind in _TIME_RULES:
        if re.search(pattern, name):
            return kind
    return "moment"


_NO_MOMENT = (
    r"time_?zone|run_?time|up_?time|read_?time|lead_?time"
    r"|^(date|time)_(in|to|format|unit|slot|frame|range|spent|left|limit|remaining|period|"
    r"window|horizon|span|series|interval)(_|$)"
)


@cache
def is_time_name(name: str) -> bool:
    """Return whether a text or number of that name is a moment."""
    return bool(
        re.search(
            r"(^|_)(date|datetime|timestamp|time|created|updated|modified|published|expires"
            r"|expiration|deadline)$|_(at|on|dt|ts)$|^(date|time)_",
            name,
        )
        and not re.search(_NO_MOMENT, name)
    )


@cache
def is_half_of_a_place(name: str, beside: frozenset[str]) -> bool:
    """Return whether a field is one coordinate and the other one is a field beside it."""
    group, _, last = name.rpartition("_")
    before = f"{group}_" if group else ""
    others = _OTHER_COORDINATES.get(last, ())
    return any(f"{before}{other}" in beside for other in others)


_LATITUDES, _LONGITUDES = ("lat", "latitude"), ("lon", "lng", "long", "longitude")
_OTHER_COORDINATES = dict.fromkeys(_LATITUDES, _LONGITUDES) | dict.fromkeys(_LONGITUDES, _LATITUDES)


@cache
def is_seldom(name: str) -> bool:
    """Return whether a field tells of something that happens to few records."""
    rare = r"deceas|died|terminat|delet|cancel|archiv|suspend|revok|block|bann|void|refund|remov"
    return bool(
        re.search(rf"({rare}|disab|closed|ended|reject|fail|error).*(_at|_on|_date|_time)$", name)
        or re.search(r"(error|failure|rejection|cancell?ation|decline|warning)s?(_|$)", name)
    )


_SAID = (
    (
        r"(?<!amount in )(?<!value in )(?<!in the )(?<!in this )(?<!relevant )\bcurrenc(?:y|ies)\b"
        r"(?! (?:format|symbol|pairs?|separator|converter|categor|type|name|status|icon))",
        "currency",
    ),
    (r"\bIATA\b|\bairport code", "airport"),
    (r"\b(?:ISO[ -]3166|country code)", "country_code"),
    (r"\b(?:ISO[ -]639|language code|language tag)", "language"),
    (r"\btime ?zone\b", "time_zone"),
    (r"\bIP(?:v4)? address", "ipv4"),
    (r"\bISBN\b", "isbn"),
    (r"\bphone number", "phone"),
    (r"\be-?mail address", "email"),
    (r"^(?:the |a )?city\b|\bname of (?:the|a) city", "city"),
)


@cache
def said_meaning(description: str) -> str:
    """Return what a description says that a text is, or '' where it says nothing of the kind.

    It is asked where the name tells nothing, or something that is often wrong, as `from` does.
    """
    first = description[:160]
    return next((kind for pattern, kind in _SAID if re.search(pattern, first, re.I)), "")


def singular_name(name: str) -> str:
    """Return the name of one value in a list field: `tags` becomes `tag`."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name
