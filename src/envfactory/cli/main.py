"""`main`: runs a command, and turns whatever escapes it into one line and an exit code.

0: done. 1: something failed. 2: an input or option cannot be used. 130: interrupted.

The commands are imported when `main` is called: each worker process imports the program's script,
and with it this module, but runs no command.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from envfactory.errors import EnvFactoryError, one_line

_INTERRUPTED = 130
_DEBUG = "--debug"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Args:
        arguments: Without the program's name; those of the process by default.
    """
    import typer

    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = _DEBUG in given
    _spell_out()
    try:
        code = _run([argument for argument in given if argument != _DEBUG] or ["--help"])
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read our output has gone; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except typer.TyperException as error:
        _say(f"error: {one_line(error.format_message())}")
        code = error.exit_code
    except EnvFactoryError as error:
        if debug:
            raise
        _say(f"error: {error}")
        code = error.exit_code
    except OSError as error:
        if debug:
            raise
        _say(f"error: {error.filename or 'output'}: {error.strerror or error}")
        code = 1
    except Exception as error:
        if debug:
            raise
        _say(
            f"error: {one_line(f'{type(error).__name__}: {error}', 300)}; this is a fault in "
            f"envfactory: add {_DEBUG} to the command to see where"
        )
        code = 1
    if code == _INTERRUPTED:
        _say("interrupted; the same command goes on where it stopped")
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    import typer

    from envfactory.cli.app import app

    try:
        code = app(args=arguments, prog_name="envfactory", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    return code if isinstance(code, int) else 0


def _spell_out() -> None:
    """Let output get the code of a character that its encoding lacks, and not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _say(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
