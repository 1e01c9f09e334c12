"""A pantry written by hand, in which several tools do the same and some are the user's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envfactory.environment import Package

JARS = [{"jar_id": f"jar_{n}", "label": name, "grams": n} for n, name in enumerate("abc", 1)]


@pytest.fixture(scope="module")
def pantry(tmp_path_factory: pytest.TempPathFactory) -> Package:
    path = tmp_path_factory.mktemp("packages") / "pantry"
    (path / "scenarios").mkdir(parents=True)
    (path / "environment.toml").write_text('name = "pantry"\ntitle = "Pantry"\n')
    (path / "environment.py").write_text(Path(__file__).with_name("pantry.py").read_text())
    state = {"now": "2026-03-02T09:00:00Z", "seed": 7, "jars": JARS}
    (path / "scenarios" / "home.json").write_text(json.dumps(state))
    return Package.load(path)
