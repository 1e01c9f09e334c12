"""Resources: the operations of an API grouped by the kind of record that they are about."""

from __future__ import annotations

from dataclasses import dataclass, field

from envfactory.spec.operations.seen import Seen
from envfactory.spec.shapes.component import clean_component
from envfactory.spec.shapes.schema import Shape
from envfactory.spec.words.name import Nouns, word_set, words

_VAGUE = frozenset((noun,) for noun in word_set("list item entry type group record object node"))
_SAME = 0.8
"""Share of fields that records have in common where one of their paths only selects some."""
SELECTING = frozenset(
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
    def is_called(self) -> bool:
        """Whether only tools speak of these records that have a name and no address."""
        origins = [seen.origin for seen in self.seen]
        return bool(origins) and all(one is not None and one.name for one in origins)

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
    for kind in kinds:
        named = shapes[0].name and any(known.name == shapes[0].name for known in kind.responses)
        if named and path[:-1] in kind.homes:
            return kind
    if path[-1] in SELECTING:
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
    if len(ends) == 1 and ends[0] in SELECTING:
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
