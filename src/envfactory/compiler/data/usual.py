"""Words that a field usually has on a kind of record, and how examples write them."""

from __future__ import annotations

import re

from envfactory.compiler.data.rows import Row


def usual_words(name: str, row: Row) -> tuple[str, ...]:
    """Return the words that such a field usually has on such a record: types, states."""
    if is_region(name, row):
        return ()
    known, asked = row.source.usual_words, (name, row.noun, row.theme.name if row.theme else "")
    if asked not in known:
        known[asked] = _found_words(name, row)
    return known[asked]


def _found_words(name: str, row: Row) -> tuple[str, ...]:
    kinds, parts = row.source.lexicon.kinds, name.split("_")
    nouns = row.noun.split()
    if row.theme is not None:
        theme, own = row.theme.name.replace("_", " "), row.source.lexicon.theme(tuple(nouns))
        if own is not row.theme:  # in another sense than the noun usually has
            nouns = [theme]
    for start in range(len(parts)):
        before, field = parts[:start], "_".join(parts[start:])
        field = {"kind": "type", "state": "status"}.get(field, field)
        if before and before[-1] not in nouns:
            found = kinds.get(f"{before[-1]}.{field}")
            if found:
                return found
            continue
        for begin in range(len(nouns)):
            found = kinds.get(f"{' '.join(nouns[begin:])}.{field}")
            if found:
                return found
        if row.theme is not None and f"{theme}.{field}" in kinds:
            return kinds[f"{theme}.{field}"]
    return ()


def of_other_kinds(name: str, examples: list[str], usual: tuple[str, ...]) -> bool:
    """Return whether the examples of a type are none of the usual ones: those would be false."""
    if not examples or name.rpartition("_")[2] not in ("type", "kind"):
        return False
    known = {re.sub(r"\W|_", "", word).casefold() for word in usual}
    return not any(re.sub(r"\W|_", "", e).casefold() in known for e in examples)


def in_the_case_of(examples: list[str], usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return examples and usual words, written as the examples are; many examples suffice."""
    if not examples:
        return usual
    if len(examples) > 2:
        return tuple(examples)
    first = examples[0]
    if " " in first.strip(" .") and first.endswith("."):
        return usual  # a sentence about the field rather than a value
    if first.isupper():
        usual = tuple(word.upper().replace(" ", "_") for word in usual)
    elif first[:1].isupper():
        usual = tuple(word.replace("_", " ").capitalize() for word in usual)
    return tuple(dict.fromkeys((*examples, *usual)))


def known_words(name: str, row: Row) -> tuple[str, ...]:
    """Return words that the lexicon has for the end of a name."""
    known = row.source.lexicon.words
    last = name.rsplit("_", 1)[-1]
    if last in _OF_THINGS and last != name and name.split("_")[-2] not in _OF_THINGS[last]:
        return ()
    ends = ("_".join(name.split("_")[place:]) for place in range(name.count("_")))
    for key in (*ends, last, _SYNONYMS.get(last, last)):
        if key in known:
            return known[key]
    return ()


_OF_THINGS = {
    "model": frozenset({"vehicle", "car", "device", "product", "phone", "camera", "printer"}),
    "network": frozenset({"card"}),
    "prefix": frozenset({"name"}),
    "species": frozenset({"animal", "pet"}),
}
"""What has a model that a maker names, or is of a species; pricing and molecules are not."""
_SYNONYMS = {
    "color": "colour",
    "sex": "gender",
    "make": "manufacturer",
    "license": "licence",
    "position": "job",
    "occupation": "job",
    "region": "zone",
    "carriers": "carrier",
    "period": "interval",
    "permission": "scope",
    "visibility": "access",
    "privacy": "access",
    "condition": "quality",
    "activity": "frequency",
    "weekday": "day",
}


def is_region(name: str, row: Row) -> bool:
    """Return whether a `state` is part of an address."""
    return name in _STATE_NAMES and not row.fields.isdisjoint(_BESIDE_STATE)


_STATE_NAMES = frozenset({"state", "province", "region"})
_BESIDE_STATE = frozenset({"city", "country", "postal_code", "zip", "zip_code", "country_code"})
