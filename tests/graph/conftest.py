import runpy
from pathlib import Path

import pytest

from envfactory.environment import ToolSpec
from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import WordLlamaEmbedder


@pytest.fixture(scope="session")
def embedder() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


@pytest.fixture(scope="session")
def handmade() -> dict[str, list[ToolSpec]]:
    tools: dict[str, list[ToolSpec]] = runpy.run_path(str(Path(__file__).parent / "handmade.py"))[
        "tools"
    ]()
    return tools


@pytest.fixture(scope="session")
def graph(handmade: dict[str, list[ToolSpec]], embedder: WordLlamaEmbedder) -> ToolGraph:
    return build_graph(handmade, embedder)
