"""Packages: a folder in, an environment out, and an identity that follows every byte."""

import shutil
import sys
from pathlib import Path

import pytest

from envfactory.environment import Package, load_environment
from envfactory.environment.package import identity
from envfactory.errors import InputError

MANIFEST = """
name = "shop"
title = "A shop"
domain = "commerce and payments"
licence = "Apache-2.0"

[source]
format = "hand-written"
"""
SCENARIO = '{"users": [{"user_id": "usr_1", "name": "Ada", "email": "a@x"}]}'


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "shop"
    (path / "scenarios").mkdir(parents=True)
    (path / "environment.toml").write_text(MANIFEST)
    shutil.copy(Path(__file__).parent / "shop.py", path / "environment.py")
    (path / "scenarios" / "base.json").write_text(SCENARIO)
    (path / "scenarios" / "empty.json").write_text("{}")
    return path


def test_a_package_loads(folder):
    package = Package.load(folder)
    assert package.manifest.title == "A shop"
    assert package.manifest.source.format == "hand-written"
    assert package.scenarios == ("base", "empty")
    assert package.start().call("get_user", {"user_id": "usr_1"}).ok
    assert not package.start("empty").call("get_user", {"user_id": "usr_1"}).ok
    assert load_environment(folder).__name__ == "Shop"
    assert package.policy is None


def test_loading_leaves_nothing_behind(folder):
    before, modules = sorted(folder.rglob("*")), set(sys.modules)
    path = list(sys.path)
    Package.load(folder)
    assert sorted(folder.rglob("*")) == before
    assert set(sys.modules) == modules
    assert sys.path == path


def test_the_identity_follows_every_file_but_the_certificate(folder):
    first = identity(folder)
    (folder / "certificate.json").write_text("{}")
    assert identity(folder) == first
    seen = {first}
    (folder / "policy.md").write_text("Be kind.")
    seen.add(identity(folder))
    (folder / "scenarios" / "base.json").rename(folder / "scenarios" / "other.json")
    seen.add(identity(folder))
    (folder / "environment.py").write_text((folder / "environment.py").read_text() + "\n")
    seen.add(identity(folder))
    assert len(seen) == 4
    assert Package.load(folder).policy == "Be kind."


def test_a_scenario_is_a_new_object_each_time(folder):
    package = Package.load(folder)
    package.scenario("base")["users"].clear()
    assert len(package.scenario("base")["users"]) == 1


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("environment.toml", None, "No such file"),
        ("environment.toml", "name = ", "not TOML"),
        ("environment.toml", 'name = "Shop"\ntitle = ""', "name"),
        ("environment.toml", 'name = "shop"', "title"),
        ("environment.toml", 'name = "shop"\ntitle = "x"\ncolour = 1', "colour"),
        ("environment.py", None, "No such file"),
        ("environment.py", "x = ", "does not run: SyntaxError"),
        ("environment.py", "raise RuntimeError('boo\\nhoo')", "does not run: RuntimeError"),
        ("environment.py", "x = 1", "defines 0 environments"),
        ("environment.py", "import nowhere", "does not run: ModuleNotFoundError"),
        ("environment.py", "x = '\0'", "does not run"),
        (
            "environment.py",
            "from envfactory.environment import Environment\n"
            "class A(Environment): ...\nclass B(Environment): ...",
            "defines 2 environments",
        ),
        (
            "environment.py",
            "from envfactory.environment import Environment\n"
            "class A(Environment):\n  def __init__(self): ...",
            "remove __init__",
        ),
    ],
)
def test_a_broken_package_is_refused_in_one_line(folder, name, content, problem):
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content)
    with pytest.raises(InputError) as error:
        Package.load(folder)
    assert problem in str(error.value)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "problem"),
    [("[]", "a scenario is an object"), ("{", "not JSON"), ('{"x": 1}', "no such table")],
)
def test_a_broken_scenario_is_refused_when_it_is_used(folder, content, problem):
    (folder / "scenarios" / "base.json").write_text(content)
    package = Package.load(folder)
    with pytest.raises(InputError, match=problem):
        package.start("base")
    assert package.start("empty")
    with pytest.raises(InputError, match="no such scenario"):
        package.scenario("other")
