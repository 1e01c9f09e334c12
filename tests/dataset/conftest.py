"""Two gold trajectories in the shop, and where `datasets` may keep its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

from envfactory.environment import Package
from envfactory.task.model import Task
from envfactory.trajectory import Trajectory
from tests.trajectory.shop_task import make_package, make_task, solve


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return make_package(tmp_path_factory.mktemp("packages") / "shop")


@pytest.fixture(scope="session")
def task(package: Package) -> Task:
    return make_task(package)


@pytest.fixture(scope="session")
def gold(task: Task, package: Package) -> Trajectory:
    return solve(task, package)


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`datasets.load_dataset`, offline and with a cache of its own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()

    def loaded(*arguments: object, **options: object) -> Any:
        return datasets.load_dataset(
            *arguments, split="train", cache_dir=str(tmp_path / "cache"), **options
        )

    return loaded
