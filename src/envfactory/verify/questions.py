"""Questions: what checks ask that can be asked about any call, whoever chose it.

The checks choose their calls with bounds that make a certificate come out the same for everybody.
Others may choose better ones: a hunt (see `hunting`), or a person. What holds of such a sequence is
decided by the same questions, which depend on nothing but the calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from envfactory.environment.scenario import DanglingReference, ScenarioError
from envfactory.errors import EnvironmentFault
from envfactory.limits import Overdue, Patience
from envfactory.records import Json
from envfactory.verify import replay
from envfactory.verify.check import calls, outcome_json
from envfactory.verify.checks.aliasing import copy_of, seen, spoil
from envfactory.verify.checks.behaviour import behaviour_finding
from envfactory.verify.checks.persistence import saved_otherwise
from envfactory.verify.checks.schemas import disagreement
from envfactory.verify.ground import Ground
from envfactory.verify.model import Finding
from envfactory.verify.moment import Course, Moment

Question = Callable[[Moment], Finding | None]
"""Returns what is wrong with the last call of a sequence, or None."""


def _finding(moment: Moment, message: str, expected: Json = None, actual: Json = None) -> Finding:
    return Finding(
        place=f"tool {moment.step.tool}",
        message=message,
        scenario=moment.scenario,
        calls=calls(moment.episode),
        expected=expected,
        actual=actual,
    )


def faults(moment: Moment) -> Finding | None:
    """Whether the call broke the environment, or did not return."""
    outcome = moment.step.outcome
    if not outcome.faulted:
        return None
    message = f"breaks: {outcome.value}"
    return _finding(moment, message, "a value or a typed refusal", outcome_json(outcome))


def atomicity(moment: Moment) -> Finding | None:
    """Whether the call failed and left something behind."""
    outcome = moment.step.outcome
    if outcome.ok or moment.unmoved:
        return None
    message = f"fails with {outcome.kind} and changes the state"
    return _finding(moment, message, "the same state", outcome_json(outcome))


def schemas(moment: Moment) -> Finding | None:
    """Whether arguments or value are not what the tool declares."""
    step = moment.step
    if step.outcome.faulted or step.tool not in moment.ground.validators:
        return None
    expected, message = disagreement(moment.ground, step.tool, step.arguments, step.outcome)
    return _finding(moment, message, expected, outcome_json(step.outcome)) if message else None


def isolation(moment: Moment) -> Finding | None:
    """Whether the same call, made by another session in the same state, comes to the same."""
    step = moment.step
    if step.outcome.faulted or moment.again == step:
        return None
    again = moment.again
    if again.outcome != step.outcome:
        message = "answers a second session in the same state with something else"
        return _finding(moment, message, outcome_json(step.outcome), outcome_json(again.outcome))
    message = "leaves a second session in the same state with another state"
    return _finding(moment, message, step.state_hash, again.state_hash)


def aliasing(moment: Moment) -> Finding | None:
    """Whether what went in and came out is still a part of the state."""
    step = moment.step
    if not step.outcome.ok or moment.again != step:
        return None
    session, arguments = moment.before.fork(), copy_of(step.arguments)
    try:
        with Patience(moment.seconds or replay.CALL_SECONDS):
            answer = session.call(step.tool, arguments)
    except (EnvironmentFault, Overdue):
        return None
    before = seen(session)
    for what, value in (("arguments", arguments), ("value", answer.value)):
        spoil(value)
        if seen(session) != before or moment.made_on(moment.before).outcome != step.outcome:
            message = f"its {what} can be changed afterwards, and the state follows"
            return _finding(moment, message)
    spoil(session.to_scenario())
    if seen(session) != before:
        return _finding(moment, "the state that is saved after it is still part of the state")
    return None


def persistence(moment: Moment) -> Finding | None:
    """Whether the state after the call survives saving, and the call comes to the same after it."""
    step, ground = moment.step, moment.ground
    loaded = ground.loaded_again(moment.after)
    if isinstance(loaded, DanglingReference):
        return None  # the question of references
    if isinstance(loaded, ScenarioError):
        return _finding(moment, f"the state cannot be loaded: {loaded}")
    otherwise = saved_otherwise(moment.after, loaded)
    if otherwise is not None:
        return _finding(moment, f"the state {otherwise}")
    earlier = ground.loaded_again(moment.before)
    if isinstance(earlier, ScenarioError) or step.outcome.faulted:
        return None
    now = moment.made_on(earlier)
    if (now.outcome, now.state_hash) == (step.outcome, step.state_hash):
        return None
    message = "does something else once its state was saved and loaded"
    return _finding(moment, message, outcome_json(step.outcome), outcome_json(now.outcome))


def references(moment: Moment) -> Finding | None:
    """Whether the state after the call refers to what is not there."""
    loaded = moment.ground.loaded_again(moment.after)
    if isinstance(loaded, DanglingReference):
        return _finding(moment, f"the state has a dangling reference: {loaded}")
    return None


def behaviour(moment: Moment) -> Finding | None:
    """Whether the call breaks a law that follows from the specification."""
    step, judge = moment.step, moment.ground.judge
    if judge is None or step.outcome.faulted or not isinstance(step.arguments, dict):
        return None
    judgement = judge.call(moment.before.fork(), step.tool, step.arguments)
    for law, problem in judgement.problems:
        return behaviour_finding(law, problem, moment.episode, judgement)
    return None


QUESTIONS: Final[Mapping[str, Question]] = {
    "faults": faults,
    "atomicity": atomicity,
    "schemas": schemas,
    "isolation": isolation,
    "aliasing": aliasing,
    "persistence": persistence,
    "references": references,
    "behaviour": behaviour,
}
"""What can be asked about any call, by the check that asks it; the plainest first."""


def ask(
    ground: Ground, check: str, scenario: str, made: Sequence[tuple[str, Any]]
) -> Finding | None:
    """Make calls from a scenario and ask the question of one check about the last one.

    Args:
        ground: What to make them on.
        check: The check's id.
        scenario: Where to start.
        made: Tools and arguments; at least one.
    """
    course = Course(ground, scenario)
    moments = [course.make(tool, arguments) for tool, arguments in made]
    return QUESTIONS[check](moments[-1])
