"""A tool that does not return is interrupted, named, and does not keep the rest from being seen."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from envfactory.environment.foreign import unaided
from envfactory.limits import Overdue, Patience, Readiness
from envfactory.verify import CHECKS, CheckResult, replay, retrace, verify
from tests.environment.foreign.modules import TAIL, head

Write = Callable[..., Path]

ENDLESS = '''
@tool
def count_up(self, note_id: Annotated[str, Ref("notes"), "Where to start"]) -> int:
    """Count to a number that is never reached."""
    number = len(self.notes.update(note_id, text="lost").text)
    while number > 0:
        number += 1
    return number
'''
STUBBORN = (
    head("Queue", "People who wait.")
    + '''
state = {"people": {}}

@mcp.tool()
def list_people() -> dict:
    """List those who wait."""
    return {"people": list(state["people"])}

@mcp.tool()
def wait(name: str) -> str:
    """Wait until somebody is served.

    Args:
        name: Who waits.
    """
    state["people"][name] = True
    while True:
        try:
            while True:
                pass
        except Exception:
            continue
'''
    + TAIL
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(unaided, "SECONDS", 0.2)


def stubborn() -> None:
    swallowed = 0
    while True:
        try:
            while True:
                pass
        except Overdue:
            swallowed += 1
            if swallowed == 2:
                raise


def stubborn_after_a_call() -> None:
    with Patience(60):
        pass
    stubborn()


def test_work_that_takes_too_long_is_interrupted_however_stubborn_it_is() -> None:
    with pytest.raises(Overdue), Patience(0.05):
        stubborn()


def test_an_alarm_that_was_set_before_goes_off_all_the_same() -> None:
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    left = signal.setitimer(signal.ITIMER_REAL, 0.2)
    rung: list[bool] = []
    try:
        with Patience(60):
            pass
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
        while not rung:
            time.sleep(0.01)
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *left)


@pytest.fixture
def _nobody_waits() -> Iterator[None]:
    left = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.setitimer(signal.ITIMER_REAL, *left)


@pytest.mark.usefixtures("_nobody_waits")
def test_who_is_ready_interrupts_again_and_again_and_leaves_alarms_as_they_were() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with Readiness():
        ready = signal.getsignal(signal.SIGALRM)
        for _ in range(2):
            with pytest.raises(Overdue), Patience(0.02):
                stubborn()
            assert signal.getsignal(signal.SIGALRM) == ready != before
        with pytest.raises(Overdue), Patience(0.02):
            stubborn_after_a_call()
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) == before
    with pytest.raises(Overdue), Patience(0.02):
        stubborn()


@pytest.mark.usefixtures("_nobody_waits")
def test_nobody_gets_ready_while_somebody_else_waits_for_an_alarm() -> None:
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    rung: list[bool] = []
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with Readiness():
            with Patience(60):
                pass
            while not rung:
                time.sleep(0.01)
    finally:
        signal.signal(signal.SIGALRM, handler)


@pytest.mark.usefixtures("_nobody_waits")
def test_readiness_of_one_thread_is_none_of_another() -> None:
    def sleep() -> None:
        with Patience(0.001):  # set by a thread that cannot be interrupted: nothing happens
            time.sleep(0.02)

    with Readiness():
        thread = threading.Thread(target=sleep)
        thread.start()
        thread.join()


def test_a_tool_that_never_returns_is_named_and_the_others_are_looked_at(write: Write) -> None:
    path = write(ENDLESS)
    certificate = verify(path)
    (found,) = certificate.result("faults").findings
    assert found.place == "tool count_up"
    assert "does not return" in found.message
    assert [call.tool for call in found.calls] == ["count_up"]
    assert certificate.level == "failed"
    assert [f.place for f in certificate.result("reachability").findings] == ["tool count_up"]
    others = {r.id for r in certificate.results if r.severity == "must" and not r.clear}
    assert others == {"faults", "reachability"}, "what was done halfway is undone"
    assert retrace(path, certificate, found.id).same


def test_a_module_that_never_returns_is_named_too(
    tmp_path: Path, check: Callable[[str, Path], CheckResult]
) -> None:
    package = tmp_path / "queue"
    (package / "scenarios").mkdir(parents=True)
    (package / "environment.py").write_text(STUBBORN)
    (package / "environment.toml").write_text('name = "q"\ntitle = "Q"\nkind = "module"\n')
    (package / "scenarios" / "base.json").write_text(json.dumps({"people": {"Ada": True}}))
    certificate = verify(package, checks=[c for c in CHECKS if c.id != "determinism"])
    (found,) = certificate.result("faults").findings
    assert found.place == "tool wait"
    assert certificate.result("atomicity").passed
    assert certificate.result("persistence").passed
    assert "list_people" in {e.calls[-1].tool for e in certificate.result("reachability").evidence}
