"""`hunt`: what Hypothesis finds within so many examples, as leads."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from envfactory.verify.ground import Ground
from envfactory.verify.hunting.machine import Falsified, ToolMachine, passing_over, state_machine
from envfactory.verify.model import Hunt, Lead

STEPS = 16
"""Most calls of one sequence."""

MOST_LEADS = 50

_PHASES = (Phase.reuse, Phase.generate, Phase.shrink)


def hunt(
    ground: Ground, *, examples: int, random_seed: int = 0, failures: Path | None = None
) -> Hunt:
    """Try sequences of calls, and return what they show, each failure shortened by Hypothesis.

    After a failure the search goes on with the examples that are left, and passes it over: each
    check is told about each tool once.

    Args:
        ground: What to call.
        examples: How many sequences to try; those that shorten a failure do not count.
        random_seed: Where chance comes from. What is drawn depends on Hypothesis's release, too.
        failures: A folder for Hypothesis's database of failures: what failed before comes first.
    """
    database = None if failures is None else DirectoryBasedExampleDatabase(failures)
    leads: list[Lead] = []
    passed_over: set[tuple[str, str]] = set()
    tried = 0
    every = state_machine(ground)
    while tried < examples and len(leads) < MOST_LEADS:
        machine = passing_over(every, passed_over)
        found = _first(
            seed(random_seed + len(passed_over))(machine),
            settings(
                max_examples=examples - tried,
                stateful_step_count=STEPS,
                database=database,
                deadline=None,
                phases=_PHASES,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
                verbosity=Verbosity.quiet,
                print_blob=False,
            ),
        )
        tried += machine.tally.examples
        if found is None:
            break
        passed_over.add((found.lead.check, found.finding.place))
        leads.append(found.lead)
    return Hunt(examples=tried, seed=random_seed, reported=len(leads), leads=tuple(leads))


def _first(machine: type[ToolMachine], how: settings) -> Falsified | None:
    """Return the failure that a machine comes to, if it does."""
    try:
        run_state_machine_as_test(machine, settings=how)
    except Falsified as error:
        return error
    except Flaky as error:
        return _within(error)
    return None


def _within(error: BaseException) -> Falsified | None:
    """Return the failure that was seen and did not come again; deciding that is up to others."""
    if isinstance(error, Falsified):
        return error
    inner = [*getattr(error, "exceptions", ()), error.__cause__, error.__context__]
    return next((found for one in inner if one is not None and (found := _within(one))), None)
