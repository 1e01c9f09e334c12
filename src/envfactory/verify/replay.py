"""Running recorded calls again, here and in a process of its own.

    python -P replay.py < request.json > answer.json

The process starts with another hash seed, time zone and locale. It imports the kernel and the
package, nothing else, so most of what it costs is starting Python. Run as a file, because
`python -m` would import the whole room first.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from envfactory.environment.package import Package
from envfactory.environment.world import Session
from envfactory.errors import EnvFactoryError, EnvironmentFault
from envfactory.records import canonical_json

TIMEOUT_SECONDS = 120.0
"""How long a process may take; it needs about half a second."""

SETTINGS: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"},
)
"""One process each. The zones are off by fractions of hours, on both sides of UTC."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: `kind` is value, an error's code, or fault; `text` is all of it."""

    kind: str
    text: str

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


def perform(session: Session, tool: str, arguments: Any) -> Outcome:
    """Call a tool and keep what came of it, faults included."""
    try:
        result = session.call(tool, arguments)
    except EnvironmentFault as fault:
        return Outcome("fault", canonical_json(fault.problem).decode())
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


class Replay:
    """A process that replays recordings; it works while its maker does other things."""

    def __init__(
        self, package: Path, recordings: Sequence[Recording], setting: Mapping[str, str]
    ) -> None:
        """Start the process."""
        self.setting = dict(setting)
        request = {
            "package": str(package.resolve()),
            "recordings": [[r.scenario, [list(call) for call in r.calls]] for r in recordings],
        }
        self._files = contextlib.ExitStack()
        self._input = self._file()
        self._input.write(json.dumps(request).encode())
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
        return [[Answer(*step) for step in steps] for steps in json.load(self._output)]

    def close(self) -> None:
        """End the process if it still runs, and remove its files. May be called twice."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._files.close()

    def _file(self) -> IO[bytes]:
        """Return a file that is gone once it is closed; pipes could fill up and block."""
        return self._files.enter_context(tempfile.TemporaryFile())


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


def main() -> None:
    """Answer the request on standard input."""
    request = json.load(sys.stdin)
    recordings = [
        Recording(scenario, tuple((tool, arguments) for tool, arguments in calls))
        for scenario, calls in request["recordings"]
    ]
    answers = replay(Package.load(Path(request["package"])), recordings)
    plain = [[[a.kind, a.text, a.state_hash] for a in steps] for steps in answers]
    sys.stdout.write(json.dumps(plain))


if __name__ == "__main__":
    main()
