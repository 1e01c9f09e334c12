"""Confine: the layers that close around a worker before it sees any code from outside.

They are applied from inside, once, and cannot be taken off again. A layer that the system does not
offer is reported as inactive with the reason, never silently left out.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from envfactory.records import Stored
from envfactory.sandbox import audit, syscalls
from envfactory.sandbox.limits import Limits

_DESCRIPTORS = 32


class Layer(Stored):
    """One layer: what it is called, whether it holds, and why it does not."""

    name: str
    active: bool
    detail: str = ""


def confine(limits: Limits, scratch: Path) -> tuple[Layer, ...]:
    """Apply every layer to this process, for good, and return which of them hold.

    Args:
        limits: What the process may use.
        scratch: The only folder where it may write.
    """
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("resource limits", lambda: _limit_resources(limits)),
        ("network namespace", _leave_network),
        ("landlock", lambda: _landlock(scratch)),
        ("seccomp", syscalls.install),
        ("audit hook", lambda: audit.install(_readable(), scratch)),
    )
    return tuple(_applied(name, step) for name, step in steps)


def _applied(name: str, step: Callable[[], str]) -> Layer:
    try:
        missing = step()
    except (OSError, ImportError, RuntimeError, ValueError) as error:
        missing = f"{type(error).__name__}: {error}"
    return Layer(name=name, active=not missing, detail=missing)


def _limit_resources(limits: Limits) -> str:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    return ""


def _leave_network() -> str:
    """Move to a network without interfaces; seccomp refuses sockets in any case."""
    if sys.version_info < (3, 12):
        return "needs Python 3.12 or newer"
    if sys.platform != "linux":
        return "needs Linux"
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
    return ""


def _landlock(scratch: Path) -> str:
    if sys.platform != "linux":
        return "needs Linux"
    from py_landlock import AccessFs, Landlock, LandlockError

    full = AccessFs.WRITE_FILE | AccessFs.READ_FILE | AccessFs.READ_DIR | AccessFs.MAKE_REG
    full |= AccessFs.MAKE_DIR | AccessFs.REMOVE_FILE | AccessFs.REMOVE_DIR | AccessFs.TRUNCATE
    try:
        rules = Landlock(strict=False)
        rules.add_path_rule(*_readable(), access=AccessFs.READ_FILE | AccessFs.READ_DIR)
        rules.add_path_rule("/dev/null", "/dev/urandom", access=AccessFs.READ_FILE)
        rules.add_path_rule(scratch, access=full)
        rules.apply()
    except LandlockError as error:
        return str(error) or type(error).__name__
    return ""


def _readable() -> list[Path]:
    """Return the folders of Python, its libraries and this package."""
    paths = sysconfig.get_paths()
    own = Path(__file__).resolve().parents[1]
    found = [Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = [Path(folder) for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64")]
    folders = [*found, own, *libraries]
    return list(dict.fromkeys(folder for folder in folders if folder.exists()))
