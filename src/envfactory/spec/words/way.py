"""Ways: parts of paths that say by what records are looked up, and name no kind of record.

`/sellers/list/bySellerId/{id}`, `/companies/search/number/{number}` and `/foods/barcode.php` list
sellers, companies and foods. Such parts are rewritten to one form, `by-seller-id`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from envfactory.spec.words.name import word_set, words

_LOOKING = word_set("list search find get lookup query filter fetch show read")
_FIELDS = word_set(
    "name names barcode ean upc gtin isbn sku number email username slug code symbol ticker url "
    "handle phone title id ids ip address hash sha1 md5 key keyword keywords ingredient"
)
"""Words of a path that say by what is looked up, where an input has the same name."""
_NO_BY = word_set("by bye byte bytes bypass bypasses bylaw bylaws byline bylines byproduct")
_SCRIPTS = (".php", ".aspx", ".asp", ".cgi", ".jsp")
_NOT_READ = word_set("getaway getaways getter getters")
_FORMS = word_set("json xml jsonld yaml")
_SHORTEST = 4


def without_ways(pieces: Sequence[str], path: str, is_plural: Callable[[str], bool]) -> list[str]:
    """Return the pieces of a path with those that only say how to look up told as `by-...`.

    Args:
        pieces: Words and parameters in braces, in the order of the path.
        path: The whole path.
        is_plural: Tells whether a word is a plural.
    """
    found: list[str] = []
    pieces = [piece for n, piece in enumerate(pieces) if not n or piece.lower() not in _FORMS]
    for position, piece in enumerate(pieces):
        rest = list(pieces[position + 1 :])
        field = _field(piece, rest, path.split("?")[0])
        while field and len(found) > 1 and words(found[-1])[:2] in {(v,) for v in _LOOKING}:
            found.pop()
        if field and found and not found[-1].startswith("{"):
            found.append("-".join(("by", *field)))
        else:
            found.append(_parted(piece, is_plural))
    return found


def _field(piece: str, rest: list[str], path: str) -> tuple[str, ...]:
    """Return what a piece says to look up by, or nothing."""
    parts = words(piece)
    given = [words(one[1:-1]) for one in rest if one.startswith("{")]
    if piece.startswith("{") or not parts or len(given) < len(rest):
        return ()
    if not given:
        return parts if path.endswith(_SCRIPTS) and set(parts) <= _FIELDS else ()
    if parts[0] == "by" and len(parts) > 1:
        return parts[1:]
    if parts[0].startswith("by") and parts[0] not in _NO_BY and len(parts[0]) >= _SHORTEST:
        joined = (parts[0][2:], *parts[1:])
        if any("".join(joined) in "".join(one) for one in given) or joined[0] in _FIELDS:
            return joined
    same = any(one[-len(parts) :] == parts for one in given)
    return parts if same and parts[-1] in _FIELDS else ()


def _parted(piece: str, is_plural: Callable[[str], bool]) -> str:
    """Return `getfindings` as two words."""
    rest = piece.removeprefix("get")
    joined = piece.startswith("get") and rest.isalpha() and rest.islower()
    if joined and piece not in _NOT_READ and len(rest) >= _SHORTEST and is_plural(rest):
        return f"get-{rest}"
    return piece
