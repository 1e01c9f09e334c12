import runpy
from pathlib import Path

import pytest

from envfactory.graph import ToolGraph, build_graph
from envfactory.llm import WordLlamaEmbedder

HANDMADE = Path(__file__).parents[1] / "graph" / "handmade.py"


@pytest.fixture(scope="session")
def graph() -> ToolGraph:
    return build_graph(runpy.run_path(str(HANDMADE))["tools"](), WordLlamaEmbedder())
