"""The static rules: each refuses what it is there for, and lets ordinary code through."""

import textwrap
from pathlib import Path

import pytest

from envfactory.verify import verify
from envfactory.verify.rules import violations

SHOP = Path(__file__).parents[1] / "environment" / "shop.py"

REFUSED = {
    "import": [
        "import os",
        "import random",
        "import time",
        "import urllib.request",
        "from subprocess import run",
        "from . import other",
        "from typing import sys",
        "import typing\nx = typing.sys",
        "import collections.abc as c\nx = c.sys",
        "from pydantic import ImportString",
        "from envfactory.environment import package",
        "import envfactory.environment.package",
        "from functools import lru_cache",
        "from uuid import uuid4",
        "def f():\n    import socket",
    ],
    "builtin": [
        "def f():\n    return open('/etc/passwd')",
        "def f(x):\n    return eval(x)",
        "def f(x):\n    exec(x)",
        "def f():\n    return __import__('os')",
        "def f(x):\n    return getattr(x, '_state')",
        "def f(x):\n    setattr(x, 'a', 1)",
        "def f():\n    print(1)",
        "def f():\n    run = input\n    return run()",
        "def f():\n    return [open for open in ()], open('x')",
        "def f():\n    def g(open): ...\n    open('x')",
        "open = open",
        "class A:\n    open = open",
        "def f():\n    raise SystemExit",
        "def f(x: \"eval('1')\"): ...",
        "class A:\n    x: list[\"eval('1')\"]",
        "X = list[\"eval('1')\"]",
        "from typing import Annotated\nx: Annotated[\"eval('1')\", 'text'] = 1",
        "Literal = list\nx: Literal[\"eval('1')\"] = 1",
    ],
    "unstable": ["def f(x):\n    return hash(x)", "def f(x):\n    return id(x)"],
    "dynamic": [
        "def f(x):\n    return x.__class__.__subclasses__()",
        "def f(x):\n    return x.__dict__",
        "def f(x):\n    return x.f_globals",
        "def f(x):\n    return type('A', (), {})",
        "def f(x):\n    return Order.model_construct(id=x)",
        "class A(metaclass=M): ...",
        "class A:\n    def __del__(self): ...",
        "def f(x):\n    try:\n        x()\n    except:\n        pass",
        "def f(x):\n    return '{0.__class__}'.format(x)",
        "def f(x):\n    match x:\n        case A(__class__=c):\n            return c",
        "def f():\n    return __builtins__",
    ],
    "private": [
        "class A:\n    def f(self):\n        return self._state",
        "class A:\n    def f(self, other):\n        return other._secret",
        "class A:\n    def _enter(self): ...\n    def f(self):\n        self._enter()",
    ],
    "clock": [
        "from datetime import datetime\ndef f():\n    return datetime.now()",
        "from datetime import date\ndef f():\n    return date.today()",
        "import datetime as dt\ndef f():\n    return dt.datetime.utcnow()",
        "from datetime import datetime\ndef f(x):\n    return datetime.fromtimestamp(x)",
        "def f(x):\n    return x.astimezone()",
    ],
    "shared-state": [
        "CACHE = {}",
        "CACHE: dict[str, int] = dict()",
        "ROWS = (1, [])",
        "from itertools import count\nIDS = count()",
        "class A:\n    seen = []",
        "from typing import ClassVar\nclass A:\n    seen: ClassVar[dict[str, int]] = {}",
        "def f(seen=[]): ...",
        "def f():\n    global x\n    x = 1",
        "class A:\n    def f(self):\n        type(self).count = 1",
        "def f():\n    f.count = 1",
        "def f(order):\n    order.lines.x += 1",
        "def f(order):\n    list.append(order.lines, 1)",
        "def f(order):\n    del order.name",
    ],
    "set-order": [
        "def f(x):\n    return list(set(x))",
        "def f(x):\n    return ', '.join({str(y) for y in x})",
        "def f(x):\n    return ', '.join(y for y in set(x))",
        "def f(x):\n    return [y for y in set(x)]",
        "def f(x):\n    seen = set(x)\n    for y in seen:\n        print_(y)",
        "def f(x):\n    return tuple(set(x) | {1})",
    ],
    "import-time": [
        "for x in (1, 2):\n    pass",
        "start()",
        "def f(): ...\nX = f()",
        "class A:\n    @spoil\n    def f(self): ...",
        "def start(): ...\nclass A:\n    x: int = start()",
    ],
    "async": ["async def f(): ..."],
    "syntax": ["def f(:", "x = \0", "(" * 500 + ")" * 500],
}

ALLOWED = """
from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import Field, JsonValue, field_validator

from envfactory.environment import Environment, Key, Record, Ref, Table, tool

WORDS = ("open", "eval", "__import__")
LABELS = MappingProxyType({"a": "first", "b": ("second",)})
CODES = frozenset({"EUR", "USD"})
SPACES = re.compile(r"\\s+")
DAY = timedelta(days=1)
State = Literal["open", "closed"]
Amount = Annotated[float, Field(ge=0)]


class Kind(StrEnum):
    one = "one"
    two = "two"


class Item(Record):
    '''Something, that was open() once.'''

    id: Annotated[str, Key("item")]
    type: Literal["open", "hash"] = "open"
    format: str = "print"
    tags: list[str] = []
    more: dict[str, JsonValue] = {}
    parent: "Annotated[str, Ref('items')] | None" = None
    kinds: ClassVar[tuple[str, ...]] = ("a",)

    @field_validator("format")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.lower()


class Things(Environment):
    '''Things.'''

    items: Table[Item]
    label: str = "x"
    options: list[str] = []

    @tool
    def get_item(self, id: Annotated[str, "open the item"], open: bool = False) -> Item:
        '''Return an item.'''
        if open and id in {"a", "b"} and hash_of(id) and any(x for x in set(WORDS)):
            self.label = id
        names = {item.id for item in self.items}
        for name in sorted(names):
            self.label = f"{name} {self.now():%d.%m.} {datetime.now.__name__}"
        return self._found(id)

    def _found(self, id: str) -> Item:
        counts: dict[str, int] = {}
        for item in self.items.all(order_by="id"):
            counts[item.id] = counts.get(item.id, 0) + 1
        return max(self.items, key=lambda item: (counts[item.id], type(item).__name__))


def hash_of(text: str) -> int:
    return sum(ord(letter) for letter in text) + int(date(2026, 1, 1).toordinal())
"""


@pytest.mark.parametrize(("rule", "code"), [(r, c) for r, codes in REFUSED.items() for c in codes])
def test_a_rule_refuses(rule: str, code: str) -> None:
    assert rule in {found.rule for found in violations(code.encode())}


def test_ordinary_code_is_let_through() -> None:
    assert violations(ALLOWED.encode()) == []
    assert violations(SHOP.read_bytes()) == []


FIELD = """
from envfactory.environment import Environment, Record, tool

class Part(Record):
    tool: str | None = None

class Shop(Environment):
    {line}

    @tool
    def look(self) -> int:
        return 1
"""


def test_the_field_of_a_record_hides_no_import_from_others() -> None:
    assert violations(FIELD.format(line="pass").encode()) == []
    hidden = violations(FIELD.format(line="tool: str = ''").encode())
    assert [found.rule for found in hidden] == ["import-time"]


def test_lines_are_named() -> None:
    (found,) = violations(b"from typing import Any\n\ndef f(x: Any) -> Any:\n    return eval(x)\n")
    assert (found.line, found.rule) == (4, "builtin")


def test_code_that_breaks_a_rule_is_never_executed(write, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    code = f"""
        import pathlib
        pathlib.Path({str(trace)!r}).write_text("executed")
    """
    certificate = verify(write(code=textwrap.dedent(code)))
    assert certificate.level == "failed"
    assert certificate.result("static").outcome == "failed"
    assert {r.outcome for r in certificate.results[1:]} == {"not_run"}
    assert not trace.exists()
