"""The system prompt: who the agent is, where it works, what time it is, and which rules hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from envfactory.environment import Environment, Session, World
from envfactory.task.model import HouseRule

ROLE = (
    "You help a user by calling tools. Look up with tools whatever you do not know, and never "
    "make a value up; ask the user only for what no tool can tell you. Do what the user asks and "
    "nothing else. When a request is done, tell the user the outcome in plain words."
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


def with_rules(system: str, rules: Iterable[HouseRule]) -> str:
    """Return a system prompt with the rules of a task at its end, environment by environment."""
    by_environment: dict[str, list[str]] = {}
    for rule in rules:
        by_environment.setdefault(rule.environment, []).append(f"- {rule.text}")
    parts = [
        "\n".join([f"House rules for {name}:", *texts]) for name, texts in by_environment.items()
    ]
    return "\n\n".join([system, *parts])


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
