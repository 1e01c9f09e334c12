"""Seen operations: each one read by its method, its path and its bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from envfactory.source.description import ApiDescription, Operation
from envfactory.spec.operations.asking import is_asked_for, may_be_narrowed
from envfactory.spec.operations.rooted import by_field, root_step
from envfactory.spec.operations.searched import searched
from envfactory.spec.operations.windowed import without_window
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.enclosed import enclosed
from envfactory.spec.shapes.origin import Origin
from envfactory.spec.shapes.payload import Envelopes, Payload
from envfactory.spec.shapes.reshape import listed_values, reshaped, with_entries
from envfactory.spec.shapes.route import Route, Router, Step
from envfactory.spec.shapes.schema import Schemas
from envfactory.spec.words.name import Nouns, word_set, words

_OF_ITSELF = word_set(
    "detail details info information data list all one single item items record records full"
)
"""Words behind a verb that still mean the record itself, or all of its kind."""
_NOT_NOUNS = word_set("api apis rest service services json v1 v2 v3 com io org net local app the")


@dataclass(frozen=True)
class Seen:
    """One operation, read: where it is, what it does to records, what it takes and returns.

    `kind` is list, get, create, update, replace, delete, search, or '' where the path and method
    alone do not say.
    """

    operation: Operation
    route: Route
    kind: str
    request: Payload | None
    response: Payload
    origin: Origin | None = None

    @property
    def where(self) -> str:
        """The operation as 'METHOD /path', as the source has it."""
        if self.origin is not None:
            return self.origin.where
        return f"{self.operation.method.upper()} {self.operation.path}"


def read_operations(
    description: ApiDescription,
    schemas: Schemas,
    nouns: Nouns,
    origins: Mapping[str, Origin] | None = None,
) -> list[Seen]:
    """Read every operation of a description by its method, its path and its bodies.

    Args:
        description: What the source says.
        schemas: Reads schemas.
        nouns: Singular and plural.
        origins: By 'METHOD /path', what operations were before they got that address.
    """
    router = Router([op.path for op in description.operations], nouns)
    envelopes = Envelopes(schemas, nouns)
    seen = []
    root = _root(description, router, envelopes, schemas, nouns)
    listed = any(op.method == "get" and op.path == "/" for op in description.operations)
    written = {router.route(op.path).nouns for op in description.operations if op.method == "post"}
    for operation in description.operations:
        route = router.route(operation.path)
        if root:
            here = Step("_".join(nouns.plural_words(root)), root)
            route = _from_root(operation, route, here, listed)
        named = _named(route)
        response = (
            envelopes.open(operation.response.schema_, *named) if operation.response else None
        )
        request = (
            envelopes.open(operation.request.schema_, *named[:1]) if operation.request else None
        )
        if request is not None and operation.method in ("put", "patch"):
            request = without_window(request)
        if not route.steps:
            step = root_step(operation, response, nouns)
            if step is not None and response is not None:
                route, response = replace(route, steps=(step,)), replace(response, kind="record")
        if response is not None and operation.response and operation.method == "get":
            response = reshaped(response, route, operation.response.media_type, schemas)
            route = with_entries(route, response, nouns)
        if response is not None and not route.on_item:
            response = enclosed(response, operation, schemas)
            if operation.method == "get" and route.nouns in written:
                noun = route.nouns[-1]
                response = listed_values(response, noun, nouns.plural(noun[-1]), schemas)
        if request is not None and request.kind == "none" and request.shape.properties:
            request = replace(request, kind="record")  # a title alone is data where callers send it
        if (
            response is not None
            and response.kind == "records"
            and _asks_for_one(operation, route, response, nouns)
        ):
            response = replace(response, kind="record", paged=False)
        if response is not None:
            route, response = searched(operation, route, response, schemas, nouns)
            if operation.method == "get":
                route = _below_item(route, response, nouns)
        kind = _kind(operation, route, request, response)
        origin = (origins or {}).get(f"{operation.method.upper()} {operation.path}")
        answer = response or Payload("none")
        seen.append(Seen(operation, route, kind, request, answer, origin))
    return seen


def _below_item(route: Route, response: Payload, nouns: Nouns) -> Route:
    """Return the route to what a path asks for of one record, where that is a list of others.

    `/topics/{topic}:getIamPolicy` and `/users/{id}/getOrders` list what is below the record.
    """
    asked = route.verb_words[1:]
    if response.kind != "records" or route.verb not in ("get", "list") or not _is_of_part(route):
        return route
    step = Step("_".join(asked), nouns.singular_words(asked))
    return replace(route, steps=(*route.steps, step), verb="", verb_words=())


def _is_of_part(route: Route) -> bool:
    """Tell whether the verb behind a record is about something else: `/schemas/{id}:deleteTag`."""
    asked = set(route.verb_words[1:])
    own = {*words(route.steps[-1].segment), *route.nouns[-1], *_OF_ITSELF} if asked else set()
    return route.on_item and not route.tail and not asked <= own and "by" not in asked


def _root(
    description: ApiDescription,
    router: Router,
    envelopes: Envelopes,
    schemas: Schemas,
    nouns: Nouns,
) -> tuple[str, ...]:
    """Return what lies at `/` and `/{id}`, where the paths of an API name no kind of record."""
    bare = [op for op in description.operations if not router.route(op.path).steps]
    for operation in bare:
        if operation.response is None:
            continue
        opened = enclosed(envelopes.open(operation.response.schema_), operation, schemas)
        component = clean_component(opened.shape.name, nouns) if opened.shape.name else ""
        if component and opened.kind in ("record", "records"):
            return tuple(component.split("_"))
        held = words(opened.wrapper[-1]) if opened.wrapper else ()
        if opened.kind == "records" and held and nouns.is_plural(held[-1]):
            return nouns.singular_words(held)
    if not any("{" in operation.path for operation in bare):
        return ()
    parts = tuple(word for word in words(description.name) if word not in _NOT_NOUNS)
    return nouns.singular_words(parts[-1:])


def _from_root(operation: Operation, route: Route, root: Step, listed: bool) -> Route:
    """Return the route of an operation on the records at the root of an API, or its own."""
    if not route.steps:
        return replace(route, context=(), steps=(replace(root, parameters=route.context),))
    return (by_field(operation, route, root) if listed else None) or route


def _named(route: Route) -> tuple[tuple[str, ...], ...]:
    """Return what a body may hold: the last noun of the path, or one before it.

    `/search/images/creative` finds images; `/users/{id}/stats` holds no users.
    """
    nouns = tuple(reversed(route.nouns))
    return nouns[:1] if any(step.parameters for step in route.steps) else nouns


def _kind(
    operation: Operation, route: Route, request: Payload | None, response: Payload | None
) -> str:
    returns = response.kind if response else "none"
    if route.verb:
        return _kind_of_verb(operation, route, returns)
    if not route.steps:
        return ""
    match operation.method:
        case "get":
            if route.on_item:
                return "get" if returns != "records" else "list"
            return "list" if returns == "records" else ""
        case "post":
            if returns == "records" and is_asked_for(operation):
                return "search"
            if returns == "records" and not route.on_item and may_be_narrowed(operation, request):
                return "list"
            return "update" if route.on_item and not _creates(operation, route) else "create"
        case "put":
            return "replace" if route.on_item else ""
        case "patch":
            return "update" if route.on_item else ""
        case "delete":
            return "delete" if route.on_item else ""
    return ""


def _creates(operation: Operation, route: Route) -> bool:
    """Tell whether a record is created under the key in its path ("Create a new basket")."""
    said = words(operation.summary or operation.description[:80])[:6]
    return said[:1] in (("create",), ("creates",)) and route.nouns[-1][-1] in said


def _asks_for_one(operation: Operation, route: Route, response: Payload, nouns: Nouns) -> bool:
    """Tell whether a path names the key of the one record that a list is answered with."""
    noun, picked = route.nouns[-1] if route.steps else (), route.steps[-1:]
    if operation.method != "get" or route.verb or not noun or len(picked[0].parameters) != 1:
        return False
    own = {("id",), ("uuid",), ("guid",), noun, (*noun, "id"), (*noun, "name"), ("name",)}
    if words(picked[0].parameters[0]) not in own:
        return False
    name = response.shape.name
    component = (clean_component(name, nouns) or "_".join(words(name))) if name else ""
    other = noun[-1] not in component and component.replace("_", "") not in "".join(noun)
    said = set(words(f"{operation.summary[:200]} {operation.description[:200]}"))
    several = said & {nouns.plural(noun[-1]), "list", "all"} - {noun[-1]}
    names = {words(one.name) for one in operation.parameters if one.location == "query"}
    paged = names & {("limit",), ("offset",), ("page",), ("cursor",)}
    return not (other or several or (paged and not {"by", "its", "id"} <= said))


def _kind_of_verb(operation: Operation, route: Route, returns: str) -> str:
    reading = operation.method == "get"
    match route.verb:
        case "list" | "search":
            if returns == "records":
                return route.verb
            return "get" if reading and returns == "record" and _names_one(operation, route) else ""
        case "get":
            if returns == "records":
                return "list"
            return "get" if returns == "record" else ""
        case "delete":
            return "" if reading or _is_of_part(route) else route.verb
        case _:
            return "" if reading else route.verb


def _names_one(operation: Operation, route: Route) -> bool:
    """Tell whether callers have to say which record they ask for."""
    asked = [one for one in operation.parameters if one.required and one.location == "query"]
    return bool(route.tail) or route.on_item or len(asked) == 1
