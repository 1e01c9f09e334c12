"""Rooted reads: paths that name no kind of record, for what they are about lies at the root.

`GET /` of an API may answer with what there is to say of the service itself. Its summary may name
that ("Status"); otherwise it is the root of the API. Or records lie there, of which a path such as
`/countrycode/{countryCode}` selects some.
"""

from __future__ import annotations

from envfactory.source.description import Operation
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.route import Route, Step
from envfactory.spec.words.name import Nouns, word_set, words
from envfactory.spec.words.prose import plain

_GREETING = word_set("message msg text detail details greeting hello link links href self")
"""Words of names of what only welcomes callers and sends them on."""
_SILENT = word_set(
    "get gets return returns retrieve show check read fetch the api apis rest service server a an "
    "of for this endpoint page root v1 v2 v3"
)
_ROOT = ("root",)
_LONGEST = 2


def root_step(operation: Operation, response: Payload | None, nouns: Nouns) -> Step | None:
    """Return what `GET /` reads where it answers with one object, or None.

    Args:
        operation: An operation whose path names no kind of record.
        response: What it answers with.
        nouns: Singular and plural.
    """
    if operation.method != "get" or response is None or response.kind not in ("none", "record"):
        return None
    if "{" in operation.path or not _tells(response):
        return None
    told = tuple(one for one in words(operation.summary[:80]) if one not in _SILENT)
    named = 0 < len(told) <= _LONGEST and not nouns.is_plural(told[-1])
    noun = told if named else _ROOT
    return Step("-".join(noun), noun)


def _tells(response: Payload) -> bool:
    """Tell whether an answer holds more than a greeting."""
    return any(not set(words(name)) <= _GREETING for name in response.shape.properties)


def by_field(operation: Operation, route: Route, root: Step) -> Route | None:
    """Return the route of `/countrycode/{countryCode}` "Airports by country code" at the root.

    None: the path names more than the field that its parameter is a value of.

    Args:
        operation: An operation on what lies at the root of its API.
        route: What its path says.
        root: The kind of record that lies there.
    """
    if operation.method != "get" or len(route.steps) != 1 or route.context or route.verb:
        return None
    step = route.steps[0]
    parts = words(step.parameters[0]) if len(step.parameters) == 1 else ()
    if not parts or "".join(parts) != "".join(words(step.segment)):
        return None
    told = (plain(text).lower() for text in (operation.summary, operation.description))
    phrase = f" by {' '.join(parts)}"
    if not any(phrase in f" {text}" for text in told):
        return None
    return Route((), (root,), "get", ("by", *parts), step.parameters)
