"""Usage: calls that use what a tool offers - each optional parameter, each choice, each refusal.

The exploration stops once a tool has succeeded. What it has not used is looked for here, around the
calls that did succeed: one more argument, another choice, the same call twice, a record that does
not exist. Cost: O(what is not used yet x `TRIES`) calls.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from docstring_parser import google

from envfactory.environment import ToolSpec
from envfactory.environment.world import Session
from envfactory.records import Json, canonical_json
from envfactory.verify.explore import Episode, Step
from envfactory.verify.pool import Pool
from envfactory.verify.replay import perform
from envfactory.verify.sampler import Sampler
from envfactory.verify.tables import entity_of

TRIES = 24
"""How many calls are made to use one thing."""

MOST_CHOICES = 3
"""How many calls with different choices of one parameter are kept: a list of all currencies shows
no more than three of them do."""

_BASES = 4
"""How many successful calls of a tool others are made from."""

_MISSING: Final[Mapping[str, Json]] = {"integer": 987_654_321, "string": "missing-987654321"}

_MUCH: Final = 1_000_000_000

_CODES: Final[Mapping[str, str]] = {
    "NotFound": "not_found",
    "Conflict": "conflict",
    "FailedPrecondition": "failed_precondition",
    "PermissionDenied": "permission_denied",
}


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """Something that a tool offers: `what` is parameter, choice or refusal."""

    tool: str
    what: str
    name: str
    choice: str = ""

    def __str__(self) -> str:
        if self.what == "choice":
            return f"{self.name}={self.choice}"
        return self.name


@dataclass(slots=True)
class Usage:
    """What tools offer, what of it was used, and the calls that used what was not used before."""

    offered: list[Use] = field(default_factory=list)
    used: set[Use] = field(default_factory=set)
    episodes: list[Episode] = field(default_factory=list)

    @property
    def unused(self) -> list[Use]:
        """What no call used."""
        return [use for use in self.offered if use not in self.used]


def offers(tool: ToolSpec, refusals: Sequence[str]) -> Iterator[Use]:
    """Yield what a tool offers: optional parameters, choices, and the refusals it declares."""
    properties: Mapping[str, Any] = tool.input_schema.get("properties", {})  # type: ignore[assignment]
    required: Any = tool.input_schema.get("required", ())
    for name, schema in properties.items():
        if name not in required:
            yield Use(tool.name, "parameter", name)
        for choice in _choices(tool.input_schema, schema):
            yield Use(tool.name, "choice", name, _text(choice))
    for code in refusals:
        yield Use(tool.name, "refusal", code)


def uses(step: Step, choices: frozenset[tuple[str, str, str]]) -> Iterator[Use]:
    """Yield what a call used; `choices` are those there are, as (tool, parameter, value)."""
    if not step.outcome.ok:
        yield Use(step.tool, "refusal", step.outcome.kind)
        return
    for name, value in step.arguments.items():
        if value is None:
            continue
        yield Use(step.tool, "parameter", name)
        for one in value if isinstance(value, list) else [value]:
            if (step.tool, name, _text(one)) in choices:
                yield Use(step.tool, "choice", name, _text(one))


class Seeker:
    """Looks for calls that use what was not used yet.

    Args:
        tools: The tools.
        refusals: The codes of the refusals that each tool declares; see `refusals_in`.
        starts: A session per scenario; only forks are used.
        key_fields: The key field of each table.
        rng: Where all chance comes from.
    """

    def __init__(
        self,
        tools: Sequence[ToolSpec],
        refusals: Mapping[str, Sequence[str]],
        starts: Mapping[str, Session],
        key_fields: Mapping[str, str],
        rng: random.Random,
    ) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._starts, self._key_fields = starts, key_fields
        self._samplers = {
            tool.name: Sampler(tool.input_schema, rng, returns=tool.output_schema) for tool in tools
        }
        self._usage = Usage(
            [u for tool in tools for u in offers(tool, refusals.get(tool.name, ()))]
        )
        self._choices = frozenset(
            (use.tool, use.name, use.choice) for use in self._usage.offered if use.what == "choice"
        )
        self._pools: dict[str, Pool] = {}
        self._kept: dict[tuple[str, str, str], list[str]] = {}

    def seek(self, recorded: Sequence[Episode]) -> Usage:
        """Return what was used by recorded calls, and by calls made to use the rest.

        Args:
            recorded: What was called so far.
        """
        bases: dict[str, list[Episode]] = {}
        for episode in recorded:
            for number, step in enumerate(episode.steps, 1):
                self._usage.used.update(uses(step, self._choices))
                if step.outcome.ok and len(bases.setdefault(step.tool, [])) < _BASES:
                    bases[step.tool].append(Episode(episode.scenario, episode.steps[:number]))
        for use in self._usage.offered:
            if use not in self._usage.used:
                self._look_for(use, bases.get(use.tool, []))
        return self._usage

    def _look_for(self, use: Use, bases: Sequence[Episode]) -> None:
        for tries, (before, arguments) in enumerate(self._candidates(use, bases)):
            if tries == TRIES:
                return
            session = self._at(before)
            outcome = perform(session, use.tool, arguments)
            if outcome.endless:
                return
            if outcome.faulted:
                continue
            step = Step(use.tool, arguments, outcome, session.state_hash)
            found = set(uses(step, self._choices))
            self._usage.used |= found
            if use in found:
                kept = self._kept.setdefault((use.tool, use.what, use.name), [])
                if len(kept) < MOST_CHOICES:
                    kept.append(use.choice)
                    self._usage.episodes.append(Episode(before.scenario, (*before.steps, step)))
                return

    # ------------------------------------------------------------------ candidates
    def _candidates(
        self, use: Use, bases: Sequence[Episode]
    ) -> Iterator[tuple[Episode, dict[str, Json]]]:
        """Yield calls that may use something: the way to a state, and arguments."""
        for number in range(TRIES):
            for episode in bases:
                before = Episode(episode.scenario, episode.steps[:-1])
                given = episode.steps[-1].arguments
                if use.what == "refusal":
                    yield from self._refused(use, episode, number)
                elif number == 0 and use.what == "parameter":
                    yield from self._continued(use, episode)
                else:
                    value = self._value(use, before, number)
                    yield before, {**given, use.name: value}
                    yield before, {**self._needed(use.tool, given), use.name: value}
            for scenario in self._starts:
                start = Episode(scenario, ())
                drawn = self._samplers[use.tool].draw(self._pool(start), number)
                if use.what != "refusal":
                    drawn[use.name] = self._value(use, start, number)
                yield start, drawn

    def _refused(
        self, use: Use, episode: Episode, number: int
    ) -> Iterator[tuple[Episode, dict[str, Json]]]:
        """Yield calls that may be refused: on what does not exist, or a second time."""
        before = Episode(episode.scenario, episode.steps[:-1])
        given = episode.steps[-1].arguments
        if number == 0 and use.name != "not_found":
            yield episode, given
        if number == 0 and use.name == "failed_precondition":
            yield from ((before, one) for one in self._extreme(use.tool, given))
        if number == 0 and use.name == "not_found":
            properties: Any = self._tools[use.tool].input_schema.get("properties", {})
            for name, schema in properties.items():
                missing = _MISSING.get(_type(schema))
                if missing is not None and (entity_of(schema) or name in given):
                    yield before, {**given, name: missing}
                elif entity_of(schema) and _type(schema) == "array":
                    yield before, {**given, name: [_MISSING["string"]]}

    def _extreme(self, tool: str, given: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
        """Yield arguments with far more of something than there is."""
        properties: Any = self._tools[tool].input_schema.get("properties", {})
        for name in given:
            schema = properties[name]
            if _type(schema) in ("integer", "number") and entity_of(schema) is None:
                yield {**given, name: min(_MUCH, int(schema.get("maximum", _MUCH)))}

    def _continued(self, use: Use, episode: Episode) -> Iterator[tuple[Episode, dict[str, Json]]]:
        """Yield calls with a value that a short answer of the same tool ends with: a cursor."""
        before = Episode(episode.scenario, episode.steps[:-1])
        needed = self._needed(use.tool, episode.steps[-1].arguments)
        properties: Any = self._tools[use.tool].input_schema.get("properties", {})
        for name, schema in properties.items():
            if _type(schema) != "integer" or name == use.name:
                continue
            short = {**needed, name: 1}
            answer = perform(self._at(before), use.tool, short)
            if answer.ok and isinstance(answer.value, dict):
                for value in answer.value.values():
                    if isinstance(value, str):
                        yield before, {**short, use.name: value}

    def _value(self, use: Use, before: Episode, number: int) -> Json:
        schema: Any = self._tools[use.tool].input_schema
        properties: Any = schema.get("properties", {})
        part = properties[use.name]
        if use.what == "choice":
            choice = next(c for c in _choices(schema, part) if _text(c) == use.choice)
            return [choice] if _type(part) == "array" else choice
        return self._samplers[use.tool].value(use.name, self._pool(before), number)

    def _needed(self, tool: str, given: Mapping[str, Json]) -> dict[str, Json]:
        required: Any = self._tools[tool].input_schema.get("required", ())
        return {name: value for name, value in given.items() if name in required}

    def _at(self, episode: Episode) -> Session:
        session = self._starts[episode.scenario].fork()
        for step in episode.steps:
            perform(session, step.tool, step.arguments)
        return session

    def _pool(self, before: Episode) -> Pool:
        session = self._at(before)
        known = self._pools.get(session.state_hash)
        if known is None:
            known = Pool.of(session.to_scenario(), self._key_fields)
            self._pools[session.state_hash] = known
        return known


def _choices(schema: Mapping[str, Any], part: Mapping[str, Any]) -> list[Json]:
    """Return the values that a parameter, or an item of its list, has to be one of."""
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    for _ in range(8):
        if "$ref" not in part:
            break
        part = definitions.get(str(part["$ref"]).rpartition("/")[2], {})
    if "enum" in part:
        return [choice for choice in part["enum"] if choice is not None]
    arms = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    if isinstance(part.get("items"), dict):
        arms.append(part["items"])
    return [choice for arm in arms for choice in _choices(schema, arm)]


def _type(part: Mapping[str, Any]) -> str:
    """Return the type of a parameter, where it is one or null."""
    kind = part.get("type")
    if isinstance(kind, str):
        return kind
    kinds = [_type(arm) for arm in part.get("anyOf", ()) if arm.get("type") != "null"]
    return kinds[0] if kinds else ""


def _text(value: Json) -> str:
    return value if isinstance(value, str) else canonical_json(value).decode()


def refusals_in(source: str) -> dict[str, list[str]]:
    """Return the codes of the refusals that docstrings name or bodies raise, by method.

    Raises:
        SyntaxError: If the source is no Python.
    """
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        names = [str(one.type_name) for one in google.parse(ast.get_docstring(node) or "").raises]
        for inner in ast.walk(node):
            if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
                names.append(ast.unparse(inner.exc.func))
        found[node.name] = list(dict.fromkeys(_CODES[name] for name in names if name in _CODES))
    return found
