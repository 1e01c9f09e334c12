"""Syscalls: the short list of what a worker may still ask of the kernel (seccomp, by libseccomp).

Everything else fails with `EPERM`, in Python code and in native code alike: sockets, new processes
and threads, signals to others, tracing, mounts, keys, modules, io_uring, bpf.
"""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from typing import Final

_ALLOWED: Final = (
    # the channel, and files that Landlock lets through
    "read write readv writev pread64 pwrite64 recvfrom sendto recvmsg sendmsg shutdown close "
    "openat open stat lstat fstat newfstatat statx lseek access faccessat faccessat2 readlink "
    "readlinkat getcwd getdents64 fcntl dup dup2 dup3 poll ppoll select pselect6 ftruncate "
    "mkdir mkdirat unlink unlinkat rmdir rename renameat renameat2 umask fsync fdatasync "
    # memory
    "mmap munmap mprotect mremap madvise brk "
    # this thread
    "futex rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack exit exit_group set_robust_list "
    "rseq restart_syscall sched_yield sched_getaffinity arch_prctl membarrier "
    # clocks, random numbers, and who this is
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time getrandom getpid "
    "gettid getppid getuid geteuid getgid getegid uname sysinfo getrusage times"
)

_WIDE: Final = (
    "epoll_create1 epoll_ctl epoll_wait epoll_pwait pipe2 eventfd2 prlimit64 getitimer setitimer"
)
"""What the event loop of a tool that is awaited asks for besides, and what interrupts a call that
does not return; none of it leaves the process."""

_AF_UNIX: Final = 1

_TCGETS: Final = 0x5401
"""Asks whether a descriptor is a terminal, as Python does when it opens a file."""


def install(*, wide: bool = False) -> str:
    """Close the list for this process, for good; return why it could not be, or ''.

    Args:
        wide: Whether event loops may be made, and alarms be set.
    """
    if sys.platform != "linux":
        return "needs Linux"
    import pyseccomp

    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
    for name in f"{_ALLOWED} {_WIDE}".split() if wide else _ALLOWED.split():
        with suppress(OSError, ValueError):  # not every machine has every call
            rules.add_rule(pyseccomp.ALLOW, name)
    rules.add_rule(pyseccomp.ALLOW, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, _TCGETS))
    if wide:  # both ends are here: nobody else can be reached
        rules.add_rule(pyseccomp.ALLOW, "socketpair", pyseccomp.Arg(0, pyseccomp.EQ, _AF_UNIX))
    rules.load()
    return ""
