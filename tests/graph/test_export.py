import json
import re
from xml.etree import ElementTree

import pytest

from envfactory.graph import (
    Edge,
    Evidence,
    Port,
    ToolGraph,
    ToolNode,
    graph_html,
    graphml_of,
)

SPACE = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def hostile() -> ToolGraph:
    """Return a graph whose texts try to be markup, and characters that XML cannot carry."""
    text = "</script><script>alert(1)</script><!-- & \x00\x1b ]]> \u2028"
    nodes = []
    for name in ("a__x", "a__y"):
        out = Port(tool=name, side="output", path="/<id>", type="string", description=text)
        into = Port(tool=name, side="input", path="/<id>", type="string", description=text)
        node = ToolNode(
            name=name,
            environment="a",
            tool=name[3:],
            description=text,
            inputs=(into,),
            outputs=(out,),
        )
        nodes.append(node)
    evidence = Evidence(kind="executed", score=0.75, detail=text)
    edge = Edge(
        producer="a__x", output="/<id>", consumer="a__y", input="/<id>", evidence=(evidence,)
    )
    return ToolGraph(tools=tuple(nodes), edges=(edge,))


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


def test_graphml_holds_every_tool_and_edge(graph: ToolGraph) -> None:
    root = ElementTree.fromstring(graphml_of(graph))
    nodes = root.findall(f".//{SPACE}node")
    edges = root.findall(f".//{SPACE}edge")
    assert [node.get("id") for node in nodes] == [tool.name for tool in graph.tools]
    assert [(e.get("source"), e.get("target")) for e in edges] == [
        (edge.producer, edge.consumer) for edge in graph.edges
    ]
    declared = {key.get("id") for key in root.findall(f"{SPACE}key")}
    assert {datum.get("key") for datum in root.iter(f"{SPACE}data")} <= declared
    first = {datum.get("key"): datum.text for datum in edges[0]}
    assert first["edge_input"] == graph.edges[0].input


def test_graphml_stays_well_formed_whatever_tools_say(hostile: ToolGraph) -> None:
    root = ElementTree.fromstring(graphml_of(hostile))
    assert "alert(1)" in "".join(root.itertext())


def _as_said(edge, data):
    """Follow the numbers of an edge to what the page shows of it."""
    producer, output, consumer, into, why = edge
    tools, ports = data["tools"], data["ports"]
    return (
        tools[producer]["name"],
        ports[tools[producer]["outputs"][output]][0],
        tools[consumer]["name"],
        ports[tools[consumer]["inputs"][into]][0],
        data["evidence"][why],
    )


def test_the_page_holds_the_graph_and_loads_nothing(graph: ToolGraph) -> None:
    page = graph_html(graph)
    data = data_of(page)
    assert len(data["tools"]) == len(graph.tools)  # type: ignore[arg-type]
    assert [_as_said(edge, data) for edge in data["edges"]] == [
        (
            edge.producer,
            edge.output,
            edge.consumer,
            edge.input,
            [[each.kind, round(each.score, 2), each.detail] for each in edge.evidence],
        )
        for edge in graph.edges
    ]
    outside = page.replace(json.dumps(data), "")
    assert "default-src 'none'" in outside
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", outside)
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|innerHTML|eval)\b", outside)


def test_no_text_of_a_tool_can_leave_the_data(hostile: ToolGraph) -> None:
    page = graph_html(hostile)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    (tool, _) = data_of(page)["tools"]  # type: ignore[misc]
    assert tool["description"] == hostile.tools[0].description


def test_an_empty_graph_has_a_page_and_a_file() -> None:
    empty = ToolGraph(tools=(), edges=())
    assert data_of(graph_html(empty))["tools"] == []
    assert ElementTree.fromstring(graphml_of(empty)).tag == f"{SPACE}graphml"
