"""Replaying many packages on hosts that stay."""

import gc
import os
import signal
import time
from pathlib import Path

import pytest

import envfactory.verify.replay as replay_module
from envfactory.environment import Package
from envfactory.verify import WarmReplays, verify
from envfactory.verify.replay import SETTINGS, Recording, ReplayError, replay

CALLS = (("get_note", {"note_id": "note_1"}), ("nothing", {}))


@pytest.fixture
def warm():
    return WarmReplays()


def ended(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    for _ in range(200):
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def play(warm, path, recordings):
    """Return the answers of each host, or the error where there are none."""
    started = warm.start(path, recordings)
    answers = []
    for each in started:
        try:
            answers.append(each.answers())
        except ReplayError as error:
            answers.append(str(error))
        each.close()
        each.close()
    return answers


def hosts(warm) -> list[int]:
    return [host._process.pid for host in warm._hosts.values()]


def test_hosts_answer_what_this_process_does_for_one_package_after_another(write, warm) -> None:
    path, seen = write(), set()
    for key in ("list_2", "list_1", "list_3"):
        recordings = [
            Recording("base", CALLS),
            Recording("base", (("delete_list", {"list_id": key}),)),
        ]
        expected = replay(Package.load(path), recordings)
        assert play(warm, path, recordings) == [expected] * len(SETTINGS)
        seen.update(hosts(warm))
    assert len(seen) == len(SETTINGS)


def test_a_certificate_does_not_depend_on_who_replays(write, warm) -> None:
    path = write()
    assert verify(path, replays=warm).to_bytes() == verify(path).to_bytes()


def test_a_replay_that_ends_badly_says_so_and_the_next_one_works(write, warm) -> None:
    path = write()
    for said in play(warm, path, [Recording("no_such_scenario", ())]):
        assert "ended with 1" in said
        assert "no such scenario" in said
    assert not any(isinstance(said, str) for said in play(warm, path, [Recording("base", CALLS)]))


def test_a_replay_that_is_given_up_or_too_slow_ends_and_the_next_one_works(
    write, warm, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, recordings = write(), [Recording("base", CALLS)]
    for each in warm.start(path, recordings):
        each.close()
    assert all(map(ended, hosts(warm)))
    with monkeypatch.context() as patch:
        patch.setattr(replay_module, "TIMEOUT_SECONDS", 0.0)
        assert play(warm, path, recordings) == ["no answer within 0 s"] * 2
    assert not any(isinstance(said, str) for said in play(warm, path, recordings))


def test_a_host_that_was_killed_is_told_of_and_replaced(write, warm) -> None:
    path, recordings = write(), [Recording("base", CALLS)]
    play(warm, path, recordings)
    started = warm.start(path, recordings * 200)
    for pid in hosts(warm):
        os.kill(pid, signal.SIGKILL)
    for each in started:
        with pytest.raises(ReplayError, match="has ended"):
            each.answers()
        each.close()
    assert not any(isinstance(said, str) for said in play(warm, path, recordings))


def test_hosts_end_with_their_owner(write) -> None:
    owner = WarmReplays()
    play(owner, write(), [Recording("base", CALLS)])
    pids = hosts(owner)
    del owner
    gc.collect()
    assert all(map(ended, pids))
