import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from envfactory import __version__
from envfactory.cli import main
from envfactory.cli.app import app
from tests.environment.foreign.modules import CLEAN, SCENARIO

ROOT = Path(__file__).parents[2]
API = ROOT / "examples" / "apis" / "google-tasks.json"
COMMANDS = [command.callback.__name__ for command in app.registered_commands]

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def envfactory(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process; returns exit code, stdout and stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return caught.value.code, output.out, output.err

    return call


def _heed_interrupts() -> None:
    """Undo what whoever runs the tests in the background has set: that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(arguments: Sequence[object], **options: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", "from envfactory.cli import main; main()", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_heed_interrupts,
        **options,
    )


# ------------------------------------------------------------------------------ help
def test_without_arguments_there_is_help(envfactory: Command) -> None:
    code, output, _ = envfactory()
    assert code == 0
    assert all(command in output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(envfactory: Command, command: str) -> None:
    for option in ("--help", "-h"):
        code, output, _ = envfactory(command, option)
        assert code == 0
        assert "--json" in output
        assert re.search(rf"Examples?: envfactory {command}", " ".join(output.split()))


def test_the_version(envfactory: Command) -> None:
    assert envfactory("--version") == (0, f"envfactory {__version__}\n", "")


# ------------------------------------------------------------------------------ all stages
@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, dict]]:
    """The stages run one by one, each on the files of those before: the folder and the results."""
    work = tmp_path_factory.mktemp("stages")
    environments, graph, chains = work / "environments", work / "graph.json", work / "chains.jsonl"
    tasks, played = work / "tasks.jsonl", work / "trajectories.jsonl"
    commands: dict[str, list[object]] = {
        "build": [API, "--out", environments, "--workers", 1],
        "verify": [environments / "google_tasks", "--workers", 1],
        "graph": [environments, "--out", graph],
        "sample": [graph, "--count", 40, "--out", chains],
        "tasks": [chains, "--graph", graph, "-e", environments / "google_tasks",
                  "--out", tasks, "--count", 4, "--workers", 1],
        "trajectories": [tasks, "-e", environments, "--out", played, "--workers", 1],
        "export": [tasks, played, "-e", environments, "--out", work / "dataset"],
    }  # fmt: skip
    results = {}
    for name, arguments in commands.items():
        output, errors = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
            pytest.raises(SystemExit) as caught,
        ):
            main([name, *map(str, arguments), "--json", "-q"])
        assert (caught.value.code, errors.getvalue()) == (0, "")
        results[name] = json.loads(output.getvalue())
    return work, results


@pytest.fixture
def work(stages: tuple[Path, dict[str, dict]]) -> Path:
    return stages[0]


def test_the_stages_one_by_one(stages: tuple[Path, dict[str, dict]]) -> None:
    work, results = stages
    (built,) = results["build"]["environments"]
    assert built["name"] == "google_tasks"
    assert results["build"]["dropped"]
    (certificate,) = results["verify"]
    assert certificate["level"] == "strong"
    assert (work / "environments" / "google_tasks" / "certificate.json").is_file()
    assert results["graph"]["tools"] == built["tools"]
    assert results["graph"]["edges"] > 0
    chains = results["sample"]
    assert chains["chains"] == sum(chains["steps"].values()) > 20
    assert results["tasks"]["tasks"] == 4
    assert results["trajectories"]["outcomes"] == [
        {"stop": "finished", "goal_reached": True, "count": 4}
    ]
    assert results["export"]["rows"]["sft"] == 4
    assert (work / "dataset" / "sft.parquet").is_file()


def test_a_random_walk_is_the_baseline(envfactory: Command, work: Path, tmp_path: Path) -> None:
    code, output, _ = envfactory(
        "sample", work / "graph.json", "--sampler", "walk", "--out", tmp_path / "walk.jsonl"
    )
    assert code == 0
    assert "chains;" in output


def test_few_chains_cover_the_graph(envfactory: Command, work: Path, tmp_path: Path) -> None:
    out = tmp_path / "cover.jsonl"
    command = ("sample", work / "graph.json", "--sampler", "coverage", "--out", out)
    code, output, _ = envfactory(*command, "--repeats", 1)
    assert code == 0
    assert "one by one it would take" in output
    code, output, _ = envfactory(*command, "--count", 2, "--json")
    assert json.loads(output)["chains"] == len(out.read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("environments/google_tasks", ["strong: ", "list_task_lists(", "medium"]),
        ("tasks.jsonl", ["Turn 1", "User:", "google_tasks__", "Checks:", "Difficulty:"]),
        ("trajectories.jsonl", ["system:", "call:", "goal reached"]),
        ("chains.jsonl", ["0. google_tasks__"]),
    ],
)
def test_show(envfactory: Command, work: Path, path: str, words: list[str]) -> None:
    code, output, _ = envfactory("show", work / path)
    assert code == 0
    for word in words:
        assert word in output
    assert json.loads(envfactory("show", work / path, "--json")[1])


def test_people_get_tables_and_the_place_of_the_result(
    envfactory: Command, work: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.json"
    code, output, _ = envfactory("graph", work / "environments", "--out", again)
    assert code == 0
    assert "edges" in output
    assert f"Graph:{again}" in "".join(output.split())
    assert again.read_bytes() == (work / "graph.json").read_bytes()


def test_an_environment_that_is_not_verified_ends_with_one(
    envfactory: Command, work: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package"
    (package / "scenarios").mkdir(parents=True)
    (package / "environment.toml").write_text('name = "clock"\ntitle = "A clock"\n')
    (package / "scenarios" / "base.json").write_text("{}")
    (package / "environment.py").write_text(
        "import time\n"
        "from envfactory.environment import Environment, tool\n\n\n"
        "class Clock(Environment):\n"
        '    """A clock."""\n\n'
        "    @tool\n"
        "    def read(self) -> float:\n"
        '        """Read the clock."""\n'
        "        return time.time()\n"
    )
    code, output, _ = envfactory("verify", package, "--workers", 1)
    assert code == 1
    assert "failed" in output
    assert "time" in output


# ------------------------------------------------------------------------------ run
def test_run_ends_with_numbers_and_says_when_there_was_nothing_to_do(
    envfactory: Command, tmp_path: Path
) -> None:
    command = ("run", API, "--out", tmp_path / "run", "--tasks", 2, "--workers", 1)
    code, output, errors = envfactory(*command)
    assert code == 0
    for word in ("1 written, 1 verified", "2 sft", "dropped by", "Tasks:", "tasks.jsonl"):
        assert word in output
    assert "nothing was left to do" not in errors
    code, again, errors = envfactory(*command)
    assert (code, again) == (0, output)
    assert errors.endswith("holds this run already; nothing was left to do\n")
    code, shown, _ = envfactory("show", tmp_path / "run")
    assert shown.strip() in again
    summary = json.loads(envfactory(*command, "--json")[1])
    assert summary["tasks"] == 2


# ------------------------------------------------------------------------------ errors
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "missing.json", "--out", "o"], "missing.json: No such file or directory"),
        (["run", "o.json"], "Missing option"),
        (["run", "o.json", "--out", "o", "--tasks", "-1"], "Invalid value for '--tasks'"),
        (["run", "o.json", "--out", "o", "--seed", "x"], "Invalid value for '--seed'"),
        (["run", "o.json", "--out", "o", "--mix", "recovry=1"], "did you mean recovery?"),
        (["run", "o.json", "--out", "o", "--mix", "base=-1"], "base has the weight '-1'"),
        (["fly"], "No such command 'fly'"),
        (["show", "missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["show", "packages"], "name one of them, such as packages/shop, or list them"),
        (["show", "."], "run.json: No such file or directory; name the folder of a run"),
        (["verify", "."], "holds no environment package; name a folder with environment.toml"),
        (["verify", "missing"], "is no folder"),
        (["graph", "missing", "--out", "g.json"], "missing: is no folder"),
        (["sample", "missing.json", "--out", "c"], "missing.json: No such file or directory"),
        (["sample", ".", "--out", "c"], "name a file that envfactory graph wrote"),
        (["report", "bad.json", "--no-model"], "or run that stage again"),
        (["adapt", "bad.json", "--scenario", "no.json", "--out", "o"], "no.json: no such file"),
        (["sample", "bad.json", "--out", "c"], "bad.json: not a tool graph of version 1"),
        (["show", "bad.json"], "bad.json:1: is no task, trajectory or chain"),
        (["show", "bad.json", "-n", "9"], "has 1 lines, not 9"),
        (["build", "bad.json", "--out", "o"], "bad.json"),
        (["build", "binary.json", "--out", "o"], "binary.json"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    envfactory: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.json").write_text('{"a": 1}')
    Path("binary.json").write_bytes(bytes(range(256)) * 40)
    Path("packages/shop").mkdir(parents=True)
    Path("packages/shop/environment.toml").touch()
    before = sorted(tmp_path.rglob("*"))
    code, output, errors = envfactory(*arguments)
    assert (code, output) == (2, "")
    said = [line for line in errors.splitlines() if not line.startswith("sources: ")]
    assert [line[:7] for line in said] == ["error: "], "progress apart, on a slow machine"
    assert words in errors
    assert sorted(tmp_path.rglob("*")) == before


def test_an_output_that_cannot_be_written_is_one_line_and_exit_code_one(
    envfactory: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    code, output, errors = envfactory("run", API, "--out", tmp_path / "file")
    assert (code, output) == (1, "")
    assert errors.startswith(f"error: {tmp_path / 'file'}: is a file")
    assert errors.count("\n") == 1


def test_a_fault_is_one_line_and_a_traceback_only_on_request(
    envfactory: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault\nin two lines")

    monkeypatch.setattr("envfactory.pipeline.run", broken)
    command = ("run", API, "--out", tmp_path / "run")
    code, output, errors = envfactory(*command)
    assert (code, output) == (1, "")
    assert errors == (
        "error: ZeroDivisionError: a fault in two lines; this is a fault in envfactory: "
        "add --debug to the command to see where\n"
    )
    with pytest.raises(ZeroDivisionError):
        main([*map(str, command), "--debug"])


# ------------------------------------------------------------------------------ processes
def test_an_interrupted_run_says_that_it_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    arguments = ["run", API, "--out", out, "--tasks", 50, "--workers", 2, "--quiet"]
    process = start(arguments, start_new_session=True)
    while process.poll() is None and not (out / ".state" / "5-tasks.jsonl").exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
    _, errors = process.communicate()
    assert process.returncode == 130, errors.decode()
    assert errors.decode() == "interrupted; the same command goes on where it stopped\n"


def test_a_closed_pipe_is_no_error() -> None:
    process = start(["run", "--help"])
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_what_an_encoding_lacks_is_spelled_out(work: Path) -> None:
    chain = json.loads((work / "chains.jsonl").read_text().splitlines()[0])
    chain["steps"][0]["tool"] = "g\u00fc\u4e2d"
    odd = work / "odd.jsonl"
    odd.write_text(json.dumps(chain))
    process = start(["show", odd], env={**os.environ, "PYTHONIOENCODING": "ascii"})
    output, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert b"g\\xfc\\u4e2d" in output


def test_nothing_but_json_goes_to_stdout_when_it_is_a_pipe(tmp_path: Path) -> None:
    process = start(["build", API, "--out", tmp_path / "environments", "--workers", 1, "--json"])
    output, _ = process.communicate()
    assert json.loads(output)["environments"]


# ------------------------------------------------------------------------------ foreign ones
def test_a_module_is_adapted_and_verified(envfactory: Command, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(CLEAN)
    (tmp_path / "base.json").write_text(json.dumps(SCENARIO))
    given = ("adapt", tmp_path / "shop.py", "--scenario", tmp_path / "base.json")
    code, output, _ = envfactory(*given, "--out", tmp_path / "out", "--json")
    assert (code, json.loads(output)["tools"]) == (0, 3)
    assert envfactory("verify", tmp_path / "out" / "shop", "--quiet")[0] == 0
    code, _, errors = envfactory("adapt", "--out", tmp_path / "out")
    assert (code, "needs one thing to adapt" in errors) == (2, True)
