"""Host: the caller's side of one worker process.

Whatever happens to a worker becomes one of two typed errors: `EnvironmentFault` where the code in
it broke a limit or itself, `InfrastructureError` where no worker could be had at all.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from envfactory.errors import EnvironmentFault, InfrastructureError, InputError
from envfactory.records import Json
from envfactory.sandbox import wire
from envfactory.sandbox.confine import Layer
from envfactory.sandbox.limits import Limits

WORKER = "envfactory.sandbox.worker"

_VARIABLES = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",  # libraries that would start threads go without
    "OPENBLAS_NUM_THREADS": "1",
}


class Host:
    """One worker process, from its start to its end.

    Args:
        limits: What the worker may use.
        program: The module that is the worker.
        readable: What it may read beside Python and its libraries.

    Attributes:
        layers: The layers around the worker, active or not.
        scratch: The folder in which it may write; gone when the worker is closed.
    """

    def __init__(
        self, limits: Limits, *, program: str = WORKER, readable: Sequence[Path] = ()
    ) -> None:
        self._limits = limits
        self._number = 0
        self.scratch = Path(tempfile.mkdtemp(prefix="envfactory-sandbox-")).resolve()
        ours, theirs = socket.socketpair()
        self._channel = wire.Channel(ours)
        command = [sys.executable, "-I", "-B", "-m", program]
        names = json.dumps([str(path.resolve()) for path in readable])
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    *command,
                    str(theirs.fileno()),
                    str(self.scratch),
                    limits.model_dump_json(),
                    names,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**_VARIABLES, "TMPDIR": str(self.scratch)},
                cwd=self.scratch,
                start_new_session=True,
            )
        self._alive = True
        self.layers: tuple[Layer, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether requests can be made."""
        return self._alive

    def ready(self) -> None:
        """Wait until the worker has closed its layers.

        Raises:
            InfrastructureError: If it does not start.
        """
        if self.layers:
            return
        try:
            answer = self._channel.receive(1 << 16, self._limits.load_seconds)
            match answer:
                case [0, "ok", list(layers)]:
                    self.layers = tuple(Layer.model_validate(layer) for layer in layers)
                case _:
                    raise wire.Broken("it says something else than which layers hold")
        except (wire.Broken, wire.TooLate, ValueError) as error:
            self.close()
            raise InfrastructureError("sandbox", f"a worker does not start: {error}") from error

    def request(
        self, seconds: float, operation: str, dropped: Sequence[int], *arguments: Json
    ) -> Json:
        """Ask the worker and return its answer.

        Raises:
            EnvironmentFault: If the code broke, took too long, died, or answered with nonsense.
            InputError: If the code or a scenario is refused.
        """
        self._number += 1
        try:
            frame = wire.encode([self._number, operation, list(dropped), *arguments])
        except TypeError as error:
            raise InputError(operation, f"is not JSON: {error}") from error
        subject = str(arguments[2]) if operation == "call" else operation
        try:
            self._channel.send(frame, seconds)
            answer = self._channel.receive(self._limits.output_bytes, seconds)
        except wire.TooLate as error:
            self.close()
            raise EnvironmentFault(subject, f"took longer than {seconds:g} s; stopped") from error
        except wire.TooLarge as error:
            self.close()
            raise EnvironmentFault(subject, f"answers with {error}; stopped") from error
        except wire.Broken as error:
            raise EnvironmentFault(subject, self._death(error)) from error
        if not self._channel.is_drained:
            answer = None
        return self._opened(subject, answer)

    def _opened(self, subject: str, answer: Json) -> Json:
        match answer:
            case [number, "ok", value] if number == self._number:
                return value
            case [number, "fault", str(tool), str(problem)] if number == self._number:
                raise EnvironmentFault(tool, problem)
            case [number, "input", str(where), str(problem), str(fix)] if number == self._number:
                raise InputError(where, problem, fix)
        self.close()
        raise EnvironmentFault(subject, "the worker sent what answers no request; stopped")

    def _death(self, error: Exception) -> str:
        self.close()
        code = self._process.returncode
        if code is not None and code < 0 and code != -signal.SIGKILL:
            name = signal.Signals(-code).name
            return f"the worker died of {name} (a limit, or a crash of native code)"
        return f"the worker ended: {error}"

    def close(self) -> None:
        """Stop the worker and remove its scratch folder."""
        if not self._alive:
            return
        self._alive = False
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.05)  # a crash says more than our kill
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)
