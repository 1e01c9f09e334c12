"""Audit: Python's own events, refused with a message that names what was tried (PEP 578).

The hook is no border, since native code passes it; it turns most attempts into an exception at the
place where they are made, which the kernel reports as a fault of the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_REFUSED: Final = (
    "socket. subprocess. ctypes. os.exec os.fork os.posix_spawn os.spawn os.system os.kill "
    "os.putenv os.unsetenv os.chmod os.chown os.link os.symlink os.chflags os.lockf "
    "os.setxattr pty. fcntl. resource. signal. shutil. mmap. marshal.load pickle.find_class "
    "code.__new__ function.__new__ sys._current_frames sys.addaudithook sys.setprofile "
    "sys.settrace gc.get_ cpython.run_ builtins.input builtins.breakpoint syslog. sqlite3. "
    "urllib. http.client. ftplib. smtplib. webbrowser."
)
"""Starts of the names of events that no environment has a use for."""

_REFUSED_WIDE: Final = (
    "socket.bind socket.connect socket.getaddrinfo socket.gethost socket.sendto socket.sendmsg "
    "subprocess. os.exec os.fork os.posix_spawn os.spawn os.system os.kill os.chmod os.chown "
    "os.link os.symlink os.setxattr pty. sys.addaudithook syslog. webbrowser."
)
"""The same where packages are checked, which takes imports, tracing and code that is made."""

_MODULES: Final = (
    "_ctypes _posixsubprocess _socket ctypes fcntl mmap multiprocessing py_landlock pyseccomp "
    "resource signal socket subprocess _sqlite3 sqlite3 cffi _cffi_backend"
)
"""Modules that nothing may import any more, nor find among those that are imported."""

_DEVICES: Final = ("/dev/null", "/dev/urandom")
_READS: Final = frozenset({"os.listdir", "os.scandir", "os.chdir", "os.walk"})
_CHANGES: Final = frozenset(
    {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime"}
)
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Refused(PermissionError):
    """The sandbox refused what the code tried."""


def install(readable: Sequence[Path], scratch: Path, *, wide: bool = False) -> str:
    """Refuse such events from here on, for good; return '', as every Python has the hook.

    Args:
        readable: Folders and files that may be read.
        scratch: The folder that may be written, too.
        wide: Whether modules may be imported, and code made and traced.
    """
    reading = tuple(f"{path}{os.sep}" for path in (*readable, *_DEVICES))
    writing = f"{scratch}{os.sep}"
    refused = tuple((_REFUSED_WIDE if wide else _REFUSED).split())
    modules = frozenset() if wide else frozenset(_MODULES.split())

    def inside(path: object, folders: tuple[str, ...]) -> bool:
        if isinstance(path, int):
            return True
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        text = os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(path)))  # noqa: PTH109, PTH118
        return f"{text}{os.sep}".startswith(folders)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(refused):
            raise Refused(f"the sandbox refuses {event}")
        if event == "import" and str(arguments[0]).partition(".")[0] in modules:
            raise Refused(f"the sandbox refuses to import {arguments[0]}")
        if event == "open":
            path, _, flags = (*arguments, None, None, None)[:3]
            writes = isinstance(flags, int) and bool(flags & _WRITES)
            if not inside(path, (writing,) if writes else (*reading, writing)):
                raise Refused(f"the sandbox refuses to open {path!r:.120}")
        elif event in _READS or event in _CHANGES:
            folders = (writing,) if event in _CHANGES else (*reading, writing)
            if not inside(arguments[0], folders):
                raise Refused(f"the sandbox refuses {event} of {arguments[0]!r:.120}")

    for name in [name for name in sys.modules if name.partition(".")[0] in modules]:
        del sys.modules[name]
    sys.addaudithook(hook)
    return ""
