"""The shop as a package, a task in it, and the world that the task starts in."""

import pytest

from envfactory.environment import Package, World
from envfactory.task.model import Task
from tests.trajectory.shop_task import make_package, make_task


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_package(tmp_path_factory.mktemp("packages") / "shop")


@pytest.fixture(scope="session")
def task(package: Package) -> Task:
    return make_task(package)


@pytest.fixture
def world(package: Package) -> World:
    return World({"shop": package.start("small")})
