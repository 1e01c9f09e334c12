"""Confine: the layers that close around a worker before it sees any code from outside.

They are applied from inside, once, and cannot be taken off again. A layer that the system does not
offer is reported as inactive with the reason, never silently left out.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import sys
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

from envfactory.records import Stored
from envfactory.sandbox import audit, syscalls
from envfactory.sandbox.limits import Limits

_DESCRIPTORS, _MORE_DESCRIPTORS = 32, 256

_BORDER = frozenset({"landlock", "seccomp"})
"""The layers without which the others do not stop somebody who knows Python well."""


class Layer(Stored):
    """One layer: what it is called, whether it holds, and why it does not."""

    name: str
    active: bool
    detail: str = ""


def confine(
    limits: Limits, scratch: Path, *, readable: Sequence[Path] = (), wide: bool = False
) -> tuple[Layer, ...]:
    """Apply every layer to this process, for good, and return which of them hold.

    Args:
        limits: What the process may use.
        scratch: The only folder where it may write.
        readable: Further folders and files that it may read.
        wide: Whether the process may import, trace, and make code, as checking a package takes.
            What may be reached beyond the process is the same.
    """
    for name in ("py_landlock", "pyseccomp"):  # the second looks for its library with a program
        with contextlib.suppress(ImportError, RuntimeError):  # said again where they are used
            importlib.import_module(name)
    reading = [*_readable(), *readable]
    steps: tuple[tuple[str, Callable[[], str]], ...] = (
        ("resource limits", lambda: _limit_resources(limits, wide)),
        ("network namespace", _leave_network),
        ("landlock", lambda: _landlock(reading, scratch)),
        ("seccomp", lambda: syscalls.install(wide=wide)),
        ("audit hook", lambda: audit.install(reading, scratch, wide=wide)),
    )
    return tuple(_applied(name, step) for name, step in steps)


def open_borders(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers that do not hold though a border needs them."""
    return [layer for layer in layers if layer.name in _BORDER and not layer.active]


def _applied(name: str, step: Callable[[], str]) -> Layer:
    try:
        missing = step()
    except (OSError, ImportError, RuntimeError, ValueError) as error:
        missing = f"{type(error).__name__}: {error}"
    return Layer(name=name, active=not missing, detail=missing)


def _limit_resources(limits: Limits, wide: bool) -> str:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, _MORE_DESCRIPTORS if wide else _DESCRIPTORS),
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


def _landlock(readable: Sequence[Path], scratch: Path) -> str:
    if sys.platform != "linux":
        return "needs Linux"
    from py_landlock import AccessFs, Landlock, LandlockError

    full = AccessFs.WRITE_FILE | AccessFs.READ_FILE | AccessFs.READ_DIR | AccessFs.MAKE_REG
    full |= AccessFs.MAKE_DIR | AccessFs.REMOVE_FILE | AccessFs.REMOVE_DIR | AccessFs.TRUNCATE
    try:
        rules = Landlock(strict=False)
        for path in readable:
            access = AccessFs.READ_FILE | (AccessFs.READ_DIR if path.is_dir() else AccessFs(0))
            rules.add_path_rule(path, access=access)
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
    system = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")
    libraries = [Path(folder) for folder in system]
    folders = [*found, own, *libraries]
    return list(dict.fromkeys(folder for folder in folders if folder.exists()))
