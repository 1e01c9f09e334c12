import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from envfactory.catalog import Catalog, CatalogEntry, Filter, state_of
from envfactory.errors import InputError
from envfactory.records import read_lines
from envfactory.verify import verify
from tests.catalog.conftest import entry


def names(catalog: Catalog) -> list[str]:
    return [each.entry.name for each in catalog.listed]


def test_a_build_is_read_from_its_list_alone(shelf: Path) -> None:
    catalog = Catalog.open([shelf])
    assert names(catalog) == ["bookings", "invoices", "tasks"]
    assert catalog.listed[0].path == shelf / "environments" / "bookings"
    assert not catalog.problems
    assert state_of(catalog.listed[0]) == "missing"


def test_spoilt_lines_are_named_and_hide_nothing(shelf: Path) -> None:
    path = shelf / "catalog.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    escape = entry("x").model_copy(update={"name": "../../etc"}).to_line() + b"\n"
    path.write_bytes(
        lines[0] + b'{"name": 3}\n' + b"\xff\xfe\n" + escape + lines[1] + lines[2][:40]
    )
    catalog = Catalog.open([shelf])
    assert names(catalog) == ["bookings", "invoices"]
    assert [p.where.rpartition(":")[2] for p in catalog.problems] == ["2", "3", "4", "6"]
    assert catalog.problems[2].problem == "the name leads out of the folder"


def test_folders_of_packages_are_searched(packages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packages"
    shutil.copytree(packages, folder)
    shutil.copytree(packages / "google_tasks", folder / "torn")
    (folder / "torn" / "environment.toml").write_text("name = ")
    shutil.copytree(packages / "google_tasks", folder / "half")
    (folder / "half" / "spec.json").write_text("{")
    catalog = Catalog.open([folder, folder / "google_tasks"])
    assert names(catalog) == ["google_tasks"]
    assert [Path(problem.where).name for problem in catalog.problems] == [
        "spec.json",
        "torn",
    ] or len(catalog.problems) == 2
    (listed,) = catalog.listed
    assert listed.entry.level == "none"
    assert state_of(listed) == "ok"


def test_an_entry_says_what_the_package_holds(packages: Path, tmp_path: Path) -> None:
    package = tmp_path / "google_tasks"
    shutil.copytree(packages / "google_tasks", package)
    verify(package).save(package)
    (listed,) = Catalog.open([package]).listed
    found = listed.entry
    assert (found.level, found.domain) == ("verified", "productivity and files")
    assert found.checks == sum(result.passed for result in verify(package).results) > 10
    assert found.entities == ("task_lists", "tasks") or set(found.entities) == {
        "task_lists",
        "tasks",
    }
    assert found.reads + found.writes == len(found.tools)
    assert 0 < found.coverage <= 1
    code = package / "environment.py"
    code.write_text(code.read_text() + "\n# another hand\n")
    assert state_of(listed) == "changed since it was listed"
    (again,) = Catalog.open([package]).listed
    assert again.entry.level == "none"


def test_a_package_without_a_specification_says_what_its_code_says(
    packages: Path, tmp_path: Path
) -> None:
    package = tmp_path / "google_tasks"
    shutil.copytree(packages / "google_tasks", package)
    (package / "spec.json").unlink()
    (listed,) = Catalog.open([package]).listed
    assert "list_tasks" in listed.entry.tools
    assert (listed.entry.writes, listed.entry.coverage, listed.entry.reads) == (None, None, None)


def test_names_and_identities_find_one_environment(shelf: Path) -> None:
    catalog = Catalog.open([shelf])
    assert catalog.named("tasks").entry.title == "To-do lists"
    identity = catalog.listed[0].entry.identity
    assert catalog.named(identity).entry.name == "bookings"
    with pytest.raises(InputError, match="in no catalog that was given; did you mean tasks"):
        catalog.named("task")
    with pytest.raises(InputError, match="list them with envfactory catalog list"):
        catalog.named("zzz")


def test_two_of_one_name_are_told_apart_by_folder(shelf: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(shelf, other)
    catalog = Catalog.open([shelf, other, shelf])
    assert len(catalog.listed) == 6
    with pytest.raises(InputError, match="is the name of 2 environments"):
        catalog.named("tasks")


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    for folders, problem in (
        ([], "no folder is given"),
        ([tmp_path], "holds no environment"),
        ([tmp_path / "nowhere"], "is no folder"),
    ):
        with pytest.raises(InputError, match=problem):
            Catalog.open(folders)
    (tmp_path / "catalog.jsonl").write_bytes(b"")
    assert Catalog.open([tmp_path]).listed == ()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), ["bookings", "invoices", "tasks"]),
        (Filter(domain="travel"), ["bookings"]),
        (Filter(entity="task"), ["tasks"]),
        (Filter(min_tools=2), ["bookings", "tasks"]),
        (Filter(writes=1), ["bookings", "tasks"]),
        (Filter(level="failed"), ["tasks"]),
        (Filter(licence="apache"), ["tasks"]),
        (Filter(licence="not stated"), ["bookings"]),
        (Filter(domain="commerce", writes=1), []),
    ],
)
def test_filters(shelf: Path, wanted: Filter, expected: list[str]) -> None:
    entries = read_lines(shelf / "catalog.jsonl", CatalogEntry)
    assert [each.name for each in entries if wanted.accepts(each)] == expected


def test_a_catalog_is_opened_without_what_makes_environments() -> None:
    heavy = "{'envfactory.spec', 'envfactory.verify', 'envfactory.compiler', 'numpy'}"
    code = f"import sys, envfactory.catalog; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
