"""Running recorded calls again, here and in a process of its own.

    python -P replay.py < request.json > answer.json
    python -P replay.py host
    python -P replay.py confined SCRATCH LIMITS READABLE < request.json > answer.json

The process starts with another hash seed, time zone and locale. It imports the kernel and the
package, nothing else, so most of what it costs is starting Python. Run as a file, because
`python -m` would import the whole room first. A host answers many requests, see `warm`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol

from envfactory.environment.environment import Environment
from envfactory.environment.package import Package
from envfactory.environment.world import Session
from envfactory.errors import EnvFactoryError, EnvironmentFault
from envfactory.limits import Overdue, Patience, Readiness
from envfactory.records import canonical_json

HOST = "host"
"""The argument that makes this file a host."""

CONFINED = "confined"
"""The argument that has this file close the borders of the sandbox before it reads a request."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC

CALL_SECONDS = 10.0
"""How long one call may take, by the clock, until it is interrupted: a thousand times what calls
take, so that it does not depend on the machine which calls return."""

TIMEOUT_SECONDS = 120.0
"""How long a process may take; it needs about half a second."""

SETTINGS: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"},
)
"""One process each. The zones are off by fractions of hours, on both sides of UTC."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: `kind` is value, an error's code, or fault; `text` is all of it.

    `endless` says of a fault that the call did not return, and was interrupted.
    """

    kind: str
    text: str
    endless: bool = False

    @property
    def ok(self) -> bool:
        """Whether the call succeeded."""
        return self.kind == "value"

    @property
    def faulted(self) -> bool:
        """Whether the environment broke."""
        return self.kind == "fault"

    @property
    def value(self) -> Any:
        """The value of a success, the message of anything else; a new object each time."""
        return json.loads(self.text)


def perform(session: Session, tool: str, arguments: Any, seconds: float | None = None) -> Outcome:
    """Call a tool and keep what came of it, faults included.

    Args:
        session: Where to call it.
        tool: Its name.
        arguments: What it is given, of any form.
        seconds: How long it may take until it is interrupted; `CALL_SECONDS` by default.
    """
    allowed = CALL_SECONDS if seconds is None else seconds
    try:
        with Patience(allowed):
            result = session.call(tool, arguments)
    except EnvironmentFault as fault:
        return Outcome("fault", canonical_json(fault.problem).decode())
    except Overdue:
        problem = f"does not return: interrupted after {allowed:g} s"
        return Outcome("fault", canonical_json(problem).decode(), endless=True)
    if result.error is None:
        return Outcome("value", canonical_json(result.value).decode())
    return Outcome(result.error.code, canonical_json(result.error.message).decode())


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario and calls to make on it, with arguments that are plain JSON."""

    scenario: str
    calls: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call of a recording came to, and the hash of the state after it."""

    kind: str
    text: str
    state_hash: str


class ReplayError(EnvFactoryError):
    """The process that replays did not answer; says how it ended."""


class Replaying(Protocol):
    """A replay that works while its maker does other things."""

    setting: dict[str, str]

    def answers(self) -> list[list[Answer]]:
        """Wait for the answers, one list per recording.

        Raises:
            ReplayError: If there are none.
        """
        ...

    def close(self) -> None:
        """End what still runs, and remove its files. May be called twice."""
        ...


class Replays(Protocol):
    """Starts replays, one per setting in `SETTINGS`."""

    def start(self, package: Path, recordings: Sequence[Recording]) -> list[Replaying]:
        """Return replays of recordings, already at work."""
        ...


class FreshReplays:
    """Starts a process for each replay."""

    def start(self, package: Path, recordings: Sequence[Recording]) -> list[Replaying]:
        """Return replays of recordings, one per setting."""
        return [Replay(package, recordings, setting) for setting in SETTINGS]


class Replay:
    """A process that replays recordings; it works while its maker does other things."""

    def __init__(
        self, package: Path, recordings: Sequence[Recording], setting: Mapping[str, str]
    ) -> None:
        """Start the process."""
        self.setting = dict(setting)
        self._files = contextlib.ExitStack()
        self._input = self._file()
        self._input.write(request(package, recordings))
        self._input.seek(0)
        self._output = self._file()
        self._errors = self._file()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", __file__],
            stdin=self._input,
            stdout=self._output,
            stderr=self._errors,
            env={**os.environ, **self.setting},
        )

    def answers(self) -> list[list[Answer]]:
        """Wait for the process and return its answers, one list per recording.

        Raises:
            ReplayError: If it does not end in time, or ends badly.
        """
        try:
            code = self._process.wait(TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self.close()
            raise ReplayError(f"no answer within {TIMEOUT_SECONDS:.0f} s") from None
        if code != 0:
            self._errors.seek(0)
            lines = self._errors.read().decode(errors="replace").strip().splitlines()
            raise ReplayError(f"ended with {code}: {lines[-1] if lines else 'no message'}")
        self._output.seek(0)
        return read_answers(self._output.read())

    def close(self) -> None:
        """End the process if it still runs, and remove its files. May be called twice."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._files.close()

    def _file(self) -> IO[bytes]:
        """Return a file that is gone once it is closed; pipes could fill up and block."""
        return self._files.enter_context(tempfile.TemporaryFile())


def request(package: Path, recordings: Sequence[Recording]) -> bytes:
    """Return what is said to a process that replays."""
    calls = [[r.scenario, [list(call) for call in r.calls]] for r in recordings]
    return json.dumps({"package": str(package.resolve()), "recordings": calls}).encode()


def read_answers(data: bytes) -> list[list[Answer]]:
    """Return what such a process said."""
    return [[Answer(*step) for step in steps] for steps in json.loads(data)]


def replay(package: Package, recordings: Iterable[Recording]) -> list[list[Answer]]:
    """Replay recordings in this process."""
    starts: dict[str, Session] = {}
    answers = []
    for recording in recordings:
        if recording.scenario not in starts:
            starts[recording.scenario] = package.start(recording.scenario)
        answers.append(_replay_one(starts[recording.scenario].fork(), recording))
    return answers


def _replay_one(session: Session, recording: Recording) -> list[Answer]:
    answers = []
    for tool, arguments in recording.calls:
        outcome = perform(session, tool, arguments)
        answers.append(Answer(outcome.kind, outcome.text, session.state_hash))
    return answers


def readiness(package: Package) -> AbstractContextManager[None]:
    """Be ready to interrupt a package's calls; what others wrote may take alarms for itself."""
    kind = package.environment
    return (
        Readiness() if isinstance(kind, type) and issubclass(kind, Environment) else nullcontext()
    )


def main() -> None:
    """Answer the request on standard input."""
    asked = json.load(sys.stdin)
    recordings = [
        Recording(scenario, tuple((tool, arguments) for tool, arguments in calls))
        for scenario, calls in asked["recordings"]
    ]
    package = Package.load(Path(asked["package"]))
    with readiness(package):
        answers = replay(package, recordings)
    plain = [[[a.kind, a.text, a.state_hash] for a in steps] for steps in answers]
    sys.stdout.write(json.dumps(plain))


def confined(scratch: str, limits: str, readable: str) -> None:
    """Answer the request on standard input behind the borders of the sandbox."""
    from envfactory.sandbox.confine import confine
    from envfactory.sandbox.limits import Limits

    paths = [Path(name) for name in json.loads(readable)]
    confine(Limits.model_validate_json(limits), Path(scratch), readable=paths, wide=True)
    main()
    sys.stdout.flush()
    os._exit(0)


def host() -> None:
    """Answer the request in each folder that is named on standard input, in a fork of its own."""
    working = 0

    def end(*_: object) -> None:
        if working:
            os.kill(working, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    gc.freeze()  # else each fork copies what it only looks at for garbage
    for line in sys.stdin.buffer:
        working = os.fork()
        if working == 0:
            _answer_in(line.rstrip(b"\n"))
        _, status = os.waitpid(working, 0)
        working = 0
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _answer_in(folder: bytes) -> NoReturn:
    """Be the process that answers the request in a folder; stdin, stdout and stderr are files."""
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        kinds = ((b"input", os.O_RDONLY), (b"output", _NEW), (b"errors", _NEW))
        for number, (name, mode) in enumerate(kinds):
            file = os.open(os.path.join(folder, name), mode, 0o600)  # noqa: PTH118 - bytes
            os.dup2(file, number)
            os.close(file)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        main()
        sys.stdout.flush()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    if sys.argv[1:] == [HOST]:
        host()
    elif sys.argv[1:2] == [CONFINED]:
        confined(*sys.argv[2:5])
    else:
        main()
