"""Environments, tasks, trajectories and chains as text that people like to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json
from rich.console import RenderableType

from envfactory.chain import Chain, FromStep, FromUser
from envfactory.cli.run import summary_parts
from envfactory.cli.screen import table
from envfactory.environment.package import MANIFEST
from envfactory.errors import InputError, one_line
from envfactory.graph.path import ANY, segments, unescape
from envfactory.records import Json, Stored, canonical_json
from envfactory.task.model import GoldCall, StateChange, Task
from envfactory.trajectory import Trajectory

if TYPE_CHECKING:
    from envfactory.catalog import Page

_KINDS: Final[dict[str, type[Stored]]] = {"turns": Task, "messages": Trajectory, "sampler": Chain}
_VALUE_SHOWN = 160


def read(path: Path, number: int) -> tuple[Any, list[RenderableType]]:
    """Return what lies at a path, as JSON and as parts to print.

    Args:
        path: A package, the folder of a run, or a file of tasks, trajectories or chains.
        number: Which line of a file, from 1.

    Raises:
        InputError: If it is none of these, or has no such line.
    """
    if path.is_dir() and (path / MANIFEST).exists():
        from envfactory.catalog import page_of

        page = page_of(path)
        return page.model_dump(mode="json"), page_parts(page)
    if path.is_dir():
        from envfactory.pipeline import RunFolder

        _refuse_packages(path)

        summary = RunFolder(path).summary()
        return summary.model_dump(mode="json"), summary_parts(summary)
    record = _line(path, number)
    if isinstance(record, Task):
        parts = task_parts(record)
    elif isinstance(record, Trajectory):
        parts = trajectory_parts(record)
    else:
        assert isinstance(record, Chain)
        parts = chain_parts(record)
    return record.model_dump(mode="json"), parts


def _refuse_packages(folder: Path) -> None:
    """Raise an error that names a package of a folder, where it holds packages and no run."""
    from envfactory.pipeline import RunFolder

    inside = sorted(each.parent for each in folder.glob(f"*/{MANIFEST}"))
    if inside and not (folder / RunFolder.settings_file).exists():
        raise InputError(
            str(folder),
            "is a folder of packages",
            f"name one of them, such as {inside[0]}, or list them with envfactory catalog list",
        )


def _line(path: Path, number: int) -> Stored:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(
            str(path),
            error.strerror or str(error),
            "name a package, the folder of a run, or a file that a stage wrote",
        ) from error
    if number > len(lines):
        raise InputError(str(path), f"has {len(lines)} lines, not {number}", "choose another")
    try:
        content = from_json(lines[number - 1])
        kind = next(kind for key, kind in _KINDS.items() if key in content)
        return kind.model_validate(content)
    except (ValueError, TypeError, StopIteration) as error:
        raise InputError(
            f"{path}:{number}", "is no task, trajectory or chain", "name a file that a stage wrote"
        ) from error


def page_parts(page: Page) -> list[RenderableType]:
    """Return an environment: what it is, its entities drawn, its data, its tools."""
    from envfactory.catalog import tree

    about = [
        ("name", page.name),
        ("domain", page.domain),
        *([("told by", ", ".join(page.domain_evidence))] if page.domain_evidence else []),
        ("verdict", page.verdict),
        ("identity", page.identity),
        *_source_rows(page),
    ]
    scenarios = [
        (name, ", ".join(f"{n} {table_}" for table_, n in rows.items()))
        for name, rows in page.scenarios.items()
    ]
    tools = [
        (
            f"{tool.name}({', '.join(tool.parameters)})",
            {True: "writes", False: "reads", None: ""}[tool.writes],
            one_line(tool.description, 100),
        )
        for tool in page.tools
    ]
    open_ = [
        (check.title, check.outcome.replace("_", " "))
        for check in page.checks
        if check.outcome not in ("passed", "not_applicable")
    ]
    left_out = list(page.left_out.items())
    parts: list[RenderableType] = [
        page.title,
        *([one_line(page.description, 300)] if page.description else []),
        "",
        table("", "", rows=about),
        "",
        *tree(page),
        "",
        table("scenario", "records", rows=scenarios),
        "",
        table("tool", "", "what it does", rows=tools),
    ]
    if open_:
        parts += ["", table("check", "outcome", rows=open_)]
    if left_out:
        parts += ["", table("operations left out because", "count", rows=left_out)]
    return parts


def _source_rows(page: Page) -> Iterator[tuple[str, str]]:
    yield "licence", page.licence or "not stated"
    if page.source is not None:
        stated = page.source
        yield (
            "made from",
            f"{stated.location} ({stated.format})" if stated.location else stated.format,
        )
        if stated.origin:
            yield "origin", stated.origin


def task_parts(task: Task) -> list[RenderableType]:
    """Return a task: what the user says, the gold calls, the goal, the checks."""
    difficulty = task.difficulty
    return [
        f"Task {task.id}",
        f"In {', '.join(f'{ref.name} ({ref.scenario})' for ref in task.environments)}, "
        f"asked by {task.user.name}",
        *_turns(task),
        "",
        "What is different in the end:" if task.goal.changes else "Nothing may change.",
        *(f"  {_change(change)}" for change in task.goal.changes),
        *(
            f"  the answer of turn {fact.turn + 1} says {' or '.join(fact.forms)}"
            for fact in task.goal.facts
        ),
        "",
        "Checks: " + ", ".join(f"{c.name} {'ok' if c.passed else 'FAILED'}" for c in task.checks),
        f"Difficulty: {difficulty.turns} turns, {difficulty.calls} calls, {difficulty.writes} "
        f"writes, {difficulty.lookups} look-ups, {difficulty.tools_offered} tools on offer, "
        f"implicitness {difficulty.implicitness:.2f}",
    ]


def _turns(task: Task) -> Iterator[str]:
    for number, turn in enumerate(task.turns, start=1):
        yield ""
        yield f"Turn {number}"
        yield f"  User:   {one_line(turn.request, 1000)}"
        yield f"  (means: {one_line(turn.intent, 1000)})"
        for call in turn.calls:
            yield f"  Call:   {_call(call.tool, call.arguments)}"
            yield f"            -> {_short(call.value)}"
            origins = _origins(call)
            if origins:
                yield f"            where from: {origins}"
        yield f"  Answer: {one_line(turn.answer, 1000)}"


def trajectory_parts(trajectory: Trajectory) -> list[RenderableType]:
    """Return a trajectory as a conversation, and how it ended."""
    lines = [f"Trajectory {trajectory.id}", f"Task {trajectory.task}, by {trajectory.policy}", ""]
    for message in trajectory.messages:
        if message.content:
            lines.append(f"{message.role + ':':<11}{one_line(message.content, 500)}")
        lines += [f"{'call:':<11}{_call(c.name, c.arguments)}" for c in message.tool_calls]
    outcome = trajectory.outcome
    reached = {True: "reached", False: "not reached", None: "unknown"}[outcome.reached]
    lines += ["", f"Ended: {outcome.stop}; goal {reached}. {outcome.detail}".rstrip()]
    return [*lines]


def chain_parts(chain: Chain) -> list[RenderableType]:
    """Return a chain, step by step, with where inputs come from."""
    lines = [f"Chain {chain.id}", f"By the {chain.sampler} sampler", ""]
    for number, step in enumerate(chain.steps):
        lines.append(f"{number}. {step.tool}{'  (goal)' if step.goal else ''}")
        for binding in step.bindings:
            source = binding.source
            if isinstance(source, FromStep):
                told = f"{_named(source.path)} in what step {source.step} returns"
            else:
                told = "the user says it" if isinstance(source, FromUser) else "the default"
            lines.append(f"     {_named(binding.input)}: {told}")
    return [*lines]


def _call(tool: str, arguments: Mapping[str, Json]) -> str:
    return f"{tool}({', '.join(f'{name}={_short(value)}' for name, value in arguments.items())})"


def _origins(call: GoldCall) -> str:
    told = []
    for place, origin in call.origins.items():
        source = {
            "user": "the user says it",
            "result": f"{_named(origin.path or '')} in the answer to call {(origin.call or 0) + 1}",
            "scenario": "to be looked up",
            "default": "the default",
            "constant": "the intent",
        }[origin.kind]
        told.append(f"{_named(place)}: {source}")
    return "; ".join(told)


def _named(pointer: str) -> str:
    """Return a JSON Pointer as people write it: `/items/0/id` is `items[0].id`."""
    parts = [unescape(part) for part in segments(pointer)]
    text = "".join(f"[{part}]" if part.isdigit() or part == ANY else f".{part}" for part in parts)
    return text.removeprefix(".") or "all"


def _change(change: StateChange) -> str:
    place = f"{change.environment}.{change.table}"
    key = "" if change.key is None else f" {change.key}"
    if change.kind in ("update", "value"):
        field = f".{change.field}" if change.field else ""
        return f"{place}{key}{field}: {_short(change.before)} -> {_short(change.after)}"
    what = change.after if change.kind == "insert" else change.before
    return f"{change.kind} {place}{key}: {_short(what)}"


def _short(value: Json) -> str:
    text = canonical_json(value).decode()
    return text if len(text) <= _VALUE_SHOWN else text[: _VALUE_SHOWN - 1] + "…"
