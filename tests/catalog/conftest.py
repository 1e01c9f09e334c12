import json
from pathlib import Path

import pytest

from envfactory.catalog import CatalogEntry
from envfactory.compiler import compile_environment
from envfactory.records import write_lines
from envfactory.source import read_source
from envfactory.spec import infer

ROOT = Path(__file__).parents[2]


def entry(name: str, **facts) -> CatalogEntry:
    given = {
        "identity": f"sha256:{name:0>64}",
        "title": name.replace("_", " ").title(),
        "tools": (f"list_{name}", f"create_{name}"),
        "writes": 1,
        "entities": (name,),
        "level": "verified",
        **facts,
    }
    return CatalogEntry(name=name, **given)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder of a build of which only the list is left."""
    entries = [
        entry(
            "bookings",
            title="Restaurant tables",
            description="Reserve a table for dinner.",
            domain="travel and mobility",
        ),
        entry(
            "invoices",
            title="Invoicing",
            tools=("list_invoices",),
            writes=0,
            licence="MIT",
            domain="commerce and payments",
        ),
        entry(
            "tasks",
            title="To-do lists",
            tools=("list_tasks", "add_task", "delete_task"),
            writes=2,
            licence="Apache 2.0",
            level="failed",
            domain="productivity and files",
        ),
    ]
    write_lines(tmp_path / "shelf" / "catalog.jsonl", entries)
    return tmp_path / "shelf"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of a real API, not verified."""
    folder = tmp_path_factory.mktemp("packages")
    compile_environment(infer(read_source(ROOT / "examples/apis/google-tasks.json")), folder, 0)
    return folder


@pytest.fixture
def report() -> dict:
    """A report as JSON, with something in every part."""
    reason = {"reason": "cannot be read", "count": 2, "examples": ["a|b.json"]}
    spread = {"median": 0.7, "low": 0.5, "high": 1.0, "count": 9}
    return json.loads(
        json.dumps(
            {
                "asked": {
                    "version": "1",
                    "seed": 0,
                    "per_provider": 1,
                    "sample": 12,
                    "min_operations": 4,
                    "max_operations": 60,
                    "seconds": 60.0,
                    "memory": 2 << 30,
                },
                "given": 20,
                "doubles": 1,
                "no_source": 2,
                "outside": 5,
                "sources": 12,
                "providers": 12,
                "understood": 10,
                "verified": 9,
                "with_enough_tools": 8,
                "distinct_apis": 9,
                "left_out": [reason, {"reason": "time limit", "count": 1}],
                "operations": 100,
                "covered": 70,
                "coverage": spread,
                "coverage_of_verified": None,
                "operations_left_out": [reason],
                "parts_left_out": [],
                "stating_writes": 8,
                "writing": 7,
                "tools": 80,
                "write_tools": 30,
                "tools_each": spread,
                "tables_each": spread,
                "domains": {"health": 9},
                "formats": {"openapi 3.0.1": 9},
                "licences": {"MIT": 9},
            }
        )
    )
