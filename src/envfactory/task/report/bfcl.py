"""`read_bfcl`: the user turns of BFCL's multi-turn tasks, where the `bfcl-eval` package is there.

Its data files are read where they are installed and never copied; its code is not imported.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from envfactory.errors import InputError
from envfactory.records import Json
from envfactory.task.report.utterances import Utterance, Utterances, scalars

PACKAGE = "bfcl-eval"
INSTALL = "pip install --no-deps bfcl-eval==2026.3.23"
_DATA = "bfcl_eval/data"
_SETS = ("base", "miss_func", "miss_param", "long_context")


def read_bfcl(sets: Sequence[str] = ("base",)) -> Utterances | None:
    """Return what users say in BFCL's multi-turn tasks, or None where they are not installed.

    Args:
        sets: Which of base, miss_func, miss_param and long_context; they share most of their
            requests, so that one of them is enough to measure how BFCL reads.

    Raises:
        InputError: If the installed files are not as the package has them.
    """
    try:
        root = Path(str(distribution(PACKAGE).locate_file(_DATA)))
    except PackageNotFoundError:
        return None
    found = [message for name in sets for message in _read(root, f"BFCL_v4_multi_turn_{name}.json")]
    return Utterances("BFCL multi-turn", tuple(found))


def read_whole_bfcl() -> Utterances | None:
    """Return what users say in every multi-turn set of BFCL; see `read_bfcl`."""
    return read_bfcl(_SETS)


def _read(root: Path, file: str) -> Iterator[Utterance]:
    try:
        tasks = _lines(root / file)
        answers = {
            line["id"]: line["ground_truth"] for line in _lines(root / "possible_answer" / file)
        }
        for task in tasks:
            calls = answers.get(task["id"], [])
            for number, turn in enumerate(task["question"]):
                gold = calls[number] if number < len(calls) else []
                values = tuple(value for call in gold for value in argument_values(call))
                for message in turn:
                    if message["role"] == "user":
                        yield Utterance(message["content"], values, task["id"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(root / file), f"cannot be read ({error!r})", INSTALL) from error


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def argument_values(call: str) -> list[Json]:
    """Return the single values in a call written in Python.

    Raises:
        ValueError: If it is no call with literal arguments.
    """
    try:
        node = ast.parse(call, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"not a call: {call[:80]!r}") from error
    if not isinstance(node, ast.Call):
        raise ValueError(f"not a call: {call[:80]!r}")
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return [value for argument in given for value in scalars(ast.literal_eval(argument))]
