"""The system prompt: who the agent is, where it works, what time it is, and which rules hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from envfactory.environment import Environment, Session, ToolSpec, World
from envfactory.environment.world import SEPARATOR
from envfactory.task.meanings.words import spaced
from envfactory.task.model import Task
from envfactory.trajectory.tools import is_reserved

ROLE = (
    "You help a user by calling tools. Look up with tools whatever you do not know, and never "
    "make a value up; ask the user only for what no tool can tell you. Do what the user asks and "
    "nothing else. When a request is done, tell the user the outcome in plain words."
)

_OWN = (
    "Only the user can do the following, on their side. Where it is needed, tell the user what to "
    "use and with which values, and wait until it is done:"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def system_prompt(world: World, policies: Mapping[str, str] | None = None) -> str:
    """Return the first message of an episode in `world`, in the state that it is in now.

    Args:
        world: The environments; their class docstrings describe them.
        policies: The text of `policy.md` of those environments that have one, by name.
    """
    environments = world.environments
    parts = [ROLE]
    described = [
        f"- {name}: {_about(environment)}".rstrip(": ")
        for name, environment in environments.items()
    ]
    parts.append("\n".join(["You work in:", *described]))
    told = {name: _time_in(environment) for name, environment in environments.items()}
    times = {name: time for name, time in told.items() if time is not None}
    if len(times) == len(environments) and len(set(times.values())) == 1:
        parts.append(f"It is {_said(next(iter(times.values())))}.")
    else:
        parts += [f"In {name} it is {_said(time)}." for name, time in times.items()]
    for name, text in (policies or {}).items():
        parts.append(f"Rules of {name}:\n{text.strip()}")
    return "\n\n".join(parts)


def task_prompt(system: str, task: Task, specs: Iterable[ToolSpec]) -> str:
    """Return a system prompt with what holds in a task alone: its rules, and the user's own tools.

    Args:
        system: The prompt that tasks of the same environments share.
        task: The task.
        specs: All tools of its environments.
    """
    parts = [system]
    by_environment: dict[str, list[str]] = {}
    for rule in task.rules:
        by_environment.setdefault(rule.environment, []).append(f"- {rule.text}")
    for name, texts in by_environment.items():
        parts.append("\n".join([f"House rules for {name}:", *texts]))
    own = [_told(spec) for spec in specs if is_reserved(spec, task)]
    if own:
        parts.append("\n".join([_OWN, *own]))
    return "\n\n".join(parts)


def _told(spec: ToolSpec) -> str:
    """Return a line that says what a tool of the user is called, takes and does."""
    properties = spec.input_schema.get("properties")
    names = ", ".join(spaced(name) for name in properties) if isinstance(properties, dict) else ""
    takes = f" ({names})" if names else ""
    return f"- {spaced(spec.name.rpartition(SEPARATOR)[2])}{takes}: {spec.description}"


def _about(session: Session) -> str:
    """Return what an environment is: its class's docstring, or what a foreign one says."""
    if isinstance(session, Environment):
        return " ".join((type(session).__doc__ or "").split())
    about = getattr(session, "about", "")
    return about if isinstance(about, str) else ""


def _time_in(session: Session) -> datetime | None:
    """Return the time in an environment, or None where its state knows of no time."""
    if isinstance(session, Environment):
        return session.now()
    now = session.to_scenario().get("now")
    try:
        return datetime.fromisoformat(now) if isinstance(now, str) else None
    except ValueError:
        return None


def _said(time: datetime) -> str:
    """Write a time as `Monday 2026-03-02, 09:00 UTC`, whatever the locale."""
    return f"{_DAYS[time.weekday()]} {time:%Y-%m-%d}, {time:%H:%M} UTC"
