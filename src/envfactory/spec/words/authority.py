"""Authority: who sets a field, the service or its callers, as far as descriptions say."""

from __future__ import annotations

import re
from functools import lru_cache

from envfactory.spec.words.name import word_set

CREATED = word_set(
    "created_at created created_on create_time created_time created_date creation_date "
    "date_created create_date time_created creation_time inserted_at creation_timestamp "
    "created_timestamp create_timestamp creation_date_time created_date_time date_of_creation"
)
"""Names of the moment at which a record came to be."""
UPDATED = word_set(
    "updated_at updated modified updated_on update_time last_updated last_modified "
    "modified_at date_updated date_modified modified_date update_date last_modified_date "
    "updated_time last_update modified_on last_updated_at last_modified_at changed_at "
    "modification_date modification_time updated_date last_updated_date last_modified_on "
    "last_update_date last_update_time last_modified_time modified_time last_changed "
    "updated_timestamp last_modified_date_time last_updated_date_time updated_date_time"
)
"""Names of the moment at which a record last changed."""
_MAX_TEXT = 800
_READ_ONLY = re.compile(
    r"""(?:^|[.;:!?(\[\n]\s*|\b(?:field|property|parameter|value|attribute|it|this)\s(?:is|are)\s)
        (?:this\s(?:field|property|value|attribute)\sis\s)?\**
        (?:read[-\ ]?only|output[-\ ]only)\b
        (?:\s(?:field|property|parameter|value|attribute)s?\b|\**\s*(?:[-.,;:!)\]\n]|$))""",
    re.IGNORECASE | re.VERBOSE,
)
_READ_ONLY_FIRST = re.compile(
    r"^[\[(*\s]*(?:output[- ]only|read[- ]?only)\b"
    r"(?!\s(?:after|once|when|if|unless|until|for|on|in|mode|access|flag|user|key|token|replica))",
    re.IGNORECASE,
)
_MADE = (
    r"(?:set|assigned|generated|computed|calculated|populated|maintained|managed|updated|filled|"
    r"determined|controlled|provided)"
)
_BY_SERVICE = re.compile(
    rf"""\b{_MADE}(?:\sin|\sautomatically)?\s(?:automatically\s)?by\s(?:the\s|our\s)?
         (?:\w+\s)?(?:server|system|service|api|backend|platform)\b(?!\s(?:user|owner|admin|client))
       | \bautomatically\s{_MADE}\b
       | \b{_MADE}\sautomatically\b
       | \b(?:server|system|auto|service)[-\ ]?(?:generated|assigned|set|computed)\b
       | \bcannot\sbe\s(?:set|specified|changed|modified|edited)\sby\s(?:the\s)?
            (?:user|client|caller)
       | \buse\sthe\s\W?\w+\W?\smethod\sto\s(?:move|change|set|update)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BY_CALLER = re.compile(
    r"""\b(?:if|unless|when|where)\s(?:\w+\s){0,3}?(?:not|no|omitted|null|empty|absent|blank|left|
            unset|none|unspecified|missing|true|false|enabled|selected)\b
      | \b(?:you|your|client|caller|callers|clients|merchant|user)\s(?:can|may|must|should|want)\b
      | \b(?:can|may|must|should)\s(?:also\s|optionally\s)?be\s
            (?:set|specified|provided|given|supplied|chosen|overridden|used|passed)\b(?!\sby\sthe)
      | \b(?:to\sassign|specify|defaults?\sto|default\s(?:value|is)|otherwise|or\slet|overrid\w+|
            backdat\w+|import(?:ed|ing)?|whether)\b
      | \beither\s{0,1}set\b""",
    re.IGNORECASE | re.VERBOSE,
)


def is_life_moment(parts: tuple[str, ...]) -> bool:
    """Tell whether words end in the name of the moment of a record's creation or last change."""
    endings = ("_".join(parts[-count:]) for count in range(1, min(4, len(parts)) + 1))
    return any(ending in CREATED | UPDATED for ending in endings)


@lru_cache(maxsize=4096)  # asked of the same fields again and again
def is_set_by_service(text: str, boolean: bool = False) -> bool:
    """Tell whether a description says that the service sets the field and no caller can.

    Args:
        text: The description of the field.
        boolean: The field is a flag: then "read-only" at the beginning may be what it is about.
    """
    text = text[:_MAX_TEXT]
    if _READ_ONLY.search(text) or (not boolean and _READ_ONLY_FIRST.match(text)):
        return True
    return _BY_SERVICE.search(text) is not None and not is_set_by_caller(text)


def is_set_by_caller(text: str) -> bool:
    """Tell whether a description speaks of what callers give, or of what happens if they do not."""
    return _BY_CALLER.search(text[:_MAX_TEXT]) is not None
