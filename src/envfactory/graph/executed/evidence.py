"""`try_edges`: executed evidence for the edges of one environment, found by calling its tools.

Candidates come from two sides. Edges that types or words suggest are tried. So are pairs that the
calls themselves suggest: an output that was seen to hold a value with which the consumer succeeded,
found through an index of all values, so that nothing has to be named or typed for an edge to be
found, and no pair of ports is compared that shares no value.

Values coincide by chance: numbers (the fifth stop and the fifth route) and, where data is made of
few of them, words (the name of a fossil and that of a fish). So an edge is only looked for between
numbers that are about the same, and between texts of which one speaks of what the other is about;
where both sides say what they identify, and say different things, that is believed; and what nobody
suggested has to be the only field of its result that works.

Cost: at most `Effort.calls` calls per tool, far fewer where every fork is a process; all else is
linear in values and candidates.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from pydantic import Field

from envfactory.environment import Session
from envfactory.environment.world import SEPARATOR
from envfactory.graph.executed.bench import Bench, Place
from envfactory.graph.executed.stage import Stage, by_value
from envfactory.graph.executed.trial import Trial, Verdict
from envfactory.graph.model import Edge, Evidence, Port, ToolNode, Tried
from envfactory.graph.path import names
from envfactory.graph.providable import is_sorting, is_token, is_worth_saying
from envfactory.graph.reference import names_another
from envfactory.graph.words import singular, word_set, words
from envfactory.records import Json, Stored, canonical_json
from envfactory.verify.explore import Explorer

_ENOUGH = 3
"""Outputs after which an input that takes any value from each of them is taken to be open."""
_LIVE_CALLS, _LIVE_TRIES, _LIVE_FOUND = 12, 5, 2
"""What is tried of a live server: a call of it takes some tenths of a second."""
_SAY_NOTHING = word_set(
    "id key name number no code of the item result data value record entry list get search find"
)
"""Words, in singular, that do not say what a port is about."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Attributes:
        calls: Calls per tool, on average over an environment.
        tries: Draws of one tool's arguments that may fail before it is searched for otherwise.
        found: Outputs tried per input that neither types nor words suggest.
        seed: Where all chance comes from.
    """

    calls: int = 600
    tries: int = 24
    found: int = 8
    seed: int = 0

    def of_live(self) -> Effort:
        """Return the effort where each call needs a process or a connection of its own."""
        return replace(
            self,
            calls=min(self.calls, _LIVE_CALLS),
            tries=min(self.tries, _LIVE_TRIES),
            found=min(self.found, _LIVE_FOUND),
        )


@dataclass(frozen=True, slots=True)
class Site:
    """An environment whose tools can be called.

    Attributes:
        name: Its name in the graph.
        starts: A session per scenario; only forks of them are used.
        key_fields: The key field of each table.
        guesses: Whether its schemas leave out what identifies what, as others' schemas do.
        live: Whether it is a server, of which each fork is a process or a connection.
    """

    name: str
    starts: Mapping[str, Session]
    key_fields: Mapping[str, str]
    guesses: bool = False
    live: bool = False


class Trials(Stored):
    """What trying the candidates of one environment came to."""

    edges: tuple[Edge, ...] = Field(
        description="Those that stand, and with score 0 those that were suggested and do not work."
    )
    tried: Tried


@dataclass(frozen=True, slots=True)
class _Candidate:
    producer: ToolNode
    output: Port
    consumer: ToolNode
    taken: Port
    suggested: bool


def try_edges(
    nodes: Sequence[ToolNode], known: Sequence[Edge], site: Site, effort: Effort | None = None
) -> Trials:
    """Try the candidate edges of one environment.

    Args:
        nodes: Its tools.
        known: The edges that other evidence suggests; those to other environments are passed over.
        site: Where the tools can be called.
        effort: How much to try.
    """
    effort = effort or Effort()
    return _Workshop(nodes, known, site, effort.of_live() if site.live else effort).work()


@dataclass
class _Workshop:
    nodes: Sequence[ToolNode]
    known: Sequence[Edge]
    site: Site
    effort: Effort
    _bench: Bench = field(init=False)
    _stages: list[Stage] = field(default_factory=list)
    _open: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._bench = Bench(self.effort.calls * len(self.nodes))

    def work(self) -> Trials:
        """Set the stages, then try every candidate on the first stage that its consumer knows."""
        self._set()
        edges: list[Edge] = []
        outcomes: Counter[str] = Counter()
        found = 0
        for candidate in self._candidates():
            verdict = self._judge(candidate)
            outcomes[verdict.reason] += 1
            stands = verdict.reason == "stands"
            found += stands and not candidate.suggested
            if stands or (candidate.suggested and verdict.reason == "the value does not work"):
                edges.append(_edge(candidate, verdict))
        tried = Tried(
            environment=self.site.name,
            candidates=outcomes.total(),
            outcomes=dict(sorted(outcomes.items())),
            found=found,
            calls=self._bench.made,
        )
        return Trials(edges=tuple(edges), tried=tried)

    # ------------------------------------------------------------------ stages
    def _set(self) -> None:
        """Set a stage in one scenario, and further ones while tools are out of reach."""
        by_size = sorted(self.site.starts.items(), key=lambda item: (_size(item[1]), item[0]))
        middle = len(by_size) // 2
        for name, session in [*by_size[middle:], *reversed(by_size[:middle])]:
            self._add(name, Place.of(session.fork()), {})
            if not self._missing():
                return
        if by_size and not self.site.live and self._missing():
            self._search()

    def _search(self) -> None:
        """Look for sequences that make the other tools succeed, and set a stage before each."""
        tools = [spec for _, session in self.site.starts.items() for spec in session.tools()]
        specs = list({spec.name: spec for spec in tools}.values())
        explorer = Explorer(
            specs,
            self.site.starts,
            self.site.key_fields,
            random.Random(f"{self.effort.seed}/{self.site.name}"),
            guesses=self.site.guesses,
        )
        reached = explorer.explore().reached
        before = tuple(self._stages)
        for node in self._missing():
            episode = reached.get(node.tool)
            if episode is not None:
                session = self.site.starts[episode.scenario].fork()
                for step in episode.steps[:-1]:
                    session.call(step.tool, step.arguments)
                hints = {
                    known.tool: [run.arguments for stage in before for run in stage.runs(known)]
                    for known in self.nodes
                }
                hints[node.tool] = [episode.steps[-1].arguments]
                self._add(f"before {node.tool}", Place.of(session), hints)

    def _missing(self) -> list[ToolNode]:
        return [node for node in self.nodes if self._stage_of(node) is None]

    def _add(self, name: str, place: Place, hints: Mapping[str, Sequence[dict[str, Json]]]) -> None:
        self._stages.append(
            Stage(
                place,
                self._bench,
                self.site.key_fields,
                self.effort.tries,
                f"{self.effort.seed}/{self.site.name}/{name}",
                hints,
                self.site.guesses,
            )
        )

    def _stage_of(self, node: ToolNode) -> Stage | None:
        """Return the first stage where a tool answers something, else where it succeeds."""
        reached = [stage for stage in self._stages if stage.runs(node)]
        telling = [stage for stage in reached if stage.runs(node)[0].tells]
        return next(iter(telling or reached), None)

    # ------------------------------------------------------------------ candidates
    def _candidates(self) -> Iterator[_Candidate]:
        """Yield what is suggested, then what values suggest, consumer by consumer."""
        suggested: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        by_name = {node.name: node for node in self.nodes}
        for edge in self.known:
            if edge.producer in by_name and edge.consumer in by_name:
                suggested[edge.consumer, edge.input].append(edge)
        for consumer in self.nodes:
            for taken in consumer.inputs:
                edges = suggested.get((consumer.name, taken.path), [])
                pairs = {(edge.producer, edge.output) for edge in edges}
                for name, path in sorted(pairs):
                    producer = by_name[name]
                    yield _Candidate(producer, producer.output_at[path], consumer, taken, True)
                for producer, output in self._alike(consumer, taken, pairs):
                    yield _Candidate(producer, output, consumer, taken, False)

    def _alike(
        self, consumer: ToolNode, taken: Port, known: set[tuple[str, str]]
    ) -> list[tuple[ToolNode, Port]]:
        """Return the outputs that held most of the values that the consumer took, best first."""
        stage = self._stage_of(consumer)
        if stage is None or not _can_be_found(taken):
            return []
        shared: Counter[tuple[str, str]] = Counter()
        at: dict[tuple[str, str], tuple[ToolNode, Port]] = {}
        for value in stage.taken(consumer, taken.path):
            for producer, path in self._index.get(value, ()):
                output = producer.output_at[path]
                key = (producer.name, path)
                new = key not in known and producer is not consumer
                if new and _may_meet(output, taken, value):
                    shared[key] += 1
                    at[key] = producer, output
        ranked = sorted(shared, key=lambda key: (-shared[key], key))
        return [at[key] for key in ranked[: self.effort.found]]

    @cached_property
    def _index(self) -> Mapping[Json, list[tuple[ToolNode, str]]]:
        return by_value(self._stages, self.nodes)

    def _judge(self, candidate: _Candidate) -> Verdict:
        stage = self._stage_of(candidate.consumer)
        if stage is None:
            return Verdict("consumer out of reach")
        c = candidate
        at = (c.consumer.name, c.taken.path)
        if self._open[at] >= _ENOUGH:
            return Verdict("any value works")
        trial = Trial(stage, c.producer, c.output, c.consumer, c.taken, str(self.effort.seed))
        verdict = trial.judge()
        if verdict.reason == "stands" and not (c.suggested or verdict.alone):
            verdict = Verdict("other fields work as well")
        self._open[at] += verdict.reason == "any value works"
        return verdict


def _size(session: Session) -> int:
    return len(canonical_json(session.to_scenario()))


def _can_be_found(taken: Port) -> bool:
    """Say whether it makes sense to look for values of an input: no choices, no new keys."""
    closed = bool(taken.choices) or taken.type in ("boolean", "object", "array")
    wanted = is_worth_saying(taken) and not is_token(taken) and not is_sorting(taken)
    return not closed and not taken.is_key and wanted


def _may_meet(output: Port, taken: Port, value: Json) -> bool:
    """Say whether an output that held a value may be what an input wants."""
    if output.entity is not None and taken.entity is not None and output.entity != taken.entity:
        return False
    if names_another(output):
        return False
    counted = not isinstance(value, str) or value.isdigit()
    if counted:
        return _subject(output) == _subject(taken) is not None
    return _subject(output) in _mentioned(taken) or _subject(taken) in _mentioned(output)


def _mentioned(port: Port) -> frozenset[str]:
    """Return the words, in singular, of a port's path, tool and description."""
    return _words_of(port.path, port.tool.rpartition(SEPARATOR)[2], port.description)


@lru_cache(maxsize=1 << 12)
def _words_of(*texts: str) -> frozenset[str]:
    return frozenset(singular(word) for text in texts for word in words(text))


def _subject(port: Port) -> str | None:
    """Return what a port is about, as one word in singular: the last that says something.

    It is `location` for `main_location_id`, `group` for `modifier_group_id`, and `order` for the
    bare `id` of what `get_order` returns.
    """
    tool = port.tool.rpartition(SEPARATOR)[2]
    for name in (*reversed(names(port.path)[-2:]), tool):
        for word in reversed(words(name)):
            if (said := singular(word)) not in _SAY_NOTHING:
                return said
    return None


def _edge(candidate: _Candidate, verdict: Verdict) -> Edge:
    detail = verdict.detail or verdict.reason
    return Edge(
        producer=candidate.producer.name,
        output=candidate.output.path,
        consumer=candidate.consumer.name,
        input=candidate.taken.path,
        evidence=(Evidence(kind="executed", score=verdict.score, detail=detail),),
    )
