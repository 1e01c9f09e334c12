"""Resources: the operations of an API grouped by the kind of record that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from envfactory.source.description import ApiDescription, Operation
from envfactory.spec.asking import is_asked_for, may_be_narrowed
from envfactory.spec.enclosed import enclosed
from envfactory.spec.name import Nouns, word_set, words
from envfactory.spec.origin import Origin
from envfactory.spec.payload import Envelopes, Payload
from envfactory.spec.reshape import reshaped
from envfactory.spec.route import Route, Router, Step
from envfactory.spec.schema import Schemas, Shape

_AFFIXES = word_set(
    "response request dto model view summary summaries detail details detailed full base "
    "create created update updated new resource object schema out in input "
    "output read write get post put patch payload data result api body "
    "reply vo bean short mini simple partial basic compact with from for the v1 v2 v3 v4 "
    "representation envelope wrapper paginated paged page return returned param params "
    "parameters query search"
)
_VAGUE = frozenset((noun,) for noun in word_set("list item entry type group record object node"))
_GENERIC = word_set(
    "error success ok empty any message string status generic default id ids json map "
    "common unknown value key property properties content meta metadata info inline response "
    "request result dto model payload body data api object schema resource params"
)
_SAME = 0.8
"""Share of fields that records have in common where one of their paths only selects some."""
_JOINERS = (("and",), ("or",))
"""What is left of schemas such as `ModelAndView`."""
_SELECTING = frozenset(
    (word,)
    for word in word_set(
        "supported available random issued received sent recent latest popular trending top "
        "featured active inactive archived pending full past upcoming current deleted public "
        "private all nearby best completed finished running scheduled incoming outgoing open "
        "closed branded generic published unpublished favorite favourite starred followed live "
        "selected multiple related similar recommended suggested blocked verified expired "
        "cancelled enabled disabled"
    )
)
"""Last words of paths that say which records are meant, and not what they are."""
_VALUES = frozenset((word,) for word in word_set("name value code key title result"))
"""Last words of paths that say what is known of records, where a schema says what they are."""
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


@dataclass
class Kind:
    """A kind of record in the making, with everything seen of it."""

    noun: tuple[str, ...]
    components: list[str] = field(default_factory=list)
    homes: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    own: list[tuple[str, ...]] = field(default_factory=list)

    def is_named(self, noun: tuple[str, ...]) -> bool:
        """Tell whether the word of a path means this kind, and not a part that records play."""
        return noun == self.noun or noun in self.own or "_".join(noun) in self.components

    @property
    def is_plural(self) -> bool:
        """Whether a path names these records in the plural, as collections do."""
        segments = (words(seen.route.steps[-1].segment) for seen in self.seen)
        return any(parts != seen_noun for parts in segments for seen_noun in [self.noun] if parts)

    @property
    def responses(self) -> list[Shape]:
        """Shapes in which the API returns such a record, the fullest kind of operation first."""
        order = {"get": 0, "create": 1, "update": 2, "replace": 2, "list": 3, "search": 4}
        found = [
            (order.get(s.kind, 5), position, s.response.shape)
            for position, s in enumerate(self.seen)
            if s.response.kind in ("record", "records")
        ]
        return [shape for _, _, shape in sorted(found, key=lambda entry: entry[:2])]

    def requests(self, *kinds: str) -> list[Shape]:
        """Shapes in which callers send such a record in operations of these kinds."""
        return [
            s.request.shape
            for s in self.seen
            if s.kind in kinds and s.request is not None and s.request.kind == "record"
        ]

    @property
    def item_parameters(self) -> list[str]:
        """Path parameters that pick one record, the most used first."""
        counts: dict[str, int] = {}
        on_items = [seen for seen in self.seen if seen.route.on_item and seen.kind != "list"]
        for seen in [s for s in on_items if self.is_named(s.route.nouns[-1])] or on_items:
            if seen.route.on_item:
                name = seen.route.steps[-1].parameters[-1]
                counts[name] = counts.get(name, 0) + 1
        return sorted(counts, key=lambda name: -counts[name])


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
    root = _root(description, router, envelopes, nouns)
    for operation in description.operations:
        route = router.route(operation.path)
        if not route.steps and root:
            route = replace(
                route,
                context=(),
                steps=(Step("_".join(nouns.plural_words(root)), root, route.context),),
            )
        named = _named(route)
        response = (
            envelopes.open(operation.response.schema_, *named) if operation.response else None
        )
        request = (
            envelopes.open(operation.request.schema_, *named[:1]) if operation.request else None
        )
        if response is not None and operation.response and operation.method == "get":
            response = reshaped(response, route, operation.response.media_type, schemas)
        if response is not None and not route.on_item:
            response = enclosed(response, operation, schemas)
        if request is not None and request.kind == "none" and request.shape.properties:
            request = replace(request, kind="record")  # a title alone is data where callers send it
        if (
            response is not None
            and response.kind == "records"
            and _asks_for_one(operation, route, response, nouns)
        ):
            response = replace(response, kind="record", paged=False)
        kind = _kind(operation, route, request, response)
        origin = (origins or {}).get(f"{operation.method.upper()} {operation.path}")
        answer = response or Payload("none")
        seen.append(Seen(operation, route, kind, request, answer, origin))
    return seen


def _root(
    description: ApiDescription, router: Router, envelopes: Envelopes, nouns: Nouns
) -> tuple[str, ...]:
    """Return what lies at `/` and `/{id}`, where the paths of an API name no kind of record."""
    bare = [op for op in description.operations if not router.route(op.path).steps]
    for operation in bare:
        if operation.response is None:
            continue
        opened = envelopes.open(operation.response.schema_)
        component = clean_component(opened.shape.name, nouns) if opened.shape.name else ""
        if component and opened.kind in ("record", "records"):
            return tuple(component.split("_"))
    if not any("{" in operation.path for operation in bare):
        return ()
    parts = tuple(word for word in words(description.name) if word not in _NOT_NOUNS)
    return nouns.singular_words(parts[-1:])


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
    component = clean_component(response.shape.name, nouns) if response.shape.name else ""
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
        case _:
            return "" if reading else route.verb


def _names_one(operation: Operation, route: Route) -> bool:
    """Tell whether callers have to say which record they ask for."""
    asked = [one for one in operation.parameters if one.required and one.location == "query"]
    return bool(route.tail) or route.on_item or len(asked) == 1


def group(seen: list[Seen], nouns: Nouns) -> list[Kind]:
    """Group operations by the kind of record that they are about, in order of appearance.

    Operations meet in one kind when they share a path, when they return the same named schema, or
    when their paths end in the same noun and what they return looks alike.
    """
    resources: dict[tuple[tuple[str, ...], ...], list[Seen]] = {}
    for one in seen:
        if one.kind and one.route.steps:
            resources.setdefault(one.route.nouns, []).append(one)
    shared = _shared_components(resources, nouns)
    kinds: list[Kind] = []
    for path, members in sorted(resources.items(), key=lambda entry: len(entry[0])):
        shapes = _record_shapes(members)
        if not shapes:
            continue
        component = _component(shapes, nouns, path[-1])
        if component in shared:
            component = ""
        home = _find_home(kinds, path, component, shapes)
        if home is not None and not _lives_there(home, path, members):
            continue
        if home is None:
            home = Kind(noun=path[-1])
            kinds.append(home)
        if component and component not in home.components:
            home.components.append(component)
        home.homes.append(path)
        home.seen += members
    for kind in kinds:
        kind.noun = _noun(kind)
        first = [seen for seen in kind.seen if seen.route.nouns == kind.homes[0]]
        if any(seen.route.on_item or seen.kind == "list" for seen in first):
            kind.own.append(kind.homes[0][-1])
        kind.seen.sort(key=seen.index)
    kinds.sort(key=lambda kind: seen.index(kind.seen[0]))
    return kinds


def _shared_components(
    resources: dict[tuple[tuple[str, ...], ...], list[Seen]], nouns: Nouns
) -> set[str]:
    """Return the schemas that several collections answer with: they tell no kinds apart."""
    users: dict[str, set[tuple[str, ...]]] = {}
    for path, members in resources.items():
        if any(seen.route.on_item for seen in members):
            component = _component(_record_shapes(members), nouns)
            if component and component.split("_")[-1] != path[-1][-1]:
                users.setdefault(component, set()).add(path[-1])
    return {component for component, ends in users.items() if len(ends) > 2}


def _lives_there(home: Kind, path: tuple[tuple[str, ...], ...], members: list[Seen]) -> bool:
    """Tell whether a path holds records of a kind: `/orders/{id}/pay` only answers with one."""
    if path[-1] == home.noun or "_".join(path[-1]) in home.components:
        return True
    return any(seen.route.on_item or seen.kind in ("list", "search") for seen in members)


def _record_shapes(members: list[Seen]) -> list[Shape]:
    found = [s.response.shape for s in members if s.response.kind in ("record", "records")]
    sent = [s.request.shape for s in members if s.request and s.request.kind == "record"]
    return found or sent


def clean_component(name: str, nouns: Nouns) -> str:
    """Return what is left of a schema name without its affixes ('OrderResponseDto': 'order')."""
    last = name.rsplit(".", 1)[-1] if "." in name else name
    parts = words(last) or words(name)
    while len(parts) > 1 and parts[-1] in _AFFIXES:
        parts = parts[:-1]
    while len(parts) > 1 and parts[0] in _AFFIXES:
        parts = parts[1:]
    if not parts or parts[-1] in _GENERIC or parts in _JOINERS:
        return ""
    return "_".join(nouns.singular_words(parts))


def _component(shapes: list[Shape], nouns: Nouns, called: tuple[str, ...] = ()) -> str:
    """Return what schemas call records: as the path calls them, else as the first schema does."""
    cleaned = [clean_component(shape.name, nouns) for shape in shapes if shape.name]
    whole = ["_".join(nouns.singular_words(words(shape.name))) for shape in shapes]
    if called and "_".join(called) in whole:
        return "_".join(called)  # a `form_response` is no `form`
    same = [name for name in cleaned if called and name.replace("_", "") == "".join(called)]
    return next(filter(None, same or cleaned), "")


def _find_home(
    kinds: list[Kind], path: tuple[tuple[str, ...], ...], component: str, shapes: list[Shape]
) -> Kind | None:
    for kind in kinds:
        if component and component in kind.components:
            return kind
    for kind in kinds:
        if kind.noun != path[-1] or (component and kind.components):
            continue
        known = kind.responses or kind.requests("create", "update", "replace")
        if not known or _overlap(known[0], shapes[0]) >= 0.5:
            return kind
    if path[-1] in _SELECTING:
        for kind in kinds:
            known = kind.responses if path[:-1] in kind.homes else []
            if known and _overlap(known[0], shapes[0]) >= _SAME:
                return kind
    return None


def _overlap(first: Shape, second: Shape) -> float:
    a, b = set(first.properties), set(second.properties)
    return len(a & b) / max(1, min(len(a), len(b)))


def _noun(kind: Kind) -> tuple[str, ...]:
    """Choose what to call a kind: the paths' word for it, else the schema's."""
    ends = list(dict.fromkeys(path[-1] for path in kind.homes))
    named = [tuple(component.split("_")) for component in kind.components]
    for end in ends:
        if end in named:
            return end
    if len(ends) == 1 and ends[0] in _VALUES and named:
        return named[0]
    if len(ends) == 1 and ends[0] in _SELECTING:
        above = kind.homes[0][-2:-1]
        return named[0] if named else (*ends[0], *(above[0] if above else ()))
    if len(ends) == 1 and ends[0] in _VAGUE:
        for name in named:
            if name[-len(ends[0]) :] == ends[0] and len(name) <= 3:
                return name
    for end in ends:
        if any(name[-len(end) :] == end or end[-len(name) :] == name for name in named):
            return end
    for end in ends:
        if any(name[: len(end)] == end for name in named):
            return end
    if any(name in path for name in named for path in kind.homes):
        return next(name for name in named for path in kind.homes if name in path)
    if len(ends) == 1 or not named:
        return ends[0]
    return named[0]
