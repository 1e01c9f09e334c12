"""Hypothesis hunts; what counts is what comes out the same when its calls are made again."""

import json
import sys
import unittest
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from envfactory.environment import load_environment
from envfactory.errors import InputError
from envfactory.verify import (
    CHECKS,
    Call,
    Certificate,
    Confined,
    Hunt,
    Lead,
    Subject,
    confirm,
    retrace,
    verify,
)
from envfactory.verify.confirm import inconsistent
from envfactory.verify.hunting import Falsified, hunt, state_machine
from envfactory.verify.questions import QUESTIONS
from tests.verify.foreign_modules import CLEAN, DEFECTS, SCENARIO
from tests.verify.test_foreign import package_of

Write = Callable[..., Path]

GONE = '''
@tool
def title_of(self, list_id: Annotated[str, Ref("lists"), "Which list"]) -> str:
    """Return the title of a list."""
    if list_id in ("list_1", "list_2") and list_id not in self.lists:
        raise KeyError(list_id)
    return self.lists.get(list_id).title
'''
"""Breaks for what was there and is gone, which the checks call only what is there."""


INITIAL = '''
@tool
def initial(self, text: Annotated[str, "Any text"]) -> str:
    """Return the first letter."""
    return text[0]
'''


def hunted(path: Path, examples: int, **more: object) -> Hunt:
    with Subject(path) as subject:
        return hunt(subject.ground, examples=examples, **more)


def quick(path: Path, hunt: Hunt | None = None) -> Certificate:
    """Verify with the checks whose questions a hunt can answer."""
    return verify(path, hunt=hunt, checks=[c for c in CHECKS if c.id in QUESTIONS])


@pytest.fixture(scope="module")
def found(write_once: Write) -> Hunt:
    """What a hunt finds in the environment that breaks for what is gone."""
    return hunted(write_once(GONE), 60)


# ------------------------------------------------------------------ what is found
def test_it_finds_sequences_that_the_checks_do_not_try(write: Write, found: Hunt) -> None:
    path = write(GONE)
    assert quick(path).result("faults").passed
    certificate = quick(path, found)
    (finding,) = certificate.result("faults").findings
    assert finding.place == "tool title_of"
    assert [call.tool for call in finding.calls] == ["delete_list", "title_of"]
    assert certificate.level == "failed"
    assert retrace(path, certificate, finding.id).same


@pytest.mark.parametrize(
    "defect",
    [
        "a KeyError",
        "a notice that is kept before the exception",
    ],
)
def test_it_finds_what_is_wrong_with_a_module_within_few_examples(
    defect: str, tmp_path: Path
) -> None:
    chosen = DEFECTS[defect]
    path = package_of(tmp_path, chosen.source(), chosen.scenario or SCENARIO)
    found = hunted(path, 40)
    undone = "leftovers"  # the session undoes it, so no call shows it
    assert chosen.check == undone or chosen.check in {lead.check for lead in found.leads}


def test_nothing_fires_on_clean_environments(write: Write, shop: Path, tmp_path: Path) -> None:
    module = package_of(tmp_path, CLEAN, SCENARIO)
    for path in (write(), shop, module):
        found = hunted(path, 8)
        assert found.examples >= 8
        assert found.reported == 0
        assert found.leads == ()


# ------------------------------------------------------------------ what counts
def test_a_certificate_with_leads_is_made_again_without_hypothesis(
    write: Write, found: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(GONE)
    certificate = verify(path, hunt=found)
    assert certificate.hunt is not None
    assert certificate.hunt.examples == found.examples
    certificate.save(path)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    again = verify(path, hunt=certificate.hunt)
    assert again.to_bytes() == certificate.to_bytes()
    assert confirm(path, everything=True).verdict == "confirmed"


def test_leads_that_show_nothing_are_dropped(write: Write) -> None:
    path = write()
    fine = Call(tool="get_note", arguments={"note_id": "note_1"})
    leads = (
        Lead(check="faults", scenario="base", calls=(fine,)),
        Lead(check="faults", scenario="no such", calls=(fine,)),
        Lead(check="no such", scenario="base", calls=(fine,)),
        Lead(check="faults", scenario="base", calls=()),
        Lead(check="faults", scenario="base", calls=(Call(tool="get_note", python="print()"),)),
    )
    certificate = quick(path, Hunt(examples=5, seed=0, reported=5, leads=leads))
    assert certificate.level == "verified"
    assert certificate.hunt == Hunt(examples=5, seed=0, reported=5)


def test_calls_that_a_lead_does_not_need_are_left_out(write: Write) -> None:
    path = write(GONE)
    fine = Call(tool="get_note", arguments={"note_id": "note_1"})
    gone = Call(tool="delete_list", arguments={"list_id": "list_1"})
    broken = Call(tool="title_of", arguments={"list_id": "list_1"})
    lead = Lead(check="faults", scenario="base", calls=(fine, gone, gone, broken, fine, broken))
    certificate = quick(path, Hunt(examples=1, seed=0, reported=1, leads=(lead,)))
    assert certificate.hunt is not None
    assert certificate.hunt.leads == (Lead(check="faults", scenario="base", calls=(gone, broken)),)


def test_a_certificate_that_keeps_a_lead_for_a_check_that_passed_is_inconsistent(
    write: Write,
) -> None:
    certificate = quick(write())
    fine = Call(tool="get_note", arguments={"note_id": "note_1"})
    lead = Lead(check="faults", scenario="base", calls=(fine,))
    forged = certificate.model_copy(
        update={"hunt": Hunt(examples=1, seed=0, reported=1, leads=(lead,))}
    )
    assert any("lead" in reason for reason in inconsistent(forged))


def test_what_is_found_already_is_not_told_twice(write: Write) -> None:
    path = write(INITIAL)
    broken = Call(tool="initial", arguments={"text": ""})
    lead = Lead(check="faults", scenario="base", calls=(broken,))
    certificate = quick(path, Hunt(examples=1, seed=0, reported=1, leads=(lead,)))
    assert len(certificate.result("faults").findings) == 1
    assert certificate.hunt == Hunt(examples=1, seed=0, reported=1)


# ------------------------------------------------------------------ behind the borders
def test_a_hunt_runs_in_the_sandbox_and_keeps_its_failures(write: Write, tmp_path: Path) -> None:
    path, kept = write(INITIAL), tmp_path / "failures"
    first = Confined().hunt(path, examples=5, failures=kept)
    assert [lead.check for lead in first.leads] == ["faults"]
    (of_this,) = kept.iterdir()
    second = hunted(path, 1, random_seed=9, failures=of_this)
    assert second.leads == first.leads, "what failed before comes first"


def test_leads_are_followed_in_the_sandbox_too(write: Write, found: Hunt) -> None:
    path = write(GONE)
    certificate = Confined().verify(path, hunt=found)
    assert certificate.result("faults").findings
    assert certificate == verify(path, hunt=found)


def test_code_that_breaks_the_rules_is_not_called(write: Write) -> None:
    found = Confined().hunt(write(head="import os\n"), examples=5)
    assert found == Hunt(examples=0, seed=0, reported=0, stopped="the code breaks the static rules")


# ------------------------------------------------------------------ in a suite of one's own
def run(machine: type, examples: int = 100) -> unittest.TestResult:
    case = machine.TestCase
    case.settings = settings(
        case.settings,
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
    )
    result = unittest.TestResult()
    case("runTest").run(result)
    return result


def test_a_class_can_be_tested_by_pytest(write: Write) -> None:
    environment = load_environment(write())
    scenario = json.loads((write() / "scenarios" / "base.json").read_text())
    assert run(state_machine(environment, {"base": scenario}), 10).wasSuccessful()
    broken = load_environment(write(INITIAL))
    (failure,) = run(state_machine(broken), 60).failures
    assert "tool initial breaks" in failure[1]
    assert "state.initial(arguments=" in failure[1], "the calls are shown"


def test_what_is_known_can_be_passed_over(write: Write) -> None:
    machine = state_machine(write(INITIAL), passed_over=[("faults", "tool initial")])
    assert run(machine, 10).wasSuccessful()


def test_an_environment_without_scenarios_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="no scenario"):
        state_machine(write(scenarios={}))
    assert issubclass(Falsified, AssertionError)
