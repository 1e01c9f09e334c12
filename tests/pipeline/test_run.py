import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from envfactory.chain import Chain, validate
from envfactory.errors import InputError, OutputError
from envfactory.events import Event, ItemFinished
from envfactory.executor import ProcessExecutor
from envfactory.graph import Accept, ToolGraph
from envfactory.pipeline import Report, run
from envfactory.pipeline.folder import RunFolder
from envfactory.pipeline.trying import TRYING
from envfactory.records import read_lines
from envfactory.task import Task
from tests.pipeline.runs import SEED, TASKS, complete, contents, run_until

BROKEN = b'{"openapi": "3.0.0", "paths": '


@pytest.fixture(scope="module")
def finished(api: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("finished") / "run"
    complete(api, out)
    return out


@pytest.fixture(scope="module")
def tiny_finished(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tiny_finished") / "run"
    complete(tiny, out)
    return out


def envfactory(
    *arguments: object, hash_seed: str = "0", before: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, after some other code."""
    return python(f"{before}\nfrom envfactory.cli import main\nmain()", *arguments, seed=hash_seed)


def python(script: str, *arguments: object, seed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
    )


# ------------------------------------------------------------------------------ results
def test_a_run_makes_what_it_was_asked_for(finished: Path) -> None:
    tasks = list(read_lines(finished / "tasks.jsonl", Task))
    assert len(tasks) == TASKS
    assert all(check.passed for task in tasks for check in task.checks)
    summary = RunFolder(finished).summary()
    assert (summary.sources, summary.verified, summary.tasks) == (1, 1, TASKS)
    assert summary.trajectories == TASKS
    assert summary.rows["sft"] == summary.rows["rl"] == TASKS
    dropped = (finished / "dropped.jsonl").read_bytes().splitlines()
    assert len(dropped) == sum(sum(by.values()) for by in summary.dropped.values())
    stages = [json.loads(line)["stage"] for line in dropped]
    assert stages == sorted(stages, key=["sources", "chains", "tasks", "dataset"].index)


def test_edges_are_tried_and_chains_use_none_that_is_refuted(finished: Path) -> None:
    graph, tried = (
        ToolGraph.load(finished / "graph.json"),
        RunFolder(finished).summary().edges_tried,
    )
    assert tried.tried == sum(tried.outcomes.values()) > tried.proven > 0
    assert tried.proven == sum(edge.score("executed") > 0 for edge in graph.edges)
    assert tried.refuted == sum(edge.refuted for edge in graph.edges)
    chains = list(read_lines(finished / "chains.jsonl", Chain))
    assert chains
    assert not [c for c in chains if validate(c, graph, Accept(refuted=False))]


def test_no_file_names_the_machine(finished: Path) -> None:
    for name, data in contents(finished).items():
        assert str(finished).encode() not in data, name
        assert str(Path(__file__).parents[2]).encode() not in data, name


def test_nothing_is_left_of_the_work(finished: Path) -> None:
    names = set(contents(finished))
    assert not [name for name in names if name.startswith(".state") and name.endswith(".jsonl")]
    assert not [name for name in names if "build-" in name or "/." in name.removeprefix(".state/")]


IN_WORKERS = """
import sys
from pathlib import Path
from envfactory.executor import ProcessExecutor
from envfactory.pipeline import run
api, out, seed, tasks = sys.argv[1:]
with ProcessExecutor(2) as executor:
    run([api], Path(out), seed=int(seed), tasks=int(tasks), executor=executor)
"""


def test_workers_and_hash_seeds_do_not_change_a_byte(
    api: Path, finished: Path, tmp_path: Path
) -> None:
    process = python(IN_WORKERS, api, tmp_path / "run", SEED, TASKS, seed="4711")
    assert process.returncode == 0, process.stderr
    assert contents(tmp_path / "run") == contents(finished)


def test_another_seed_changes_the_tasks(tiny: Path, tiny_finished: Path, tmp_path: Path) -> None:
    run([tiny], tmp_path / "run", seed=SEED + 1, tasks=TASKS)
    assert contents(tmp_path / "run")["tasks.jsonl"] != contents(tiny_finished)["tasks.jsonl"]


def test_a_folder_and_its_files_are_the_same_sources(
    api: Path, finished: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sources"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(api, folder / "deep")
    (folder / "README.md").write_text("not a source")
    (folder / ".hidden.json").write_text("not a source either")
    copy = tmp_path / "run"
    shutil.copytree(finished, copy)
    assert run([folder, folder / "deep" / api.name], copy, seed=SEED, tasks=TASKS).nothing_to_do


# ------------------------------------------------------------------------------ resuming
def test_a_finished_run_is_left_as_it_is(api: Path, finished: Path) -> None:
    before = contents(finished)
    times = {
        p: p.stat().st_mtime_ns for p in finished.rglob("*") if p.name not in ("lock", ".state")
    }
    heard: list[Event] = []
    report = run([api], finished, seed=SEED, tasks=TASKS, listener=heard.append)
    assert report == Report(finished, RunFolder(finished).summary(), nothing_to_do=True)
    assert heard == []
    assert contents(finished) == before
    assert {p: p.stat().st_mtime_ns for p in times} == times


@pytest.mark.slow
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(
    tiny: Path, tiny_finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    kills = 0
    for write in (1, 3, 2, 5, 4, 9, 7, 11, 13, *[15] * 20):
        if run_until(tiny, out, write):
            break
        kills += 1
    else:
        pytest.fail("never ended")
    assert kills >= 6
    left = contents(out)
    assert set(left) == set(contents(tiny_finished))
    assert left == contents(tiny_finished)


KILLED_ON_THE_WAY = """
import os, signal, sys
from pathlib import Path

def fsync(file, to_disk=os.fsync):
    to_disk(file)
    journal = Path({journal!r})
    if journal.exists() and journal.read_bytes().count(b"\\n") >= 2:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = fsync
"""


@pytest.mark.slow
def test_a_killed_command_goes_on_with_other_workers_and_a_torn_journal(
    tiny: Path, tiny_finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    command = ("run", tiny, "--out", out, "--seed", SEED, "--tasks", TASKS, "--json")
    for stage, workers in (("5-tasks", 2), ("6-trajectories", 1)):
        journal = out / ".state" / f"{stage}.jsonl"
        before = KILLED_ON_THE_WAY.format(journal=str(journal))
        process = envfactory(*command, "--workers", workers, hash_seed="1", before=before)
        assert process.returncode == -signal.SIGKILL, process.stderr
        with journal.open("ab") as file:
            file.write(b'{"unit": "half a li')
    process = envfactory(*command, "--workers", 2, hash_seed="2")
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["tasks"] == TASKS
    assert contents(out) == contents(tiny_finished)


def test_finished_units_are_not_done_again(tiny: Path, tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def stop(event: Event) -> None:
        if isinstance(event, ItemFinished) and event.stage == "tasks":
            raise Enough

    out = tmp_path / "run"
    with pytest.raises(Enough):
        run([tiny], out, seed=SEED, tasks=TASKS, listener=stop)
    heard: list[Event] = []
    run([tiny], out, seed=SEED, tasks=TASKS, listener=heard.append)
    done = [e for e in heard if isinstance(e, ItemFinished)]
    assert not [e for e in done if e.stage in ("sources", "environments", "graph")]
    assert [e.resumed for e in done if e.stage == "tasks"][:2] == [True, False]


def test_environments_whose_edges_were_tried_are_not_tried_again(
    tiny: Path, tiny_finished: Path, tmp_path: Path
) -> None:
    class Enough(Exception):
        pass

    def stop(event: Event) -> None:
        if isinstance(event, ItemFinished) and event.stage == TRYING:
            raise Enough

    out = tmp_path / "run"
    with pytest.raises(Enough):
        run([tiny], out, seed=SEED, tasks=TASKS, listener=stop)
    heard: list[Event] = []
    run([tiny], out, seed=SEED, tasks=TASKS, listener=heard.append)
    done = [e for e in heard if isinstance(e, ItemFinished) and e.stage == TRYING]
    assert [e.resumed for e in done] == [True]
    assert contents(out) == contents(tiny_finished)


# ------------------------------------------------------------------------------ refusals
def test_other_settings_are_refused_until_asked_to_start_over(
    tiny: Path, tiny_finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    shutil.copytree(tiny_finished, out)
    with pytest.raises(
        InputError,
        match=r"other settings: seed was 11 and is 12 now; tasks was 5 and is 6 now; "
        r"choose another --out, or start over with --fresh",
    ):
        run([tiny], out, seed=12, tasks=6)
    assert contents(out) == contents(tiny_finished)
    run([tiny], out, seed=12, tasks=1, fresh=True)
    assert RunFolder(out).settings().seed == 12
    assert RunFolder(out).summary().tasks == 1


def test_a_source_that_has_changed_is_refused(api: Path, finished: Path, tmp_path: Path) -> None:
    out, changed = tmp_path / "run", tmp_path / api.name
    shutil.copytree(finished, out)
    changed.write_bytes(api.read_bytes() + b"\n")
    with pytest.raises(InputError, match=r"source google-tasks\.json has changed"):
        run([changed], out, seed=SEED, tasks=TASKS)


@pytest.mark.parametrize("name", ["tasks.jsonl", "dataset/sft.parquet"])
def test_results_changed_by_other_hands_are_noticed(
    api: Path, finished: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "run"
    shutil.copytree(finished, out)
    (out / name).write_bytes(b"other")
    with pytest.raises(InputError, match=rf"{name}: was changed after the stage"):
        run([api], out, seed=SEED, tasks=TASKS)
    (out / name).unlink()
    with pytest.raises(InputError, match=rf"{name}: was removed after the stage"):
        run([api], out, seed=SEED, tasks=TASKS)


def test_two_runs_cannot_write_one_folder(api: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with (
        RunFolder(out).locked(),
        pytest.raises(OutputError, match="another run is writing here; wait for it"),
    ):
        run([api], out)
    assert not (out / "run.json").exists()


def test_the_lock_of_a_dead_run_is_free(tiny: Path, tmp_path: Path) -> None:
    assert run_until(tiny, tmp_path / "run", 1) is False
    with RunFolder(tmp_path / "run").locked():
        pass


def test_a_folder_with_other_files_is_not_touched(api: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    for fresh in (False, True):
        with pytest.raises(InputError, match=r"holds thesis\.tex but no run"):
            run([api], tmp_path, fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_starting_over_removes_only_what_a_run_wrote(
    tiny: Path, tiny_finished: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    shutil.copytree(tiny_finished, out)
    (out / "notes.txt").write_text("mine")
    run([tiny], out, seed=SEED, tasks=0, fresh=True)
    assert (out / "notes.txt").read_text() == "mine"
    assert RunFolder(out).summary().tasks == 0


def test_outputs_that_cannot_be_written_are_one_line(api: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="is a file or lies below one; choose a folder"):
            run([api], out)
    with pytest.raises(OutputError, match="choose a folder"):
        run([api], Path("/proc/nowhere"))


@pytest.mark.slow
@pytest.mark.parametrize("limit", [100, 10_000], ids=["settings", "environments"])
def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_space(
    tiny: Path, tiny_finished: Path, tmp_path: Path, limit: int
) -> None:
    """A limit on the size of files stands for a disk that is full."""
    out = tmp_path / "run"
    process = envfactory(
        *("run", tiny, "--out", out, "--seed", SEED, "--tasks", TASKS, "--workers", 1, "-q"),
        before=f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))",
    )
    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.startswith("error: ")
    assert process.stderr.count("\n") == 1
    assert "File too large" in process.stderr
    complete(tiny, out)
    assert contents(out) == contents(tiny_finished)


def test_one_source_that_cannot_be_used_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "api.json"
    source.write_bytes(BROKEN)
    with pytest.raises(InputError, match=r"api\.json"):
        run([source], tmp_path / "run")
    assert contents(tmp_path / "run") == {}
    source.write_bytes(b"[]")
    with pytest.raises(InputError, match=r"api\.json"):  # and not: other settings
        run([source], tmp_path / "run")


def test_several_sources_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    for name in ("a.json", "b.yaml", "c.yml"):
        (tmp_path / name).write_bytes(BROKEN)
    with pytest.raises(InputError, match=r"none of the 3 can be used; the first: .*a\.json"):
        run([tmp_path], tmp_path / "run")


def test_a_source_that_is_not_there_is_no_typo_to_pass_over(api: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.json: No such file or directory; name a file"):
        run([api, tmp_path / "nowhere.json"], tmp_path / "run")
    with pytest.raises(InputError, match="holds no API description"):
        run([tmp_path], tmp_path / "run")


def test_one_bad_source_and_a_repeated_one_are_dropped_beside_a_good_one(
    tiny: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_bytes(BROKEN)
    shutil.copy(tiny, tmp_path / "again.json")
    with ProcessExecutor(2) as executor:
        report = run(
            [tiny, tmp_path / "bad.json", tmp_path / "again.json"],
            tmp_path / "run",
            tasks=0,
            executor=executor,
        )
    assert report.summary.sources == 3
    assert report.summary.verified == 1
    dropped = report.summary.dropped["sources"]
    assert (dropped["source refused"], dropped["same content"]) == (1, 1)
