"""`ShapeMaker`: tasks whose plan is of an unusual shape, verified by execution like any other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from envfactory.chain import Chain
from envfactory.environment import Package, World, diff
from envfactory.records import Json
from envfactory.task.call import lasting
from envfactory.task.category.bench import Bench, check_gold, check_nothing, play, sealed
from envfactory.task.convey import unproven
from envfactory.task.goal import judge, recorded
from envfactory.task.make import TaskMaker
from envfactory.task.model import (
    Calibration,
    Check,
    Difficulty,
    EnvironmentRef,
    Goal,
    GoldCall,
    Knowledge,
    Persona,
    Task,
    Turn,
    User,
)
from envfactory.task.phrases import capital, tidy
from envfactory.task.records import Records
from envfactory.task.shapes.condition import conditional
from envfactory.task.shapes.each import per_item
from envfactory.task.shapes.place import Place
from envfactory.task.shapes.sketch import Planned, Sketch
from envfactory.task.shapes.view import Views
from envfactory.task.surface import Voice
from envfactory.task.words import load_words

SHARE = 0.2
"""Share of chains from which a task of another shape is tried first, unless another is given."""
_SKETCHES = 6
_LOOKED_AT = 24
"""Sketches of a shape that are measured before none is made."""
_SHAPES: Sequence[Callable[[Place], Iterator[Sketch]]] = (per_item, conditional)


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

        For the maker's share of chains one is tried. What leaves a whole value more implicit than
        it is meant to, or less, is no task. Deterministic in its arguments.
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
        world = self._bench.world(refs)
        records = Records.of(world)
        place = Place(world, records, self._bench.glossary, self._larder, self._views, rng)
        persona = self._personas.draw(rng).model_copy(update={"engineer": False})
        target = self._implicitness.draw(rng)
        for shape in rng.sample(_SHAPES, len(_SHAPES)):
            fitting = (
                (sketch, calibration)
                for sketch in islice(shape(place), _LOOKED_AT)
                if (calibration := _calibration(sketch, target)) is not None
            )
            for sketch, calibration in islice(fitting, _SKETCHES):
                task = self._task(sketch, calibration, place, refs, persona, chain, seed)
                if task is not None and all(check.passed for check in task.checks):
                    return sealed(task)
        return None

    def _task(
        self,
        sketch: Sketch,
        calibration: Calibration,
        place: Place,
        refs: Sequence[EnvironmentRef],
        persona: Persona,
        chain: Chain,
        seed: int,
    ) -> Task | None:
        """Return a sketch as a task with its checks; None where a call is refused."""
        world = place.world.fork()
        start = world.snapshot()
        gold = _executed(sketch.calls, world)
        if gold is None:
            return None
        goal = Goal(changes=recorded(lasting(diff(start, world.snapshot()))))
        hour = min(place.records.now(ref.name) for ref in refs).hour
        voice = Voice(persona, hour, place.rng)
        request = voice.message([sketch.piece], [word for word in sketch.kept if word], later=False)
        turn = Turn(
            request=request,
            intent=sketch.intent,
            calls=gold,
            answer=_sentences(sketch.answer),
            conveyed=sketch.conveyed,
        )
        user = User(
            name=place.rng.choice(load_words().first_names),
            persona=persona,
            knows=_knowledge(sketch, gold, place),
        )
        task = Task(
            id="",
            seed=seed,
            chain=chain.id,
            shape=sketch.shape,
            environments=tuple(refs),
            turns=(turn,),
            goal=goal,
            user=user,
            checks=(),
            difficulty=_difficulty(turn, calibration, place.world),
            calibration=calibration,
        )
        return task.model_copy(update={"checks": self._checks(task, sketch)})

    def _checks(self, task: Task, sketch: Sketch) -> tuple[Check, ...]:
        """Try every claim of a task."""
        gold, answers = task.turns[0].calls, [task.turns[0].answer]
        needless = [
            call.tool
            for number, call in enumerate(gold)
            if not _feeds(gold, number)
            and self._reaches(task, [c for n, c in enumerate(gold) if n != number], answers)
        ]
        wrong = sum(
            self._reaches(task, [_gold(call) for call in calls], answers) for calls in sketch.wrong
        )
        problems = [problem for _, problem in unproven(task, lambda: self._start(task))]
        unsaid = [word for word in sketch.kept if word and word not in task.turns[0].request]
        return (
            check_gold(task, self._bench),
            check_nothing(task),
            Check(name="every call is needed", passed=not needless, detail=", ".join(needless)),
            Check(
                name="other readings miss the goal",
                passed=not wrong,
                detail=f"{len(sketch.wrong)} tried",
            ),
            Check(name="proofs hold", passed=not problems, detail="; ".join(problems)),
            Check(name="the request says it", passed=not unsaid, detail="; ".join(unsaid)),
        )

    def _start(self, task: Task) -> World:
        return self._bench.world(task.environments)

    def _reaches(self, task: Task, calls: Sequence[GoldCall], answers: Sequence[str]) -> bool:
        played = play(self._start(task), calls)
        return judge(task.goal, played.changes, answers).reached


def _executed(calls: Sequence[Planned], world: World) -> tuple[GoldCall, ...] | None:
    """Make calls, and return them with their results; None where one is refused or idle."""
    gold: list[GoldCall] = []
    for call in calls:
        mark = world.snapshot()
        result = world.call(call.tool, call.arguments)
        if not result.ok:
            return None
        changes = bool(lasting(diff(mark, world.snapshot())))
        gold.append(_gold(call, result.value, changes=changes))
    return tuple(gold)


def _gold(call: Planned, value: Json = None, *, changes: bool = True) -> GoldCall:
    return GoldCall(
        tool=call.tool,
        arguments=dict(call.arguments),
        origins=dict(call.origins),
        value=value,
        changes_state=changes,
    )


def _feeds(gold: Sequence[GoldCall], number: int) -> bool:
    """Say whether a later call has an argument from a call's result."""
    return any(
        origin.call == number for call in gold[number + 1 :] for origin in call.origins.values()
    )


def _knowledge(sketch: Sketch, gold: Sequence[GoldCall], place: Place) -> tuple[Knowledge, ...]:
    """Return the values that the user says, as things that can be asked for."""
    known = []
    for conveyed in sketch.conveyed:
        call = gold[conveyed.call]
        origin = call.origins.get(conveyed.path)
        if origin is None or origin.kind != "user":
            continue
        tool = place.glossary.tools[call.tool]
        entity = place.glossary.entity(tool.environment, tool.table)
        name = conveyed.path[1:]
        field = entity.fields.get(tool.sets.get(name, name)) if entity is not None else None
        noun = entity.noun if entity is not None else tool.short
        known.append(
            Knowledge(
                about=f"{field.label if field is not None else name} of the {noun}",
                value=call.arguments[name],
                said=conveyed.text,
                call=conveyed.call,
                path=conveyed.path,
            )
        )
    return tuple(known)


def _calibration(sketch: Sketch, target: float) -> Calibration | None:
    """Return how far a sketch comes to a target; None where it is off by a value or more."""
    values = len(sketch.conveyed)
    proofs = sum(each.proof is not None for each in sketch.conveyed)
    implicit = sum(each.kind != "explicit" for each in sketch.conveyed)
    if abs(implicit - target * values) >= 1:
        return None
    return Calibration(
        target=round(target, 4), values=values, implicit=implicit, proofs=proofs, failed=0
    )


def _difficulty(turn: Turn, calibration: Calibration, world: World) -> Difficulty:
    return Difficulty(
        turns=1,
        calls=len(turn.calls),
        writes=sum(call.changes_state for call in turn.calls),
        lookups=sum(not call.changes_state for call in turn.calls),
        tools_offered=sum(spec.actor == "agent" for spec in world.tools()),
        implicitness=round(calibration.implicit / max(calibration.values, 1), 4),
    )


def _sentences(text: str) -> str:
    return tidy(capital(text).rstrip(".") + ".")
