"""Runs for tests: in a process of their own, killed at a certain write, compared byte for byte."""

import os
import signal
from multiprocessing import get_context
from pathlib import Path

from envfactory.pipeline import run

TASKS = 5
SEED = 11
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["envfactory.pipeline", "inflect"])


def complete(api: Path, out: Path) -> None:
    run([api], out, seed=SEED, tasks=TASKS)


def run_until(api: Path, out: Path, write: int) -> bool:
    """Run, in a process that is killed when it writes to disk for that time; whether it ended."""
    process = _CONTEXT.Process(target=_doomed, args=(api, out, write))
    process.start()
    process.join(100)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == 0


def _doomed(api: Path, out: Path, write: int) -> None:
    written = 0
    to_disk = os.fsync

    def fsync(file: int) -> None:
        nonlocal written
        written += 1
        if written == write:
            os.kill(os.getpid(), signal.SIGKILL)
        to_disk(file)

    os.fsync = fsync
    complete(api, out)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a run but its lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
