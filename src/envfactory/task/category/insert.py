"""`inserted`: a task with one more gold call, and every number of a call set right."""

from __future__ import annotations

from envfactory.environment import World
from envfactory.task.category.bench import calls_of, play
from envfactory.task.model import GoldCall, Task, Turn


def inserted(task: Task, call: GoldCall, number: int, turn: int) -> Task:
    """Return a task with a call put before the call of that number, in that turn.

    Facts, origins, proofs and what the user knows go on meaning the calls that they meant.
    """

    def moved(each: int | None) -> int | None:
        return each if each is None or each < number else each + 1

    before = sum(len(each.calls) for each in task.turns[:turn])
    turns: list[Turn] = []
    for place, each in enumerate(task.turns):
        calls = [
            one.model_copy(
                update={
                    "origins": {
                        path: origin.model_copy(update={"call": moved(origin.call)})
                        for path, origin in one.origins.items()
                    }
                }
            )
            for one in each.calls
        ]
        if place == turn:
            calls.insert(number - before, call)
        conveyed = tuple(
            one.model_copy(
                update={
                    "call": moved(one.call),
                    "proof": one.proof
                    and one.proof.model_copy(update={"earlier": moved(one.proof.earlier)}),
                }
            )
            for one in each.conveyed
        )
        turns.append(each.model_copy(update={"calls": tuple(calls), "conveyed": conveyed}))
    facts = tuple(f.model_copy(update={"call": moved(f.call)}) for f in task.goal.facts)
    knows = tuple(k.model_copy(update={"call": moved(k.call)}) for k in task.user.knows)
    return task.model_copy(
        update={
            "turns": tuple(turns),
            "goal": task.goal.model_copy(update={"facts": facts}),
            "user": task.user.model_copy(update={"knows": knows}),
        }
    )


def executed(task: Task, world: World) -> Task | None:
    """Return a task with what its calls return now, and with what they change now as its goal.

    None where a call is refused that was not, or where the result that holds a fact is another.
    """
    played = play(world, calls_of(task))
    pairs = list(zip(played.values, calls_of(task), strict=True))
    if any(now is None and was.value is not None for now, was in pairs):
        return None
    if any(pairs[fact.call][0] != pairs[fact.call][1].value for fact in task.goal.facts):
        return None
    values = iter(played.values)
    turns = tuple(
        turn.model_copy(
            update={
                "calls": tuple(
                    call.model_copy(update={"value": next(values)}) for call in turn.calls
                )
            }
        )
        for turn in task.turns
    )
    goal = task.goal.model_copy(update={"changes": played.changes})
    return task.model_copy(update={"turns": turns, "goal": goal})
