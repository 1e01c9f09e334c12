"""`Policy`: the house rules of an environment, as `policy.md` states them.

The file is Markdown for whoever works there. It may begin with the same rules as data, in TOML
between two lines of `+++`, so that a program can tell what breaks one:

    +++
    schema_version = 1

    [[rules]]
    text = "Orders whose status is shipped may not be deleted."
    action = "delete"
    table = "orders"
    field = "status"
    test = "is"
    value = "shipped"
    +++

    # House rules

    - Orders whose status is shipped may not be deleted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import Field, ValidationError, model_validator

from envfactory.errors import InputError, one_line
from envfactory.records import Json, Stored

MAX_SIZE = 256 * 1024
"""Longest `policy.md`, in bytes."""
FENCE = "+++"
"""The line before and after the rules as data."""
_MOST_RULES = 200
_DAY = 86_400


class Instead(Stored):
    """What may be done in the place of what a rule forbids, if whoever asks agrees."""

    tool: str | None = Field(
        default=None, description="Works on the same record; None: the same call, told otherwise."
    )
    arguments: dict[str, Json] = Field(
        default={},
        description="What that tool is given beside the record; for the same call: what fields of "
        "the record are to hold, by their names.",
    )
    text: str = Field(
        min_length=1, max_length=200, description="What it is: 'set the status to archived'."
    )


class PolicyRule(Stored):
    """It is forbidden to do something to records of a table in which a field passes a test.

    What counts is what the record holds at the time of the call; for a new one, what it is to hold.
    is: the field has that value; above: a number is larger; older: a day or moment is more than so
    many days ago; within: it is at most so many days ahead; not_mine: the record is not that of the
    person who asks, whose key is the environment's single value of that name.
    """

    text: str = Field(min_length=1, max_length=600, description="The rule as people read it.")
    action: Literal["create", "change", "delete"]
    table: str
    field: str
    test: Literal["is", "above", "older", "within", "not_mine"]
    value: str | int | float | bool
    instead: Instead | None = Field(
        default=None, description="What is permitted in its place; None: nothing is."
    )

    @model_validator(mode="after")
    def _check(self) -> PolicyRule:
        if not self.text.isprintable():
            raise ValueError("a rule's text is one line of printable characters")
        number = isinstance(self.value, int | float) and not isinstance(self.value, bool)
        if self.test in ("above", "older", "within") and not number:
            raise ValueError(f"the test {self.test} compares with a number")
        if self.test == "not_mine" and not isinstance(self.value, str):
            raise ValueError("the test not_mine names a single value of the environment")
        return self


class _Matter(Stored):
    """What stands between the fences."""

    schema_version: Literal[1] = 1
    rules: tuple[PolicyRule, ...] = Field(max_length=_MOST_RULES)


@dataclass(frozen=True, slots=True)
class Policy:
    """House rules.

    Attributes:
        text: What people read, without the rules as data.
        rules: The rules as data, in the order of the file; none where the file has none.
    """

    text: str
    rules: tuple[PolicyRule, ...] = ()


def read_policy(path: Path) -> Policy:
    """Read a `policy.md`.

    Raises:
        InputError: If it is too long or no text, or begins with rules that cannot be read.
    """
    where = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise InputError(where, error.strerror or str(error), "make it readable") from error
    if len(data) > MAX_SIZE:
        raise InputError(where, f"is longer than {MAX_SIZE} bytes", "write shorter rules")
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(where, f"is not UTF-8: {error.reason}", "save it as UTF-8") from error
    if text.partition("\n")[0].strip() != FENCE:
        return Policy(text)
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.strip() == FENCE), None)
    if end is None:
        raise InputError(where, f"begins with {FENCE} and has no second one", "close the rules")
    prose = "\n".join(lines[end + 1 :]).strip("\n") + "\n"
    return Policy(prose, _rules("\n".join(lines[1:end]), where))


def _rules(text: str, where: str) -> tuple[PolicyRule, ...]:
    try:
        content: dict[str, Any] = tomllib.loads(text)
        return _Matter.model_validate(content).rules
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(where, f"its rules are no TOML: {one_line(str(error), 200)}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(where, f"{place}: {one_line(first['msg'], 200)}") from error


def write_policy(title: str, rules: tuple[PolicyRule, ...]) -> str:
    """Return the text of a `policy.md` with rules as data and as a list for people."""
    matter = tomli_w.dumps(_Matter(rules=rules).model_dump(mode="json", exclude_none=True))
    listed = "\n".join(f"- {rule.text}" for rule in rules)
    heading = f"# House rules of {one_line(title, 200)}"
    return f"{FENCE}\n{matter}{FENCE}\n\n{heading}\n\n{listed}\n"


def covers(rule: PolicyRule, row: Mapping[str, Json], state: Mapping[str, Json]) -> bool:
    """Return whether a record is one that a rule speaks of.

    Args:
        rule: The rule.
        row: What the record holds.
        state: The environment's state as a scenario, for its clock and single values.
    """
    value = row.get(rule.field)
    match rule.test:
        case "is":
            return type(value) is type(rule.value) and value == rule.value
        case "above":
            return (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and (isinstance(rule.value, int | float) and value > rule.value)
            )
        case "not_mine":
            return value is not None and value != state.get(str(rule.value))
        case _:
            return _is_in_time(rule, value, state.get("now"))


def _is_in_time(rule: PolicyRule, value: Json, now: Json) -> bool:
    """Return whether a day or moment is as far from now as a rule says."""
    moment, present = _moment(value), _moment(now)
    if moment is None or present is None or not isinstance(rule.value, int | float):
        return False
    ahead = (moment - present).total_seconds() / _DAY
    return -ahead > rule.value if rule.test == "older" else 0 <= ahead <= rule.value


def _moment(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
