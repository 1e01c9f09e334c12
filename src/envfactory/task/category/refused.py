"""`refused`: a task cut off after a turn in which the right thing is to say no."""

from __future__ import annotations

from envfactory.task.category.bench import Bench, calls_of
from envfactory.task.model import Goal, Refusal, StateChange, Task, Turn
from envfactory.task.user import User


def only_tool(turn: Turn) -> str | None:
    """Return the tool that makes all changes of a turn in which nothing else is asked for."""
    tools = {call.tool for call in turn.calls if call.changes_state}
    asked = turn.calls and not turn.calls[-1].changes_state
    return tools.pop() if len(tools) == 1 and not asked else None


def refused(
    task: Task,
    refusal: Refusal,
    answer: str,
    lookups: int,
    done: tuple[StateChange, ...],
    bench: Bench,
) -> Task:
    """Return a task up to the turn of a refusal; its id is still that of the whole task.

    Args:
        task: The task, with what it offers and which rules hold.
        refusal: What to say no to.
        answer: How.
        lookups: How many calls of the turn are still made, from its first one on.
        done: What the turns before change.
        bench: Counts the tools on offer.
    """
    number = refusal.turn
    turn = task.turns[number]
    count = sum(len(each.calls) for each in task.turns[:number]) + lookups
    last = turn.model_copy(
        update={
            "calls": turn.calls[:lookups],
            "answer": answer,
            "conveyed": tuple(each for each in turn.conveyed if each.call < count),
            "asks": (),
        }
    )
    goal = Goal(
        changes=done,
        facts=tuple(fact for fact in task.goal.facts if fact.turn < number),
        refusals=(refusal,),
        identifiers=task.goal.identifiers,
    )
    made = task.model_copy(
        update={
            "turns": (*task.turns[:number], last),
            "goal": goal,
            "user": _user(task.user, number, count),
        }
    )
    writes = sum(call.changes_state for call in calls_of(made))
    difficulty = task.difficulty.model_copy(
        update={
            "turns": number + 1,
            "calls": count,
            "writes": writes,
            "lookups": count - writes - len({fact.call for fact in goal.facts}),
            "tools_offered": bench.offered(made),
        }
    )
    return made.model_copy(update={"difficulty": difficulty})


def _user(user: User, number: int, calls: int) -> User:
    """Return the user with what is known of the turns that are left."""
    knows = tuple(
        known
        if known.call is None or known.call < calls
        else known.model_copy(update={"call": None, "path": None})
        for known in user.knows
        if known.turn <= number
    )
    return user.model_copy(update={"knows": knows})
