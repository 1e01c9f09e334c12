import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from envfactory.environment import Environment, ToolSpec
from envfactory.graph import ToolGraph, build_graph
from envfactory.graph.executed import Site, Trials, try_edges

HOME = Path(__file__).parent


@pytest.fixture(scope="session")
def library() -> dict[str, Any]:
    return runpy.run_path(str(HOME / "library.py"))


@pytest.fixture(scope="session")
def start(library: dict[str, Any]) -> Environment:
    session: Environment = library["Library"].from_scenario(library["SCENARIO"])
    return session


@pytest.fixture(scope="session")
def site(start: Environment) -> Site:
    return Site("library", {"only": start}, type(start).key_fields())


def without_types(schema: Any) -> Any:
    """Return a schema that does not say what identifies what."""
    if isinstance(schema, list):
        return [without_types(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {k: without_types(v) for k, v in schema.items() if k not in ("x-entity", "x-key")}


@pytest.fixture(scope="session")
def typed(start: Environment) -> ToolGraph:
    return build_graph({"library": start.tools()}, None)


@pytest.fixture(scope="session")
def untyped(start: Environment) -> ToolGraph:
    tools: list[ToolSpec] = [
        replace(
            tool,
            input_schema=without_types(tool.input_schema),
            output_schema=without_types(tool.output_schema),
        )
        for tool in start.tools()
    ]
    return build_graph({"library": tools}, None)


@pytest.fixture(scope="session")
def trials(typed: ToolGraph, site: Site) -> Trials:
    return try_edges(typed.tools, typed.edges, site)
