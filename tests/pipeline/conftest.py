from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def api() -> Path:
    """A real API description that is small."""
    return ROOT / "examples" / "apis" / "google-tasks.json"
