"""What a certificate costs, by the number of tools, with and without seeded faults.

    python benchmarks/verify.py            # about half a minute
    python benchmarks/verify.py --json

Each environment is compiled from a made-up API: per entity a list with a filter and a limit, and
in turns a tool that creates, gets, updates or deletes. Times are processor time of this process and
those it starts, so other work on the machine disturbs them little; about one second of each is the
start of processes. The bars are those of an environment with 12 tools and 6 entities; `ratio` is
the time for twice as many tools, where 2 is linear.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from envfactory.compiler import compile_environment
from envfactory.source import read_source
from envfactory.spec import EnvironmentSpec, infer
from envfactory.verify import CHECKS, THOROUGH, share, verify

SIZES = (6, 12, 24)
TOOLS_EACH = 2
"""Tools per entity: 12 tools make 6 entities."""

BAR_S, BAR_WITH_MUTANTS_S = 15.0, 60.0


@dataclass(frozen=True, slots=True)
class Cost:
    """One size of environment; seconds are processor time."""

    tools: int
    entities: int
    seconds: float
    ratio: float | None
    with_mutants_s: float
    ratio_with_mutants: float | None
    seeded_faults: int
    caught_percent: float | None
    level: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and end with 1 if a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    costs: list[Cost] = []
    with tempfile.TemporaryDirectory() as folder:
        for tools in SIZES:
            costs.append(_cost(tools, Path(folder), costs[-1] if costs else None))
    if given.json:
        sys.stdout.write(json.dumps([asdict(cost) for cost in costs], indent=2) + "\n")
    else:
        _show(costs)
    (barred,) = (cost for cost in costs if cost.tools == 12)
    return int(barred.seconds > BAR_S or barred.with_mutants_s > BAR_WITH_MUTANTS_S)


def _cost(tools: int, folder: Path, smaller: Cost | None) -> Cost:
    spec = specification(tools // TOOLS_EACH, folder)
    path = compile_environment(spec, folder, 1)
    before = _processor_s()
    verify(path, checks=CHECKS)
    seconds = _processor_s() - before
    certificate = verify(path, checks=THOROUGH)
    thorough = _processor_s() - before - seconds
    return Cost(
        tools=len(spec.tools),
        entities=len(spec.entities),
        seconds=seconds,
        ratio=None if smaller is None else seconds / smaller.seconds,
        with_mutants_s=thorough,
        ratio_with_mutants=None if smaller is None else thorough / smaller.with_mutants_s,
        seeded_faults=certificate.result("mutants").tried["tried"],
        caught_percent=share(certificate, "mutants", "caught", "tried"),
        level=certificate.level,
    )


def specification(entities: int, folder: Path) -> EnvironmentSpec:
    """Return what rules make of an API with so many entities, two tools each.

    Kinds of tools follow each other, so that every size has all of them in the same shares.
    """
    names = [
        f"{one}{other}" for one in ("store", "order", "ticket", "guest") for other in _SUFFIXES
    ]
    document = {
        "openapi": "3.0.3",
        "info": {"title": f"Bench {entities}", "version": "1", "description": "Made to measure."},
        "paths": {},
        "components": {"schemas": {}},
    }
    for number, name in enumerate(names[:entities]):
        _add(document, number, name)
    path = folder / f"bench_{entities}.json"
    path.write_text(json.dumps(document))
    return infer(read_source(path))


_SUFFIXES = ("", "note", "plan")


def _add(document: dict[str, Any], number: int, name: str) -> None:
    schema = name.capitalize()
    item = {"$ref": f"#/components/schemas/{schema}"}
    document["components"]["schemas"][schema] = {
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {"type": "string", "description": f"Identifier of the {name}."},
            "name": {"type": "string", "description": f"What the {name} is called."},
            "status": {"type": "string", "enum": ["open", "closed"], "description": "Its status."},
            "price": {"type": "number", "minimum": 0, "description": "What it costs."},
            "created_at": {"type": "string", "format": "date-time", "description": "Since when."},
        },
    }
    key = {
        "name": f"{name}_id",
        "in": "path",
        "required": True,
        "description": f"Which {name}.",
        "schema": {"type": "string"},
    }
    whole = {"content": {"application/json": {"schema": item}}}
    many = {"content": {"application/json": {"schema": {"type": "array", "items": item}}}}
    every = f"/{name}s"
    one = f"{every}/{{{name}_id}}"
    listing = {
        "operationId": f"list{schema}s",
        "summary": f"List {name}s.",
        "parameters": [
            _filter("status", {"type": "string"}),
            _filter("limit", {"type": "integer"}),
        ],
        "responses": {"200": {"description": "All.", **many}},
    }
    changes: list[tuple[str, str, str, dict[str, Any], str]] = [
        (every, "post", "create", {"requestBody": {"required": True, **whole}}, "201"),
        (one, "get", "get", {"parameters": [key]}, "200"),
        (one, "patch", "update", {"parameters": [key], "requestBody": whole}, "200"),
        (one, "delete", "delete", {"parameters": [key]}, "204"),
    ]
    place, method, verb, parts, status = changes[number % len(changes)]
    answer: dict[str, Any] = {"description": "Done."}
    answer |= {} if verb == "delete" else whole
    document["paths"].setdefault(every, {})["get"] = listing
    document["paths"].setdefault(place, {})[method] = {
        "operationId": f"{verb}{schema}",
        "summary": f"{verb.capitalize()} one {name}.",
        **parts,
        "responses": {status: answer},
    }


def _filter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": f"Only with this {name}.", "schema": schema}


def _processor_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _show(costs: Sequence[Cost]) -> None:
    write = sys.stdout.write
    write("tools  entities  seconds  ratio  with mutants  ratio  faults  caught  level\n")
    for cost in costs:
        first = "" if cost.ratio is None else f"{cost.ratio:.1f}"
        second = "" if cost.ratio_with_mutants is None else f"{cost.ratio_with_mutants:.1f}"
        write(
            f"{cost.tools:5}  {cost.entities:8}  {cost.seconds:7.1f}  {first:>5}"
            f"  {cost.with_mutants_s:12.1f}  {second:>5}  {cost.seeded_faults:6}"
            f"  {cost.caught_percent or 0:5.0f}%  {cost.level}\n"
        )
    write(f"bars at 12 tools: {BAR_S:.0f} s, with mutants {BAR_WITH_MUTANTS_S:.0f} s\n")


if __name__ == "__main__":
    raise SystemExit(main())
