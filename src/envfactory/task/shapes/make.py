"""`ShapeMaker`: tasks whose plan is of an unusual shape, verified by execution like any other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from envfactory.chain import Chain
from envfactory.environment import Package, World, diff
from envfactory.task.category.bench import (
    Bench,
    answers_of,
    calls_of,
    check_gold,
    check_nothing,
    play,
    sealed,
)
from envfactory.task.convey import unproven
from envfactory.task.goal import judge, recorded
from envfactory.task.grounding.call import lasting
from envfactory.task.grounding.records import Records
from envfactory.task.judging.answering import contains
from envfactory.task.make import TaskMaker
from envfactory.task.meanings.words import load_words
from envfactory.task.model import Calibration, Check, EnvironmentRef, Goal, GoldCall, Task, Turn
from envfactory.task.phrasing.possession import yours
from envfactory.task.shapes.across import across
from envfactory.task.shapes.again import again
from envfactory.task.shapes.aggregate import aggregate
from envfactory.task.shapes.assemble import (
    Plan,
    as_gold,
    calibration_of,
    difficulty_of,
    executed,
    knowledge_of,
    sentences,
    still_known,
)
from envfactory.task.shapes.condition import conditional
from envfactory.task.shapes.counted import counted
from envfactory.task.shapes.each import per_item
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Sketch
from envfactory.task.shapes.superlative import superlative
from envfactory.task.shapes.view import Views
from envfactory.task.surface import Voice
from envfactory.task.user import Persona, User

SHARE = 0.2
"""Share of chains from which a task of another shape is tried first, unless another is given."""
_TWO_TURNS = 0.5
"""Share of the tries in which a second turn comes first."""
_AGAIN = 0.7
"""How often the second turn asks for the same as the first, of other records."""
_PLANS = 6
_SECONDS = 4
_LOOKED_AT = 24
"""Sketches of a shape that are measured before none is made."""
_SHAPES: Sequence[Callable[[Place], Iterator[Sketch]]] = (
    per_item,
    conditional,
    superlative,
    aggregate,
    across,
    counted,
)


class ShapeMaker:
    """Makes tasks of the shapes that chains do not have, in the environments of chains."""

    def __init__(
        self, maker: TaskMaker, packages: Mapping[str, Package], share: float = SHARE
    ) -> None:
        """Make tasks beside those of another maker.

        Args:
            maker: What is known of the environments.
            packages: The environments by the names that the graph gives them.
            share: Share of chains from which a task of another shape is tried.
        """
        self._bench = Bench(packages, maker.glossary)
        self._larder, self._personas, self._share = maker.larder, maker.personas, share
        self._implicitness = maker.implicitness
        self._views = Views(maker.graph, maker.glossary)

    def make(self, chain: Chain, seed: int) -> Task | None:
        """Return a task of another shape in the environments of a chain, or None.

        For the maker's share of chains one is tried, about half of them with a second turn. What
        leaves a whole value more implicit than it is meant to, or less, is no task. Deterministic
        in its arguments.
        """
        rng = random.Random(f"shape/{chain.id}/{seed}")
        if rng.random() >= self._share:
            return None
        refs = []
        for name in chain.environments:
            package = self._bench.packages[name]
            if not package.scenarios:
                return None
            scenario = rng.choice(package.scenarios)
            refs.append(EnvironmentRef(name=name, identity=package.identity, scenario=scenario))
        persona = self._personas.draw(rng).model_copy(update={"engineer": False})
        place = self._place(self._bench.world(refs), rng, persona.quotes)
        target = self._implicitness.draw(rng)
        kinds = (self._pairs(place), self._singles(place))
        for plans in kinds if rng.random() < _TWO_TURNS else kinds[1:]:
            fitting = (
                (plan, calibration)
                for plan in plans
                if (calibration := calibration_of(plan, target)) is not None
            )
            for plan, calibration in islice(fitting, _PLANS):
                task = self._task(plan, calibration, place, refs, persona, chain, seed)
                if task is not None and all(check.passed for check in task.checks):
                    return sealed(task)
        return None

    def _place(self, world: World, rng: random.Random, quotes: str) -> Place:
        records, glossary = Records.of(world), self._bench.glossary
        return Place(world, records, glossary, self._larder, self._views, rng, quotes)

    def _singles(self, place: Place) -> Iterator[Plan]:
        """Yield plans of one turn, of one shape after the other."""
        for shape in place.rng.sample(_SHAPES, len(_SHAPES)):
            for sketch in islice(shape(place), _LOOKED_AT):
                yield (sketch,)

    def _pairs(self, place: Place) -> Iterator[Plan]:
        """Yield plans of two turns, the second made in the state after the first."""
        for (first,) in islice(self._singles(place), _LOOKED_AT):
            world = place.world.fork()
            made = executed(first.calls, world)
            if made is None:
                continue
            known = still_known(made, world)
            after, number = self._place(world, place.rng, place.quotes), len(first.calls)
            if place.rng.random() < _AGAIN and first.act is not None:
                seconds = again(after, first, number)
            else:
                seconds = place.rng.choice(_SHAPES)(after)
            for second in islice(seconds, _SECONDS):
                if not second.asks_as(first):
                    yield first, second.after(number, known)

    def _task(
        self,
        plan: Plan,
        calibration: Calibration,
        place: Place,
        refs: Sequence[EnvironmentRef],
        persona: Persona,
        chain: Chain,
        seed: int,
    ) -> Task | None:
        """Return a plan as a task with its checks; None where a call is refused."""
        world = place.world.fork()
        start = world.snapshot()
        hour = min(place.records.now(ref.name) for ref in refs).hour
        domain = place.glossary.domain(ref.name for ref in refs)
        voice = Voice(persona, hour, place.rng, domain)
        turns: list[Turn] = []
        for number, sketch in enumerate(plan):
            gold = executed(sketch.calls, world)
            if gold is None:
                return None
            kept = [word for word in sketch.kept if word]
            turns.append(
                Turn(
                    request=voice.message([sketch.piece], kept, later=number > 0),
                    intent=sketch.intent,
                    calls=gold,
                    answer=sentences(yours(sketch.answer)),
                    conveyed=sketch.conveyed,
                )
            )
        user = User(
            name=place.rng.choice(load_words().first_names),
            persona=persona,
            knows=knowledge_of(turns, place.glossary),
        )
        task = Task(
            id="",
            seed=seed,
            chain=chain.id,
            shape=plan[0].shape,
            environments=tuple(refs),
            turns=tuple(turns),
            goal=Goal(
                changes=recorded(lasting(diff(start, world.snapshot()))),
                facts=tuple(
                    fact.model_copy(update={"turn": number})
                    for number, sketch in enumerate(plan)
                    for fact in sketch.facts
                ),
            ),
            user=user,
            checks=(),
            difficulty=difficulty_of(turns, calibration, place.world),
            calibration=calibration,
        )
        return task.model_copy(update={"checks": self._checks(task, plan)})

    def _checks(self, task: Task, plan: Plan) -> tuple[Check, ...]:
        """Try every claim of a task."""
        gold, answers = calls_of(task), answers_of(task)
        asked = {fact.call for fact in task.goal.facts}
        asked |= {c.call for turn in task.turns for c in turn.conveyed if not c.path}
        needless = [
            call.tool
            for number, call in enumerate(gold)
            if number not in asked
            and not _feeds(gold, number)
            and self._reaches(task, [c for n, c in enumerate(gold) if n != number], answers)
        ]
        readings = list(_readings(task, plan))
        wrong = sum(self._reaches(task, calls, answers) for calls in readings)
        problems = [problem for _, problem in unproven(task, lambda: self._start(task))]
        unsaid = [
            word
            for sketch, turn in zip(plan, task.turns, strict=True)
            for word in sketch.kept
            if word and word not in turn.request
        ]
        told = [
            fact.forms[0]
            for fact in task.goal.facts
            if any(contains(turn.request, fact.forms) for turn in task.turns[: fact.turn + 1])
        ]
        return (
            check_gold(task, self._bench),
            check_nothing(task),
            Check(name="no request gives an answer away", passed=not told, detail=", ".join(told)),
            Check(name="every call is needed", passed=not needless, detail=", ".join(needless)),
            Check(
                name="other readings miss the goal",
                passed=not wrong,
                detail=f"{len(readings)} tried",
            ),
            Check(name="proofs hold", passed=not problems, detail="; ".join(problems)),
            Check(name="the request says it", passed=not unsaid, detail="; ".join(unsaid)),
        )

    def _start(self, task: Task) -> World:
        return self._bench.world(task.environments)

    def _reaches(self, task: Task, calls: Sequence[GoldCall], answers: Sequence[str]) -> bool:
        played = play(self._start(task), calls)
        return judge(task.goal, played.changes, answers).reached


def _readings(task: Task, plan: Plan) -> Iterator[list[GoldCall]]:
    """Yield what somebody calls who misreads one of the requests."""
    for number, sketch in enumerate(plan):
        before = [call for turn in task.turns[:number] for call in turn.calls]
        after = [call for turn in task.turns[number + 1 :] for call in turn.calls]
        for calls in sketch.wrong:
            yield [*before, *map(as_gold, calls), *after]


def _feeds(gold: Sequence[GoldCall], number: int) -> bool:
    """Say whether a later call has an argument from a call's result."""
    return any(
        origin.call == number for call in gold[number + 1 :] for origin in call.origins.values()
    )
