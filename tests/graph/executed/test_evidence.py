from collections.abc import Sequence
from dataclasses import replace

from envfactory.graph import Accept, Edge, ToolGraph
from envfactory.graph.executed import Effort, Site, Trials, try_edges

Short = set[tuple[str, str]]


def short(edges: Sequence[Edge], least: float = 0.5) -> Short:
    """Return edges as `producer/output -> consumer/input`, without the environment's name."""
    cut = len("library__")
    return {
        (f"{edge.producer[cut:]}{edge.output}", f"{edge.consumer[cut:]}{edge.input}")
        for edge in edges
        if edge.score("executed") >= least
    }


def test_values_that_identify_something_stand(trials: Trials) -> None:
    stands = short(trials.edges)
    assert ("list_readers/*/id", "list_loans/reader_id") in stands
    assert ("list_books/*/id", "get_book/book_id") in stands
    assert ("list_loans/*/book_id", "get_book/book_id") in stands
    assert ("list_loans/*/id", "annotate_loan/loan_id") in stands


def test_what_else_a_call_names_is_taken_from_around_the_value(trials: Trials) -> None:
    assert ("list_loans/*/id", "get_loan/loan_id") in short(trials.edges)


def test_an_edge_is_found_that_nobody_suggested(trials: Trials, typed: ToolGraph) -> None:
    found = ("list_readers/*/email", "find_reader/email")
    assert found not in short(typed.edges, 0.0)
    assert found in short(trials.edges)
    assert trials.tried.found >= 1


def test_where_any_value_works_nothing_stands(trials: Trials) -> None:
    assert not [pair for pair in short(trials.edges) if pair[1] == "annotate_loan/note"]
    assert trials.tried.outcomes["any value works"] > 0


def test_where_order_decides_nothing_stands(trials: Trials) -> None:
    assert not [pair for pair in short(trials.edges) if pair[1] == "list_loans/due_before"]


def test_numbers_that_coincide_are_no_edge(trials: Trials) -> None:
    stands = short(trials.edges)
    assert ("list_books/*/shelf", "get_book/book_id") not in stands
    assert ("list_books/*/id", "list_books/shelf") not in stands


def test_words_that_coincide_are_no_edge(trials: Trials) -> None:
    """A reader is called as a book is; neither port speaks of what the other is about."""
    stands = short(trials.edges)
    assert ("list_books/*/title", "locate/title") in stands
    assert ("list_readers/*/name", "locate/title") not in stands


def test_the_counts_add_up(trials: Trials) -> None:
    tried = trials.tried
    assert sum(tried.outcomes.values()) == tried.candidates
    assert tried.outcomes["stands"] == len(short(trials.edges))
    assert tried.environment == "library"
    assert tried.calls > 0


def test_with_the_types_hidden_the_same_edges_are_found(
    untyped: ToolGraph, site: Site, trials: Trials
) -> None:
    assert untyped.edges == ()
    hidden = short(try_edges(untyped.tools, (), replace(site, guesses=True)).edges)
    assert {pair for pair in short(trials.edges) if "/*/" in pair[0]} <= hidden


def test_it_comes_out_the_same_each_time(typed: ToolGraph, site: Site, trials: Trials) -> None:
    again = try_edges(typed.tools, typed.edges, site)
    assert again == trials
    assert Trials.model_validate_json(trials.to_line()) == trials


def test_nothing_is_tried_beyond_the_budget(typed: ToolGraph, site: Site) -> None:
    trials = try_edges(typed.tools, typed.edges, site, Effort(calls=3))
    assert trials.tried.calls <= 3 * len(typed.tools)
    assert trials.tried.outcomes.get("calls used up", 0) > 0


def test_a_live_server_is_called_a_few_times_for_each_tool(typed: ToolGraph, site: Site) -> None:
    trials = try_edges(typed.tools, typed.edges, replace(site, live=True))
    assert 0 < trials.tried.calls <= 12 * len(typed.tools)
    assert any(edge.evidence[0].score for edge in trials.edges)


def test_the_state_of_the_scenario_is_left_alone(typed: ToolGraph, site: Site) -> None:
    (start,) = site.starts.values()
    before = start.state_hash
    try_edges(typed.tools, typed.edges, site)
    assert start.state_hash == before


def test_an_environment_without_scenarios_or_tools_comes_to_nothing(typed: ToolGraph) -> None:
    nowhere = Site("library", {}, {})
    trials = try_edges(typed.tools, typed.edges, nowhere)
    assert trials.edges == ()
    assert set(trials.tried.outcomes) == {"consumer out of reach"}
    assert try_edges((), (), nowhere).tried.candidates == 0


def test_the_graph_takes_the_evidence_and_counts(typed: ToolGraph, trials: Trials) -> None:
    graph = typed.with_edges(trials.edges, [trials.tried])
    assert graph.tried == (trials.tried,)
    both = graph.accepted(Accept.parse("type+executed"))
    assert both.edges
    assert all(edge.score("type") and edge.score("executed") for edge in both.edges)
    assert ToolGraph.model_validate_json(graph.to_line()) == graph
