"""Components: what named schemas call the records that they describe."""

from __future__ import annotations

from envfactory.spec.words.name import Nouns, word_set, words

_AFFIXES = word_set(
    "response request dto model view summary summaries detail details detailed full base "
    "create created update updated new resource object schema out in input "
    "output read write get post put patch payload data result api body "
    "reply vo bean short mini simple partial basic compact with from for the v1 v2 v3 v4 "
    "representation envelope wrapper paginated paged page return returned param params "
    "parameters query search"
)
_GENERIC = word_set(
    "error success ok empty any message string status generic default id ids json map "
    "common unknown value key property properties content meta metadata info inline response "
    "request result dto model payload body data api object schema resource params"
)
_JOINERS = (("and",), ("or",))
"""What is left of schemas such as `ModelAndView`."""


def clean_component(name: str, nouns: Nouns) -> str:
    """Return what is left of a schema name without its affixes ('OrderResponseDto': 'order')."""
    last = name.rsplit(".", 1)[-1] if "." in name else name
    parts = words(last) or words(name)
    if parts[:1] == ("inline",):
        parts = tuple(part for part in parts[1:] if not part.isdigit())  # what a tool has named
    while len(parts) > 1 and parts[-1] in _AFFIXES:
        parts = parts[:-1]
    while len(parts) > 1 and parts[0] in _AFFIXES:
        parts = parts[1:]
    if not parts or parts[-1] in _GENERIC or parts in _JOINERS:
        return ""
    return "_".join(nouns.singular_words(parts))
