"""Numbered paths: `/players/237` beside `/players`, which shows how one of the players is read.

Some sources write down the very requests that somebody made, with the number of one record where
others have a parameter. Such a path gets the parameter that it stands for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from envfactory.source.description import ApiDescription, Operation, Parameter
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.untold.undescribed import answered_with_files, place_of
from envfactory.spec.words.name import Nouns, words

NUMBERED = "the number of one record in the path stands for any"
_MAX_DIGITS = 12


def parametrized(
    description: ApiDescription, nouns: Nouns
) -> tuple[ApiDescription, dict[str, Origin]]:
    """Return a description with parameters for the numbers in its paths.

    Only behind a plural that is a path of its own is a number the key of a record, and only where
    no other path has that parameter, or another number, in the same place.

    Args:
        description: What a source says.
        nouns: Tells what a plural is.

    Returns:
        The description, and where operations that changed come from, by their new 'METHOD /path'.
    """
    found, files = description.operations, answered_with_files(description)
    paths = {one.path.rstrip("/") for one in found}
    changed = {path: _named(path, paths, nouns) for path in sorted({one.path for one in found})}
    if all(path == named for path, named in changed.items()):
        return description, {}
    forms = Counter(_form(one.method, changed[one.path]) for one in found)
    origins: dict[str, Origin] = {}
    made: list[Operation] = []
    for one in found:
        path = changed[one.path]
        alone = forms[_form(one.method, path)] == 1
        if path == one.path or not alone or place_of(one) in files:
            made.append(one)
            continue
        where = f"{one.method.upper()} {one.path}"
        origins[f"{one.method.upper()} {path}"] = Origin(where, "", (NUMBERED,))
        given = (*one.parameters, *_parameters(one.path, path))
        made.append(one.model_copy(update={"path": path, "parameters": given}))
    return description.model_copy(update={"operations": tuple(made)}), origins


def traced(origins: Mapping[str, Origin], before: Mapping[str, Origin]) -> dict[str, Origin]:
    """Return where operations come from, through two changes of their addresses.

    Args:
        origins: What the later change says, by 'METHOD /path' behind it.
        before: What the earlier one says, by 'METHOD /path' between the two.
    """
    found = {where: _merged(first, origins.get(first.where)) for where, first in before.items()}
    for where, origin in origins.items():
        first = before.get(origin.where)
        found[where] = _merged(first, origin) if first is not None else origin
    return found


def _merged(first: Origin, then: Origin | None) -> Origin:
    """Return where an operation comes from that was changed twice."""
    if then is None:
        return first
    return Origin(first.where, then.name, (*first.inferred, *then.inferred))


def _named(path: str, paths: set[str], nouns: Nouns) -> str:
    """Return a path with parameters where it has numbers of records."""
    segments = path.split("/")
    for at in range(2, len(segments)):
        above = words(segments[at - 1])
        number = segments[at].isdecimal() and len(segments[at]) <= _MAX_DIGITS
        if not number or not above or not nouns.is_plural(above[-1]):
            continue
        if "{" in segments[at - 1] or "/".join(path.split("/")[:at]) not in paths:
            continue
        last = at == len(segments) - 1
        segments[at] = "{id}" if last else f"{{{'_'.join(nouns.singular_words(above))}_id}}"
    return "/".join(segments)


def _parameters(path: str, named: str) -> Iterable[Parameter]:
    """Yield the parameters that stand in a path for numbers of the source."""
    for number, segment in zip(path.split("/"), named.split("/"), strict=True):
        if number != segment:
            yield Parameter(
                name=segment[1:-1],
                location="path",
                required=True,
                schema={"type": "integer", "examples": [int(number)]},
            )


def _form(method: str, path: str) -> str:
    """Return what two operations share whose paths differ in the names of parameters at most."""
    segments = ("{}" if "{" in one else one for one in path.rstrip("/").split("/"))
    return f"{method} {'/'.join(segments)}"
