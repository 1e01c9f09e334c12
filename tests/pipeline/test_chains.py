from pathlib import Path

import pytest

from envfactory.graph import GraphPart
from envfactory.pipeline.chains import _kept

PART = GraphPart(nodes=(), edges=())


def test_a_part_is_made_once(tmp_path: Path) -> None:
    made: list[GraphPart] = []

    def make() -> GraphPart:
        made.append(PART)
        return PART

    for _ in range(2):
        assert _kept(tmp_path / "keep", "sha256:ab", make) == PART
    assert len(made) == 1
    _kept(tmp_path / "keep", "sha256:cd", make)
    assert len(made) == 2


@pytest.mark.parametrize(
    "damage", [b"", b'{"nodes": [', b"[]", b'{"nodes": [], "edges": 1}', b"\xff"]
)
def test_a_damaged_part_is_made_again(tmp_path: Path, damage: bytes) -> None:
    _kept(tmp_path, "sha256:ab", lambda: PART)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage)
    assert _kept(tmp_path, "sha256:ab", lambda: PART) == PART
    assert path.read_bytes() == whole
