"""Long context: large results, and many tools that have nothing to do with what is asked for."""

from __future__ import annotations

import random

from envfactory.environment.world import SEPARATOR
from envfactory.records import canonical_json
from envfactory.task.category.bench import Bench, calls_of, check_gold, check_nothing, sealed
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.model import Check, EnvironmentRef, Task

LEAST_CHARACTERS = 8_000
"""Of the results that the solution has to read, as JSON: about 2,000 tokens."""
_TOOLS = 120
"""As many tools are offered, where there are enough environments."""
_LEAST_TIMES = 2
_MOST_ENVIRONMENTS = 8


def lengthen(task: Task, bench: Bench, rng: random.Random) -> Task | Dropped:
    """Return the task among other environments, whose tools are offered beside its own.

    It has to start in large states already. Measured: the length of what the solution reads, and
    how many tools there are; both are noted in a check. The goal spans all environments, so what
    is changed in another one counts as damage.
    """
    length = sum(len(canonical_json(call.value)) for call in calls_of(task))
    if length < LEAST_CHARACTERS:
        return Dropped("results are short", f"{length} characters")
    had = {ref.name for ref in task.environments}
    others = [name for name in sorted(bench.packages) if name not in had]
    rng.shuffle(others)
    before, environments = bench.offered(task), list(task.environments)
    grown = task
    for name in others:
        if bench.offered(grown) >= _TOOLS or len(environments) >= _MOST_ENVIRONMENTS:
            break
        package = bench.packages[name]
        if not package.scenarios:
            continue
        scenario = rng.choice(package.scenarios)
        environments.append(EnvironmentRef(name=name, identity=package.identity, scenario=scenario))
        grown = grown.model_copy(update={"environments": tuple(environments)})
    tools = bench.offered(grown)
    if tools < _LEAST_TIMES * before:
        return Dropped("too few other tools", f"{tools - before} beside {before}")
    difficulty = task.difficulty.model_copy(update={"tools_offered": tools})
    grown = grown.model_copy(update={"category": "long_context", "difficulty": difficulty})
    gold, nothing = check_gold(grown, bench), check_nothing(grown)
    if not (gold.passed and nothing.passed):
        failed = gold if not gold.passed else nothing
        return Dropped(f"check failed: {failed.name}", failed.detail)
    needed = {call.tool.partition(SEPARATOR)[0] for call in calls_of(task)}
    detail = (
        f"{length} characters of results; {tools} tools of {len(environments)} environments, "
        f"{tools - before} beside those of {', '.join(sorted(needed))}"
    )
    again = {gold.name, nothing.name}
    kept = tuple(check for check in task.checks if check.name not in again)
    checks = (*kept, gold, nothing, Check(name="it is long", passed=True, detail=detail))
    return sealed(grown.model_copy(update={"checks": checks}))
