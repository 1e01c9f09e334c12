import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from envfactory.environment import ToolSpec
from envfactory.errors import InputError
from envfactory.events import Event, ItemDropped, StageFinished
from envfactory.graph import (
    Bounds,
    GraphOptions,
    GraphPart,
    Port,
    Similarity,
    ToolGraph,
    build_graph,
)
from envfactory.graph.reference import names_another
from envfactory.graph.similar import Meanings
from envfactory.llm import WordLlamaEmbedder
from envfactory.records import Json

Tools = dict[str, list[ToolSpec]]


def pairs(graph: ToolGraph, kind: str) -> set[tuple[str, str]]:
    return {
        (edge.producer + edge.output, edge.consumer + edge.input)
        for edge in graph.edges
        if any(evidence.kind == kind for evidence in edge.evidence)
    }


def test_type_edges_join_the_same_entity(graph: ToolGraph) -> None:
    typed = pairs(graph, "type")
    assert ("shop__list_users/*/user_id", "shop__get_user/user_id") in typed
    assert (
        "shop__search_products/items/*/product_id",
        "shop__create_order/items/*/product_id",
    ) in typed
    assert ("shop__get_order/gift_for", "shop__list_orders/user_id") in typed
    assert not any("order_id" in out and "user_id" in into for out, into in typed)
    assert all(out.split("__")[0] == into.split("__")[0] for out, into in typed)
    assert all(edge.producer != edge.consumer for edge in graph.edges)


def test_the_key_of_a_removed_record_leads_nowhere(graph: ToolGraph) -> None:
    outputs = {edge.output for edge in graph.consumers_of("shop__delete_order")}
    assert "/order_id" not in outputs
    assert "/user_id" in outputs


def test_a_list_of_others_that_is_called_after_another_kind_is_not_believed() -> None:
    def listed(name: str) -> Port:
        return Port(
            tool="a__get_form",
            side="output",
            path=f"/{name}/*",
            type="string",
            entity="forms",
            record="forms",
        )

    assert names_another(listed("response_ids"))
    assert not names_another(listed("child_ids"))
    assert not names_another(listed("linked_form_ids"))
    assert not names_another(replace(listed("response_ids"), record="surveys"))


def test_what_sorts_a_list_takes_no_value_of_a_record(embedder: WordLlamaEmbedder) -> None:
    def told(name: str) -> dict[str, Json]:
        text: Json = {"type": "string", "description": f"The {name} of the strain."}
        return {"type": "object", "properties": {name: text}}

    def joined(name: str) -> bool:
        tools = [ToolSpec("get_strain", "", {}, told(name)), ToolSpec("list_x", "", told(name), {})]
        return bool(build_graph({"a": tools}, embedder).edges)

    assert joined("species")
    assert not joined("sort_order")


def test_scores_say_how_surely_the_value_is_there(graph: ToolGraph) -> None:
    scores = {
        edge.output: edge.score("type")
        for edge in graph.consumers_of("shop__get_order")
        if edge.consumer == "shop__list_orders"
    }
    assert scores == {"/gift_for": 0.7, "/user_id": 0.9}
    (key,) = [
        edge
        for edge in graph.consumers_of("shop__get_user")
        if edge.consumer == "shop__list_orders"
    ]
    assert key.score("type") == 1.0


def test_semantic_edges_join_what_means_the_same(graph: ToolGraph) -> None:
    similar = pairs(graph, "semantic")
    assert ("weather__find_city/cityId", "weather__forecast/cityId") in similar
    assert ("shop__list_users/*/name", "bank__list_accounts/holder") in similar
    assert ("shop__get_user/email", "shop__create_order/ship_to/contact/email") in similar


def test_only_what_is_named_counts_not_that_it_has_a_name(embedder: WordLlamaEmbedder) -> None:
    texts = ["group name. Name of the group", "geofence name. Name of the geofence", "of the name"]
    plain = embedder.embed(texts)
    group, geofence, nothing = Meanings(embedder).vectors(texts)
    assert plain[0] @ plain[1] > 0.5
    assert group @ geofence < 0.3
    assert not nothing.any()


def test_types_overrule_words(graph: ToolGraph) -> None:
    nodes = graph.by_name
    inputs = {(n.name, p.path): p for n in graph.tools for p in n.inputs}
    outputs = {(n.name, p.path): p for n in graph.tools for p in n.outputs}
    similar = [edge for edge in graph.edges if edge.score("semantic")]
    assert similar
    for edge in similar:
        taken, given = inputs[edge.consumer, edge.input], outputs[edge.producer, edge.output]
        if nodes[edge.producer].environment == nodes[edge.consumer].environment:
            assert taken.entity is None
            assert given.entity is None
            assert given.record not in nodes[edge.consumer].subjects
        else:
            assert taken.user_can_say


def test_an_embedder_is_optional(handmade: Tools) -> None:
    plain = build_graph(handmade, None)
    assert plain.embedder is None
    assert pairs(plain, "semantic") == set()
    assert pairs(plain, "type")


def test_each_input_keeps_a_few(handmade: Tools, embedder: WordLlamaEmbedder) -> None:
    options = GraphOptions(similarity=Similarity(least=0.1, within=1, across=2))
    graph = build_graph(handmade, embedder, options=options)
    for tool in graph.tools:
        for port in tool.inputs:
            edges = [e for e in graph.producers_of(tool.name, port.path) if e.score("semantic")]
            own = [e for e in edges if e.producer.startswith(f"{tool.environment}__")]
            assert len(own) <= 1
            assert len(edges) - len(own) <= 2


def test_what_is_known_of_a_tool_beats_its_name(handmade: Tools) -> None:
    graph = build_graph(handmade, None, changes_state={"weather__forecast": True})
    assert graph.tool("weather__forecast").changes_state is True
    assert graph.tool("shop__cancel_order").changes_state is True
    assert graph.tool("shop__list_orders").changes_state is False


def test_natural_keys_are_found_by_their_style(graph: ToolGraph) -> None:
    (port,) = (p for p in graph.tool("tracker__list_issues").inputs if p.path == "/repo")
    assert port.user is not None
    assert port.user.reason == "natural key"


def test_order_of_the_input_does_not_matter(
    handmade: Tools, embedder: WordLlamaEmbedder, graph: ToolGraph
) -> None:
    turned = {name: handmade[name][::-1] for name in reversed(handmade)}
    assert build_graph(turned, embedder) == graph


def test_what_is_kept_of_environments_gives_the_same_graph(
    handmade: Tools, embedder: WordLlamaEmbedder, graph: ToolGraph
) -> None:
    held: dict[str, bytes] = {}
    made: list[str] = []

    def keep(key: str, make: Callable[[], GraphPart]) -> GraphPart:
        if key not in held:
            made.append(key)
            held[key] = make().to_line()
        return GraphPart.model_validate_json(held[key])

    names = sorted(handmade)
    for count in range(1, len(names) + 1):
        some = {name: handmade[name] for name in names[:count]}
        kept = build_graph(some, embedder, keep=keep)
        assert kept.to_line() == build_graph(some, embedder).to_line()
        assert len(made) == count
    assert build_graph(handmade, embedder, keep=keep) == graph
    assert len(made) == len(names)


def test_a_part_is_made_again_where_anything_about_it_differs(
    handmade: Tools, embedder: WordLlamaEmbedder
) -> None:
    keys: set[str] = set()

    def keep(key: str, make: Callable[[], GraphPart]) -> GraphPart:
        keys.add(key)
        return make()

    first, *rest = handmade["weather"]
    build_graph({"weather": handmade["weather"]}, embedder, keep=keep)
    build_graph({"weather": handmade["weather"]}, None, keep=keep)
    build_graph({"climate": handmade["weather"]}, None, keep=keep)
    build_graph({"weather": [replace(first, description="?"), *rest]}, None, keep=keep)
    known = {f"weather__{first.name}": True}
    build_graph({"weather": handmade["weather"]}, None, keep=keep, changes_state=known)
    options = GraphOptions(Bounds(depth=3))
    build_graph({"weather": handmade["weather"]}, None, keep=keep, options=options)
    assert len(keys) == 6


def test_edges_inside_an_environment_depend_on_it_alone(
    handmade: Tools, embedder: WordLlamaEmbedder, graph: ToolGraph
) -> None:
    for name, tools in handmade.items():
        inside = [
            edge
            for edge in graph.edges
            if {graph.tool(edge.producer).environment, graph.tool(edge.consumer).environment}
            == {name}
        ]
        assert list(build_graph({name: tools}, embedder).edges) == inside


def test_two_tools_of_one_name_are_refused(handmade: Tools) -> None:
    tool = handmade["shop"][0]
    with pytest.raises(InputError, match="shop: two tools are called 'list_users'"):
        build_graph({"shop": [tool, tool]}, None)


def test_what_is_left_out_is_reported(handmade: Tools) -> None:
    events: list[Event] = []
    build_graph(handmade, None, options=GraphOptions(Bounds(depth=2)), listener=events.append)
    dropped = [event for event in events if isinstance(event, ItemDropped)]
    assert {event.reason for event in dropped} == {"schema larger than the bounds"}
    assert isinstance(events[-1], StageFinished)
    assert events[-1].dropped >= len(dropped) > 0


def test_nothing_at_all_is_a_graph(embedder: WordLlamaEmbedder) -> None:
    assert build_graph({}, embedder).tools == ()
    bare = ToolSpec(name="ping", description="", input_schema={}, output_schema={})
    assert build_graph({"a": [bare]}, embedder).edges == ()


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_same_bytes_under_any_hash_seed(graph: ToolGraph, seed: str) -> None:
    script = (
        "import runpy, sys\n"
        "from envfactory.graph import build_graph\n"
        "from envfactory.llm import WordLlamaEmbedder\n"
        "tools = runpy.run_path(sys.argv[1])['tools']()\n"
        "sys.stdout.buffer.write(build_graph(tools, WordLlamaEmbedder()).to_line())\n"
    )
    handmade = Path(__file__).parent / "handmade.py"
    run = subprocess.run(
        [sys.executable, "-c", script, str(handmade)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    assert run.stdout == graph.to_line()
