"""Cell: the process in which packages are verified whose code nobody has read.

    python -m envfactory.verify.cell FD SCRATCH LIMITS READABLE

It is a worker of the sandbox that runs the checks beside the code: a call across a border would
cost what makes thousands of calls affordable. The processes that replay are started before the
borders close, wait for the one package, and have the same borders.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from envfactory.environment.foreign.adapt import adapt_module
from envfactory.records import Json
from envfactory.sandbox import wire
from envfactory.sandbox.confine import confine
from envfactory.sandbox.limits import Limits
from envfactory.sandbox.worker import answered, serve
from envfactory.verify import replay
from envfactory.verify.certify import verify
from envfactory.verify.checks import CHECKS, THOROUGH
from envfactory.verify.confirm import confirm
from envfactory.verify.model import Certificate, Hunt
from envfactory.verify.observe import observe
from envfactory.verify.replay import SETTINGS, Answer, Recording, ReplayError, Replaying
from envfactory.verify.retrace import retrace
from envfactory.verify.subject import Subject

FAILURES = "failures"
"""The folder in the scratch folder that holds Hypothesis's database of failures."""


class Cell:
    """Answers requests about packages; see `confined` for what they are."""

    def __init__(self, replays: ReadyReplays, scratch: Path) -> None:
        """Take what was started while that was possible."""
        self._replays, self._scratch = replays, scratch
        self._operations: dict[str, Callable[..., Json]] = {
            "verify": self.verify,
            "confirm": self.confirm,
            "retrace": self.retrace,
            "adapt": self.adapt,
            "hunt": self.hunt,
        }

    def answer(self, request: Any) -> Json:
        """Return the answer to `[id, operation, dropped handles, arguments...]`."""
        return answered(self._operations, request)

    def verify(
        self, path: str, seed: int, effort: int, checks: list[str] | None, hunt: str | None
    ) -> Json:
        """Return a certificate as JSON; see `certify.verify`."""
        chosen = [c for c in THOROUGH if c.id in checks] if checks is not None else CHECKS
        certificate = verify(
            Path(path),
            seed=seed,
            effort=effort,
            checks=chosen,
            replays=self._replays,
            hunt=Hunt.model_validate_json(hunt) if hunt is not None else None,
        )
        return certificate.to_bytes().decode()

    def hunt(self, path: str, examples: int, seed: int, failures: str | None) -> Json:
        """Return what a hunt came to as JSON; see `hunting.hunt`.

        What failed before is read from a folder, and what fails now is left in one of that name
        in the scratch folder.
        """
        from envfactory.verify.hunting import hunt

        folder = self._scratch / FAILURES
        for file in sorted(Path(failures).rglob("*")) if failures is not None else ():
            if file.is_file():  # contents only: the borders keep permissions from being set
                copy = folder / file.relative_to(str(failures))
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(file.read_bytes())
        with Subject(Path(path)) as subject:
            found = hunt(subject.ground, examples=examples, random_seed=seed, failures=folder)
        return found.model_dump_json()

    def confirm(self, path: str, seed: int, everything: bool) -> Json:
        """Return verdict, reasons, checks and sequences; see `confirm.confirm`."""
        found = confirm(Path(path), seed=seed, everything=everything, replays=self._replays)
        reasons: list[Json] = [*found.reasons]
        return [found.verdict, reasons, [*found.checks], found.sequences]

    def retrace(self, path: str, certificate: str, name: str) -> Json:
        """Return the steps and the lines of a finding; see `retrace.retrace`."""
        found = retrace(Path(path), Certificate.model_validate_json(certificate), name)
        steps: list[Json] = [
            [
                step.call.model_dump(mode="json"),
                step.outcome.kind,
                step.outcome.text,
                [[c.kind, c.table, c.key, c.field, c.before, c.after] for c in step.changes],
                step.state_hash,
            ]
            for step in found.steps
        ]
        return [steps, [list(line) for line in found.code]]

    def adapt(self, module: str, name: str | None, scenarios: list[str], seed: int) -> Json:
        """Write the package of a module into the scratch folder, and return where it lies."""
        path = adapt_module(
            Path(module), self._scratch, name=name, scenarios=[Path(s) for s in scenarios]
        )
        observe(path, seed=seed)
        return path.name


class ReadyReplays:
    """Processes that replay one package, started before it is known which."""

    def __init__(self, scratch: Path, limits: str, readable: str) -> None:
        """Start them; they close their own borders before they hear of any package."""
        self._ready = [_Waiting(setting, scratch, limits, readable) for setting in SETTINGS]

    def start(self, package: Path, recordings: Sequence[Recording]) -> list[Replaying]:
        """Return replays of recordings, one per setting; the second time, they cannot answer."""
        found, self._ready = self._ready, []
        request = replay.request(package, recordings)
        for waiting in found:
            waiting.send(request)
        return [*found] or [_Gone(setting) for setting in SETTINGS]


class _Waiting:
    """A process that waits for one request on its standard input."""

    def __init__(
        self, setting: Mapping[str, str], scratch: Path, limits: str, readable: str
    ) -> None:
        self.setting = dict(setting)
        process = subprocess.Popen(  # noqa: S603
            [
                sys.executable,
                "-P",
                replay.__file__,
                replay.CONFINED,
                str(scratch),
                limits,
                readable,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **setting},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._asked, self._said = process, process.stdin, process.stdout

    def send(self, request: bytes) -> None:
        """Say what is to be replayed."""
        with contextlib.suppress(BrokenPipeError):  # it died, which waiting for the answer will say
            self._asked.write(request)
            self._asked.close()

    def answers(self) -> list[list[Answer]]:
        """Wait for the answers; see `Replaying`.

        Raises:
            ReplayError: If there are none in time.
        """
        deadline = time.monotonic() + replay.TIMEOUT_SECONDS
        said = bytearray()
        while True:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._said], [], [], max(left, 0.0))
            if not ready:
                raise ReplayError(f"no answer within {replay.TIMEOUT_SECONDS:.0f} s")
            part = os.read(self._said.fileno(), 1 << 16)
            if not part:
                break
            said += part
        try:
            return replay.read_answers(bytes(said))
        except ValueError:
            raise ReplayError("the process that replays has ended in the sandbox") from None

    def close(self) -> None:
        """Let it go; it ends with the cell at the latest, which may not end processes itself."""
        self._said.close()


class _Gone:
    """A replay for which there is no process any more."""

    def __init__(self, setting: Mapping[str, str]) -> None:
        self.setting = dict(setting)

    def answers(self) -> list[list[Answer]]:
        """Say that there are none."""
        raise ReplayError("a cell replays one package, once")

    def close(self) -> None:
        """Nothing runs."""


def main() -> None:
    """Start as the process that `python -m` makes."""
    descriptor, scratch, text, names = int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:5]
    limits = Limits.model_validate_json(text)
    channel = wire.Channel(socket.socket(fileno=descriptor))
    replays = ReadyReplays(scratch, text, names)
    readable = [Path(name) for name in json.loads(names)]
    layers = confine(limits, scratch, readable=readable, wide=True)
    channel.send(wire.encode([0, "ok", [layer.model_dump(mode="json") for layer in layers]]))
    with contextlib.suppress(wire.Broken):
        serve(channel, limits.output_bytes, Cell(replays, scratch))
    os._exit(0)


if __name__ == "__main__":
    main()
