"""Every error that envfactory raises on purpose, by the boundary that it belongs to.

An error message is one line that says where, what arrived, and what is allowed or how to fix it.
The command line turns `EnvFactoryError.exit_code` into its exit code and shows only the message.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class EnvFactoryError(Exception):
    """Base of every deliberate error; `exit_code` is what the command line ends with."""

    exit_code = 1

    def __reduce__(self) -> tuple[Callable[..., EnvFactoryError], tuple[Any, ...]]:
        """Travel between processes whole, whatever the arguments of the constructor are."""
        return _restored, (type(self), self.args, self.__dict__)


class InputError(EnvFactoryError):
    """An input from outside (a file, an option, a description) cannot be used.

    Attributes:
        where: The file, option or place inside a document (a JSON pointer where there is one).
        problem: What arrived.
        fix: What is allowed, or what to do about it; may be empty.
    """

    exit_code = 2

    def __init__(self, where: str, problem: str, fix: str = "") -> None:
        self.where, self.problem, self.fix = where, problem, fix
        super().__init__(one_line(f"{where}: {problem}" + (f"; {fix}" if fix else "")))


class OutputError(EnvFactoryError):
    """A result could not be written (permissions, a full disk, a path that is a file)."""

    def __init__(self, where: str, problem: str, fix: str = "") -> None:
        self.where, self.problem, self.fix = where, problem, fix
        super().__init__(one_line(f"{where}: {problem}" + (f"; {fix}" if fix else "")))


class DefinitionError(EnvFactoryError):
    """A record, table, tool or environment class is written in a way that cannot be supported."""


class EnvironmentFault(EnvFactoryError):
    """A tool body broke: the environment is at fault, not the agent that called it.

    The state is as it was before the call; the original exception is `__cause__`.
    """

    def __init__(self, tool: str, problem: str) -> None:
        self.tool, self.problem = tool, problem
        super().__init__(one_line(f"{tool}: {problem}"))


class InfrastructureError(EnvFactoryError):
    """What runs the work failed, not the work: a worker was killed or lost.

    Attributes:
        unit: Name of the unit of work that was running.
        problem: What happened.
    """

    def __init__(self, unit: str, problem: str) -> None:
        self.unit, self.problem = unit, problem
        super().__init__(one_line(f"{unit}: {problem}"))


def _restored(
    kind: type[EnvFactoryError], args: tuple[Any, ...], attributes: dict[str, Any]
) -> EnvFactoryError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


def one_line(text: str, limit: int = 600) -> str:
    """Fold `text` to a single printable line of at most `limit` characters."""
    folded = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"
