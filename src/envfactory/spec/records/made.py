"""Made: a tool before it has its name, and what every rule needs to make one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envfactory.source.description import Operation
from envfactory.spec.model import AdjustRecord, Behaviour, OrderRecords, ParameterSpec, Result
from envfactory.spec.operations.at_once import AT_ONCE
from envfactory.spec.operations.seen import Seen
from envfactory.spec.records.draft import Draft
from envfactory.spec.records.inputs import Call, InputReader
from envfactory.spec.records.link import Linker
from envfactory.spec.records.resource import SELECTING
from envfactory.spec.shapes.value import Types
from envfactory.spec.words.name import Nouns, snake, word_set, words
from envfactory.spec.words.summary import tool_summary

_PREFIXES = word_set("api rest v1 v2 v3 v4 resource service services")
_GETTING = word_set("get fetch retrieve read")
_VERSION = re.compile(r"v\d+(?:\.\d+)?")
_LONGEST = 6
"""Words of a name that a person would still give."""


@dataclass
class Made:
    """A tool before it has its name: candidates for it, the best first.

    `inferred` are the stable short phrases of `ToolDesign.inferred`; `gives` are the fields that
    each object of a list has to hold, where records are created from one; `fallback` is what a
    tool says of itself whose source says nothing that is true of it.
    """

    seen: Seen
    draft: Draft
    names: tuple[str, ...]
    description: str
    parameters: list[ParameterSpec]
    behaviour: Behaviour
    result: Result
    inferred: tuple[str, ...] = ()
    gives: frozenset[str] = frozenset()
    fallback: str = ""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it reads or changes: its own, and that of what it writes down."""
        if isinstance(self.behaviour, OrderRecords):
            return (self.draft.table, self.behaviour.held, self.behaviour.product)
        entry = self.behaviour.entry if isinstance(self.behaviour, AdjustRecord) else None
        return (self.draft.table,) if entry is None else (self.draft.table, entry.table)


class Workshop:
    """What the rules for all kinds of operations share.

    Args:
        drafts: The entities.
        linker: Finds entities by noun or schema.
        types: Builds types of values, and reads schemas.
        nouns: Singular and plural.
        common: Path parameters that most operations carry: they say whose account it is.
    """

    def __init__(
        self,
        drafts: list[Draft],
        linker: Linker,
        types: Types,
        nouns: Nouns,
        common: frozenset[str],
    ) -> None:
        self.drafts = drafts
        self.owners = {home: draft for draft in drafts for home in draft.kind.homes}
        self.linker, self.types, self.nouns = linker, types, nouns
        self.schemas = types.schemas
        self.inputs = InputReader(types.schemas, linker, common)

    def is_of(self, seen: Seen, draft: Draft) -> bool:
        """Tell whether an operation returns records of the entity, and not something beside."""
        shape = seen.response.shape
        if shape.name and any(shape.name == known.name for known in draft.kind.responses):
            return True
        named = self.linker.by_component(shape.name)
        if named is not None:
            return named is draft
        known = {words(name) for name in shape.properties}
        shared = known & set(draft.names)
        return len(shared) >= max(1, len(known) / 2)

    def record_or_none(self, seen: Seen, draft: Draft) -> Result:
        """Return the result of a tool that answers with the record, if the operation does.

        What is done at once answers with what is changed then; what is deleted is nothing.
        """
        finished = seen.response.reshaped == AT_ONCE and seen.operation.method != "delete"
        if finished or (seen.response.kind == "record" and self.is_of(seen, draft)):
            return Result(shape="record", table=draft.table)
        return Result(shape="none")

    def parent_noun(self, seen: Seen) -> str:
        """Return what the record above the last step of the path is called, or ''."""
        steps = seen.route.steps
        if len(steps) > 1 and steps[-2].parameters:
            return "_".join(steps[-2].noun)
        return ""

    def noun_of(self, call: Call) -> tuple[str, ...]:
        """Return what a tool calls its records: as its path does, where that has a word of its own.

        `/collaborators` answers with users that `/users` has, too.
        """
        route, kind = call.seen.route, call.draft.kind
        said = route.steps[-1].noun if route.steps else call.draft.noun
        known = any(home[-1] == call.draft.noun for home in kind.homes)
        listed = words(route.steps[-1].segment) if route.steps else ()
        plural = listed != said and self.nouns.singular_words(listed) == said
        return said if known and plural and said not in SELECTING else call.draft.noun

    def verb_names(self, verb: str, call: Call) -> list[str]:
        """Return names for a tool that does `verb` to a record, the best first."""
        noun = "_".join(self.noun_of(call))
        names = [f"{verb}_{noun}"]
        parent = self.parent_noun(call.seen)
        if parent and not noun.startswith(parent):
            names.append(f"{verb}_{parent}_{noun}")
        return names

    def _spelled(self, name: str) -> str:
        """Return a name with its words as a person writes them; the first one is its verb."""
        verb, *rest = name.split("_")
        return "_".join((verb, *self.nouns.parted(tuple(rest))))

    def made(
        self,
        call: Call,
        names: list[str],
        fallback: str,
        behaviour: Behaviour,
        result: Result,
        inferred: tuple[str, ...] = (),
    ) -> Made:
        """Return the finished tool; `fallback` says what it does where the source does not."""
        operation = call.seen.operation
        summary = "" if _is_made_up(operation) else operation.summary
        described = tool_summary(summary, operation.description, fallback)
        source = _own_name(operation, result.shape in ("list", "page"))
        origin = call.seen.origin
        own = (origin.name,) if origin is not None and origin.name else ()
        inferred += (*call.inferred, *(origin.inferred if origin is not None else ()))
        if call.seen.response.reshaped:
            inferred += (call.seen.response.reshaped,)
        longer = (one for name in names[:1] for one in _qualified(name, call, self.nouns))
        apart = (told for name in names[:1] for told in _told_apart(name, call))
        spelled = map(self._spelled, (*names, *longer, source, *apart))
        candidates = tuple(name for name in (*own, *spelled) if name)
        return Made(
            call.seen,
            call.draft,
            candidates,
            described,
            call.parameters,
            behaviour,
            result,
            inferred,
            fallback=fallback,
        )


def _is_made_up(operation: Operation) -> bool:
    """Tell whether a summary only repeats the path and the method, as frameworks write it."""
    told = words(operation.summary)
    return told[-1:] == (operation.method,) and set(told[:-1]) <= set(words(operation.path))


def _qualified(name: str, call: Call, nouns: Nouns) -> list[str]:
    """Return longer names that also say what the path names before the record."""
    own = call.draft.noun
    for noun in ("_".join(nouns.plural_words(own)), "_".join(own)):
        verb = name.removesuffix(f"_{noun}")
        if verb != name:
            above = ["_".join(step.noun) for step in reversed(call.seen.route.steps[:-1])]
            return [f"{verb}_{one}_{noun}" for one in above if not noun.startswith(one)]
    return []


def _told_apart(name: str, call: Call) -> list[str]:
    """Return names that also say by what a record is picked, or of which version of an API."""
    route, path = call.seen.route, call.seen.operation.path
    picked = snake(route.steps[-1].parameters[-1]) if route.on_item else ""
    version = next((part for part in path.lower().split("/") if _VERSION.fullmatch(part)), "")
    return [
        *([f"{name}_by_{picked}"] if picked and "_by_" not in name else []),
        *([f"{name}_{version.replace('.', '_')}"] if version else []),
    ]


def _own_name(operation: Operation, many: bool) -> str:
    """Return what the source calls an operation, without the path that frameworks put behind.

    What returns many is said to list them, and how it is run (`Async`) is no part of a name.

    A name that ends in a method, or is a whole sentence, is none that a person gave.
    """
    name, path = snake(operation.id), snake(operation.path)
    named = name.removesuffix(f"_{path}_{operation.method}") if path else name
    parts = named.removesuffix("_async").split("_")
    noisy = parts[-1] == operation.method or "controller" in parts or len(parts) > _LONGEST
    if noisy or parts[0] in _PREFIXES:
        return ""
    return "_".join(["list" if many and parts[0] in _GETTING else parts[0], *parts[1:]])
