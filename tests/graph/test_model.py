from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from envfactory.errors import InputError, OutputError
from envfactory.graph import Accept, Edge, Evidence, EvidenceKind, ToolGraph


def edge(**scores: float) -> Edge:
    kinds: list[EvidenceKind] = ["type", "semantic", "model", "executed"]
    evidence = tuple(Evidence(kind=k, score=scores[k]) for k in kinds if k in scores)
    return Edge(producer="a__x", output="/id", consumer="a__y", input="/id", evidence=evidence)


def test_saved_and_loaded_it_is_the_same(graph: ToolGraph, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "graph.json"
    graph.save(path)
    again = ToolGraph.load(path)
    assert again == graph
    again.save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\x80\x04pickle", b'{"schema_version": 3, "tools": [], "edges": []}']
)
def test_what_is_no_graph_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "graph.json"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"graph\.json: not a tool graph of version 1 or 2"):
        ToolGraph.load(path)


def test_missing_and_unwritable_files_are_named(graph: ToolGraph, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json"):
        ToolGraph.load(tmp_path / "none.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        graph.save(tmp_path / "file" / "graph.json")


def test_a_graph_that_contradicts_itself_is_refused(graph: ToolGraph) -> None:
    tools, edges = graph.tools, graph.edges
    with pytest.raises(ValidationError, match="tools must be sorted"):
        ToolGraph(tools=tools[::-1], edges=edges)
    with pytest.raises(ValidationError, match="edges must be sorted"):
        ToolGraph(tools=tools, edges=edges[::-1])
    with pytest.raises(ValidationError, match="edges must be sorted"):
        ToolGraph(tools=tools, edges=(edges[0], edges[0]))
    for change in ({"input": "/nowhere"}, {"output": "/nowhere"}):
        with pytest.raises(ValidationError, match="unknown"):
            ToolGraph(tools=tools, edges=(replace(edges[0], **change),))


def test_any_combination_of_evidence_can_be_asked_for() -> None:
    both = Accept(alternatives=({"type": 0.8}, {"semantic": 0.7, "executed": 0.5}))
    assert both(edge(type=0.9))
    assert not both(edge(type=0.7))
    assert not both(edge(semantic=0.9))
    assert both(edge(semantic=0.9, executed=0.6))
    assert not both(edge(semantic=0.6, executed=1.0, type=0.1))
    assert Accept()(edge(semantic=0.6))
    assert not Accept()(edge(executed=0.0))  # tried and refused
    with pytest.raises(ValidationError):
        Accept(alternatives=())


def test_queries(graph: ToolGraph) -> None:
    into = graph.producers_of("shop__get_order", "/order_id")
    assert {e.producer for e in into} == {
        "shop__cancel_order",
        "shop__create_order",
        "shop__list_orders",
        "shop__redeem_voucher",
    }
    assert into == graph.producers_of("shop__get_order")
    assert graph.producers_of("shop__get_order", "/nothing") == ()
    sure = Accept(alternatives=({"type": 1.0},))
    assert all(e.score("type") == 1.0 for e in graph.consumers_of("shop__get_user", accept=sure))
    out = graph.consumers_of("shop__get_user", "/user_id")
    assert out
    assert {e.output for e in out} == {"/user_id"}
    assert graph.consumers_of("nothing") == ()
    with pytest.raises(InputError, match="no tool is called 'nothing'"):
        graph.tool("nothing")


def test_evidence_adds_up(graph: ToolGraph) -> None:
    old = graph.producers_of("shop__get_order", "/order_id")[0]
    seen = Evidence(kind="executed", score=1.0, detail="3 of 3")
    new = replace(old, evidence=(seen,))
    richer = graph.with_edges([new])
    (found,) = [e for e in richer.edges if e.key == old.key]
    assert found.score("executed") == 1.0
    assert found.score("type") == old.score("type")
    assert len(richer.edges) == len(graph.edges)
    assert richer.with_edges([new]) == richer
