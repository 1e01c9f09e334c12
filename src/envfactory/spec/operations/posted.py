"""Posted reads: operations that only read, though their method or their answer hides it.

`POST /LastMedia` "Get information about the last playback" takes in a body what it is asked, and
`GET /health` answers with nothing but a status. Where no other rule explains them they are read
as what they are: a GET with inputs in its query, an answer that is a record of its own.
"""

from __future__ import annotations

from dataclasses import replace

from envfactory.source.description import Operation, Parameter
from envfactory.spec.operations.seen import Seen
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.payload import Payload
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.credential import is_credential
from envfactory.spec.words.name import word_set, words
from envfactory.spec.words.prose import plain, sentences

POSTED = "callers post what they ask for"
_READING = word_set(
    "get gets retrieve retrieves fetch fetches read reads return returns show shows list lists "
    "view views obtain obtains lookup query provide provides display displays"
)
_PATH_READING = word_set("get retrieve fetch read show view lookup last latest current")
_STATES = word_set(
    "status health healthcheck healthz info information version versions ping about stats "
    "statistics uptime totals limits quota usage liveness readiness alive heartbeat"
)
"""Last words of paths that read how a service is."""
_WORKING = word_set(
    "sign generate convert translate transform render verify validate check calculate compute "
    "predict match test preview encode decode parse analyze analyse detect scan search find query"
)
"""Words of a path that work on what callers send."""
_OPENING = word_set("to this the api endpoint method call operation used for will you can a an")
_ASKING = ("how", "what", "which", "whether", "where")
_SINGLE = ("string", "integer", "number", "boolean")


def as_read(seen: Seen, schemas: Schemas) -> Seen | None:
    """Return an operation that no rule explains as the read that it plainly is, or None."""
    if not seen.response.shape.properties or seen.response.kind not in ("record", "none"):
        return None
    if not seen.route.steps or seen.origin is not None:
        return None
    if seen.operation.method == "get":
        note = seen.response.kind == "none" and _names_state(seen)
        return replace(seen, response=_record(seen.response)) if note else None
    if seen.operation.method != "post" or not (_says_read(seen) or _names_read(seen)):
        return None
    if set(_last(seen)) & _WORKING or (seen.response.kind == "none" and not _names_state(seen)):
        return None
    asked = _asked(seen, schemas)
    if asked is None:
        return None
    operation = seen.operation.model_copy(
        update={"method": "get", "request": None, "parameters": asked}
    )
    return replace(
        seen,
        operation=operation,
        kind="get" if seen.route.on_item or seen.route.verb == "get" else "",
        request=None,
        response=_record(seen.response),
        origin=Origin(seen.where, "", (POSTED,)),
    )


def _record(response: Payload) -> Payload:
    return replace(response, kind="record")


def _last(seen: Seen) -> tuple[str, ...]:
    return seen.route.verb_words or words(seen.route.steps[-1].segment)


def _names_state(seen: Seen) -> bool:
    parts = words(seen.route.steps[-1].segment)
    return bool(parts) and parts[-1] in _STATES and not seen.route.on_item


def _names_read(seen: Seen) -> bool:
    """Tell whether the last word of a path reads, where no text says anything."""
    if _first(seen.operation):
        return False
    return bool(set(_last(seen)[:1]) & _PATH_READING)


def _says_read(seen: Seen) -> bool:
    """Tell whether every text of an operation begins with a verb that only reads."""
    said = _first(seen.operation)
    return bool(said) and all(_reads(text) for text in said)


def _first(operation: Operation) -> list[str]:
    told = (plain(operation.summary), plain(operation.description))
    return [found[0] for text in told if (found := sentences(text))]


def _reads(text: str) -> bool:
    for word in words(text[:80])[:6]:
        if word not in _OPENING:
            return word in _READING or word in _ASKING
    return False


def _asked(seen: Seen, schemas: Schemas) -> tuple[Parameter, ...] | None:
    """Return all inputs, those of the body in the query; None where a body holds more."""
    operation = seen.operation
    if operation.request is None:
        return operation.parameters
    body = schemas.shape(operation.request.schema_)
    if body.kind != "object":
        return None if operation.request.required else operation.parameters
    found = list(operation.parameters)
    for name, schema in body.properties.items():
        if is_credential(name):
            continue
        shape = schemas.shape(schema)
        if shape.kind not in _SINGLE or name not in body.required:
            return None  # what may be left out narrows a list, and a record is no list
        found.append(
            Parameter(
                name=name,
                location="query",
                required=True,
                description=shape.description,
                schema=schema,
            )
        )
    return tuple(found)
