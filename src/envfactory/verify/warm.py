"""`WarmReplays`: replaying many packages without starting Python anew for each.

A host is a process under another hash seed, time zone and locale that has imported the kernel and
nothing else. It forks once per package, so each package is still replayed in a process of its own
that no other package has touched; what is saved is the start, most of what a replay costs.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from envfactory.verify import replay
from envfactory.verify.replay import SETTINGS, Answer, Recording, Replay, ReplayError, Replaying

_INPUT, _OUTPUT, _ERRORS = "input", "output", "errors"


class WarmReplays:
    """Starts replays on hosts that stay; they end when this object is gone."""

    def __init__(self, settings: Sequence[Mapping[str, str]] = SETTINGS) -> None:
        """Note the settings; a host starts when it is first needed."""
        self._settings = settings
        self._hosts: dict[int, _Host] = {}

    def start(self, package: Path, recordings: Sequence[Recording]) -> list[Replaying]:
        """Return replays of recordings, one per setting."""
        if not hasattr(os, "fork"):
            return [Replay(package, recordings, setting) for setting in self._settings]
        return [
            _WarmReplay(self._host(number), package, recordings)
            for number in range(len(self._settings))
        ]

    def _host(self, number: int) -> _Host:
        host = self._hosts.get(number)
        if host is None or not host.usable:
            host = _Host(self._settings[number])
            self._hosts[number] = host
        return host


class _Host:
    """A process that forks once per request; takes one request at a time."""

    def __init__(self, setting: Mapping[str, str]) -> None:
        self.setting = dict(setting)
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", replay.__file__, replay.HOST],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.setting},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._said = b""
        self._end = weakref.finalize(self, _end, self._process)
        self._busy = False

    @property
    def usable(self) -> bool:
        """Whether another request can be made."""
        return not self._busy and self._end.alive and self._process.poll() is None

    def request(self, folder: Path) -> None:
        """Ask for the request in a folder to be answered there."""
        self._busy = True
        with suppress(BrokenPipeError):  # it died, which waiting for the answer will say
            self._requests.write(os.fsencode(folder) + b"\n")
            self._requests.flush()

    def done(self, seconds: float) -> int:
        """Wait for the answer, and return the exit code of the fork that worked on it.

        Raises:
            ReplayError: If it does not end in time, or the host has died.
        """
        deadline = time.monotonic() + seconds
        while b"\n" not in self._said:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._answers], [], [], max(left, 0.0))
            if not ready:
                self.end()
                raise ReplayError(f"no answer within {seconds:.0f} s")
            said = os.read(self._answers.fileno(), 4096)
            if not said:
                self.end()
                raise ReplayError("the process that hosts replays has ended")
            self._said += said
        code, _, self._said = self._said.partition(b"\n")
        self._busy = False
        return int(code)

    def end(self) -> None:
        """End the process and the fork that works."""
        self._end()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a host; it ends its fork when it is told to end."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.send_signal(signal.SIGTERM)
    process.wait()


class _WarmReplay:
    """One package replayed by a fork of a host."""

    def __init__(self, host: _Host, package: Path, recordings: Sequence[Recording]) -> None:
        self.setting = host.setting
        self._host = host
        self._folder = tempfile.TemporaryDirectory(prefix="replay-")
        self._done = False
        path = Path(self._folder.name)
        (path / _INPUT).write_bytes(replay.request(package, recordings))
        host.request(path)

    def answers(self) -> list[list[Answer]]:
        """Wait for the answers, one list per recording; see `Replay.answers`.

        Raises:
            ReplayError: If there are none in time, or the fork ends badly.
        """
        self._done = True
        code = self._host.done(replay.TIMEOUT_SECONDS)
        folder = Path(self._folder.name)
        if code != 0:
            lines = (folder / _ERRORS).read_text(errors="replace").strip().splitlines()
            raise ReplayError(f"ended with {code}: {lines[-1] if lines else 'no message'}")
        return replay.read_answers((folder / _OUTPUT).read_bytes())

    def close(self) -> None:
        """Give up what still runs, and remove the files. May be called twice."""
        if not self._done:
            self._done = True
            self._host.end()
        self._folder.cleanup()
