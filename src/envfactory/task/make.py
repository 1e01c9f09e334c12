"""`TaskMaker`: from a chain to a verified task, or to the reason why there is none."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from envfactory.chain import Chain
from envfactory.environment import Package, Session, World
from envfactory.errors import InputError
from envfactory.graph import ToolGraph
from envfactory.graph.path import escape
from envfactory.records import record_hash
from envfactory.task.check import check_task
from envfactory.task.convey import (
    NATURAL,
    Implicitness,
    Spoken,
    asks_of,
    convey,
    knowledge_of,
)
from envfactory.task.goal import recorded
from envfactory.task.grounding.arrange import Plan, arrange
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.ground import Effort, ground
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.leaning import NO_LEANING, Leaning
from envfactory.task.grounding.records import Records
from envfactory.task.grounding.rivals import with_rivals
from envfactory.task.grounding.sources import Sources
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.meanings.meaning import EntityMeaning, Glossary
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.words import load_words
from envfactory.task.model import (
    Conveyed,
    Difficulty,
    EnvironmentRef,
    Fact,
    Goal,
    GoldCall,
    Identifier,
    Task,
    Turn,
)
from envfactory.task.phrasing.phrase import Worded
from envfactory.task.surface import PersonaMix
from envfactory.task.user import Knowledge, User


class TaskMaker:
    """Makes tasks in some environments; what it learns about them is kept between tasks."""

    def __init__(
        self,
        graph: ToolGraph,
        packages: Mapping[str, Package],
        effort: Effort | None = None,
        personas: PersonaMix | None = None,
        implicitness: Implicitness = NATURAL,
    ) -> None:
        """Read what the tools and records of packages mean.

        Args:
            graph: Where the chains were drawn from.
            packages: The environments by the names that the graph gives them.
            effort: How long to search for values.
            personas: Who asks.
            implicitness: How much of what users convey is left implicit.

        Raises:
            InputError: If a package is broken, or one that the graph names is missing.
        """
        missing = {tool.environment for tool in graph.tools} - set(packages)
        if missing:
            names = ", ".join(sorted(missing))
            raise InputError("packages", f"none for {names}", "give every one that the graph names")
        self._graph, self._packages = graph, dict(packages)
        self._effort = effort or Effort()
        self._personas = personas or PersonaMix.parse()
        self._implicitness = implicitness
        self._glossary = read_glossary(packages)
        self._larder = Larder(packages)
        self._started: dict[tuple[str, str], Session] = {}
        self._initial: dict[tuple[tuple[str, str], ...], Records] = {}

    @property
    def glossary(self) -> Glossary:
        """What the records and tools of the packages mean."""
        return self._glossary

    @property
    def larder(self) -> Larder:
        """Where new values come from."""
        return self._larder

    @property
    def graph(self) -> ToolGraph:
        """Where the chains are drawn from."""
        return self._graph

    @property
    def implicitness(self) -> Implicitness:
        """How much of what users convey is left implicit."""
        return self._implicitness

    @property
    def personas(self) -> PersonaMix:
        """Who asks."""
        return self._personas

    def make(self, chain: Chain, seed: int, leaning: Leaning = NO_LEANING) -> Task | Dropped:
        """Return the task that belongs to a chain and a seed, or why there is none.

        Deterministic: the same arguments, graph and packages give the same bytes.

        Args:
            chain: The calls to make a task of.
            seed: Decides values, turns and words.
            leaning: What the task is to be like where the chain leaves a choice.
        """
        rng = random.Random(f"{chain.id}/{seed}")
        scenarios = self._scenarios(chain, rng, leaning.scenario)
        if isinstance(scenarios, Dropped):
            return scenarios
        world = self._world(scenarios)
        records = self._read(scenarios)
        known = self._graph, self._glossary
        calls = ground(
            chain, *known, world, records, self._larder, rng, self._effort, leaning=leaning
        )
        if isinstance(calls, Dropped):
            return calls
        plan = arrange(calls, *known, world, records, rng, apart=leaning.apart)
        if isinstance(plan, Dropped):
            return plan
        persona = self._personas.draw(random.Random(f"{chain.id}/{seed}/persona"))
        sources, fresh = Sources(self._graph), partial(self._world, scenarios)
        spoken = convey(plan, self._glossary, sources, fresh, self._implicitness, persona, rng)
        if isinstance(spoken, Dropped):
            return spoken
        turns = spoken.turns
        goal = self._goal(plan, turns)
        checks = check_task(plan, turns, goal, sources, fresh)
        for check in checks:
            if not check.passed:
                return Dropped(f"check failed: {check.name}", check.detail)
        knowledge = knowledge_of(plan, turns, self._glossary)
        task = Task(
            id="",
            seed=seed,
            chain=chain.id,
            environments=tuple(
                EnvironmentRef(name=name, identity=self._packages[name].identity, scenario=scenario)
                for name, scenario in scenarios.items()
            ),
            turns=tuple(
                _turn(plan, number, turns[number], spoken.conveyed[number], knowledge)
                for number in range(len(turns))
            ),
            goal=goal,
            user=User(name=rng.choice(load_words().first_names), persona=persona, knows=knowledge),
            checks=checks,
            difficulty=self._difficulty(plan, spoken, scenarios),
            calibration=spoken.calibration,
        )
        return task.model_copy(update={"id": record_hash(task)})

    # ------------------------------------------------------------------ worlds
    def _scenarios(
        self, chain: Chain, rng: random.Random, wanted: str | None
    ) -> dict[str, str] | Dropped:
        """Choose a scenario for each environment of a chain."""
        chosen = {}
        for name in chain.environments:
            scenarios = self._packages[name].scenarios
            if not scenarios:
                return Dropped("no scenario", name)
            drawn = rng.choice(scenarios)
            chosen[name] = wanted if wanted is not None and wanted in scenarios else drawn
        return chosen

    def _world(self, scenarios: Mapping[str, str]) -> World:
        """Return a new world in the initial state; each scenario is loaded once."""
        environments = {}
        for name, scenario in scenarios.items():
            if (name, scenario) not in self._started:
                self._started[name, scenario] = self._packages[name].start(scenario)
            environments[name] = self._started[name, scenario].fork()
        return World(environments)

    def _read(self, scenarios: Mapping[str, str]) -> Records:
        """Return what the initial state holds; each combination of scenarios is read once."""
        place = tuple(scenarios.items())
        if place not in self._initial:
            self._initial[place] = Records.of(self._world(scenarios))
        return self._initial[place]

    # ------------------------------------------------------------------ parts of the task
    def _goal(self, plan: Plan, turns: Sequence[Worded]) -> Goal:
        """Return what the solution changes in all, and what it answers."""
        changes = recorded(plan.net)
        facts: tuple[Fact, ...] = tuple(fact for turn in turns for fact in turn.facts)
        said = [text for turn in turns for text in (turn.request, turn.answer)]
        facts = with_rivals(facts, plan.calls, self._glossary, said)
        tables = sorted({(change.environment, change.table) for change in changes})
        identifiers = tuple(
            identifier
            for place in tables
            if place in self._glossary.entities
            for identifier in _identifiers(self._glossary.entities[place])
        )
        return Goal(changes=changes, facts=facts, identifiers=identifiers)

    def _difficulty(self, plan: Plan, spoken: Spoken, scenarios: Mapping[str, str]) -> Difficulty:
        """Measure the solution."""
        return Difficulty(
            turns=len(spoken.turns),
            calls=len(plan.calls),
            writes=sum(call.writes for call in plan.calls),
            lookups=sum(not call.is_act for call in plan.calls),
            tools_offered=sum(tool.environment in scenarios for tool in self._graph.tools),
            implicitness=spoken.level,
        )


def make_task(
    chain: Chain, graph: ToolGraph, packages: Mapping[str, Package], seed: int
) -> Task | Dropped:
    """Make one task; see `TaskMaker.make`, which is faster for many.

    Raises:
        InputError: If a package is broken, or one that the graph names is missing.
    """
    return TaskMaker(graph, packages).make(chain, seed)


def _turn(
    plan: Plan,
    number: int,
    words: Worded,
    conveyed: tuple[Conveyed, ...],
    knowledge: Sequence[Knowledge],
) -> Turn:
    calls = tuple(
        GoldCall(
            tool=plan.calls[place].meaning.tool,
            arguments=dict(plan.calls[place].arguments),
            origins=plan.origins[place],
            value=plan.calls[place].value,
            changes_state=plan.calls[place].writes,
        )
        for place in plan.turns[number]
    )
    return Turn(
        request=words.request,
        intent=words.intent,
        calls=calls,
        answer=words.answer,
        conveyed=conveyed,
        asks=asks_of(number, knowledge),
    )


def _identifiers(entity: EntityMeaning) -> Iterator[Identifier]:
    """Yield where the records of a kind name records, their own key first."""

    def walk(shape: Shape, path: str) -> Iterator[Identifier]:
        if shape.entity is not None:
            own = shape.is_key and path == f"/{escape(entity.key)}"
            yield Identifier(
                environment=entity.environment,
                table=entity.table,
                path=path,
                names=shape.entity,
                generated=own and entity.generated,
            )
        for name, part in shape.fields.items():
            yield from walk(part, f"{path}/{escape(name)}")
        if shape.item is not None:
            yield from walk(shape.item, f"{path}/*")

    yield from walk(entity.shape, "")
