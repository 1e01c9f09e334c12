"""What holds for all tests: how processes start, and which files come first.

Containers often set `PYTHONDONTWRITEBYTECODE`. Then every process compiles what it imports, which
takes as long as all the rest of importing, and tests start hundreds of processes.

Workers that take tests file by file end together if the files that take long come first. By itself
pytest-xdist begins with the files that hold most tests, which here are the quickest.
"""

import os
import sys

import pytest

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
