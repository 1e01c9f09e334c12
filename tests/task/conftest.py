import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from envfactory.chain import (
    Binding,
    Chain,
    FromStep,
    FromUser,
    Limits,
    Step,
    TopologySampler,
)
from envfactory.compiler.package import compile_environment
from envfactory.environment import Package, World
from envfactory.graph import ToolGraph, build_graph
from envfactory.source import read_source
from envfactory.spec import infer
from envfactory.task import TaskMaker
from envfactory.task.grounding.larder import Larder
from envfactory.task.grounding.records import Records
from envfactory.task.meanings.glossary import read_glossary
from envfactory.task.meanings.meaning import Glossary

HERE = Path(__file__).parent
APIS = HERE.parents[1] / "examples" / "apis"

LISTS = [
    {"list_id": "list_1", "name": "Errands"},
    {"list_id": "list_2", "name": "Garden"},
    {"list_id": "list_3", "name": "Someday"},
]
TODOS = [
    ("todo_1", "list_1", "Book dentist", "2026-03-12T15:00:00Z", "open", "Any weekday after four."),
    ("todo_2", "list_1", "Buy stamps", "2026-03-04T09:30:00Z", "open", None),
    ("todo_3", "list_2", "Water the roses", "2026-03-03T18:00:00Z", "open", "Twice a week."),
    ("todo_4", "list_2", "Call Maya", "2026-03-20T11:00:00Z", "done", None),
    ("todo_5", "list_1", "Call Maya", None, "open", "About the tent."),
    ("todo_6", "list_1", "Call Maya", "2026-04-01T08:00:00Z", "open", "About the boat."),
]


@dataclass(frozen=True)
class Setting:
    """Packages with all that is made from them."""

    packages: Mapping[str, Package]
    graph: ToolGraph
    glossary: Glossary
    larder: Larder

    @classmethod
    def of(cls, packages: Mapping[str, Package]) -> "Setting":
        tools = {name: package.environment.tools() for name, package in packages.items()}
        return cls(packages, build_graph(tools, None), read_glossary(packages), Larder(packages))

    def world(self, scenario: str | None = None) -> World:
        return World({name: package.start(scenario) for name, package in self.packages.items()})

    def records(self, scenario: str | None = None) -> Records:
        return Records.of(self.world(scenario))

    def maker(self) -> TaskMaker:
        return TaskMaker(self.graph, self.packages)

    def sampler(self) -> TopologySampler:
        return TopologySampler(self.graph)

    def chain(self, *steps: tuple[str, dict[str, tuple[int, str] | int], bool]) -> Chain:
        """Build a chain by hand: tool, input to (step, path) or slot, goal."""
        built = [
            Step(
                tool=tool,
                goal=goal,
                bindings=tuple(
                    Binding(
                        input=path,
                        source=FromUser(slot=source)
                        if isinstance(source, int)
                        else FromStep(step=source[0], path=source[1]),
                    )
                    for path, source in bindings.items()
                ),
            )
            for tool, bindings, goal in steps
        ]
        return Chain.of(built, self.graph, sampler="by hand", seed=0, limits=Limits())


def scenario(todos: list[tuple[str, str, str, str | None, str, str | None]]) -> dict[str, object]:
    fields = ("todo_id", "list_id", "title", "due", "status", "notes")
    rows = [dict(zip(fields, todo, strict=True)) for todo in todos]
    return {"now": "2026-03-02T09:00:00Z", "seed": 7, "todo_lists": LISTS, "todos": rows}


def write_package(folder: Path, name: str, code: Path, scenarios: Mapping[str, object]) -> Package:
    path = folder / name
    (path / "scenarios").mkdir(parents=True)
    (path / "environment.toml").write_text(f'name = "{name}"\ntitle = "{name}"\n')
    (path / "environment.py").write_text(code.read_text())
    for title, content in scenarios.items():
        (path / "scenarios" / f"{title}.json").write_text(json.dumps(content))
    return Package.load(path)


@pytest.fixture(scope="session")
def errands(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = tmp_path_factory.mktemp("packages")
    scenarios = {"home": scenario(TODOS), "other": scenario(TODOS[:4])}
    package = write_package(folder, "errands", HERE / "errands.py", scenarios)
    return Setting.of({"errands": package})


SERVICES = {
    "now": "2026-03-02T09:00:00Z",
    "seed": 7,
    "services": [
        {"service_id": "ser_1", "name": "payments", "default_role_id": "role_2"},
        {"service_id": "ser_2", "name": "reporting", "default_role_id": "role_5"},
    ],
    "roles": [
        {"role_id": "role_1", "service_id": "ser_1", "name": "Guest"},
        {"role_id": "role_2", "service_id": "ser_1", "name": "Moderator"},
        {"role_id": "role_3", "service_id": "ser_2", "name": "Owner"},
        {"role_id": "role_4", "service_id": "ser_2", "name": "Reader"},
        {"role_id": "role_5", "service_id": "ser_2", "name": "Writer"},
    ],
}


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = tmp_path_factory.mktemp("packages")
    package = write_package(folder, "services", HERE / "services.py", {"home": SERVICES})
    return Setting.of({"services": package})


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Setting]:
    """Packages made from real API descriptions."""
    folder = tmp_path_factory.mktemp("compiled")
    settings = {}
    for name in ("google-tasks", "issue-tracking", "google-fitness"):
        path = compile_environment(infer(read_source(APIS / f"{name}.json")), folder, seed=1)
        package = Package.load(path)
        settings[package.manifest.name] = Setting.of({package.manifest.name: package})
    return settings
