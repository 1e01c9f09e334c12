import json
from pathlib import Path

import pytest

from tests.pipeline.apis import api as description

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def api() -> Path:
    """A real API description that is small."""
    return ROOT / "examples" / "apis" / "google-tasks.json"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An API description of which a whole run takes a third of the time."""
    path = tmp_path_factory.mktemp("tiny") / "kennel.json"
    path.write_text(json.dumps(description("Kennel", "dog", 6)))
    return path
