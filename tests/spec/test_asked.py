"""What callers are asked for: accounts in every path, words to look up, one record or several."""

from __future__ import annotations

from envfactory.spec import infer

TEXT = {"type": "string"}
WORD = {"type": "object", "properties": {"text": TEXT, "score": {"type": "number"}}}
WORDS = {"type": "array", "items": WORD}


def made(spec, line):
    return next((tool for tool in spec.tools if tool.operation == line), None)


def test_what_every_read_asks_for_narrows_it(api):
    lines = [f"GET /words/{{word}}/{end}" for end in ("phrases", "examples", "synonyms")]
    spec = infer(api.describe(*(api.operation(line, WORDS) for line in lines)))
    assert all(made(spec, line).behaviour.matches for line in lines)


def test_an_account_in_every_path_is_given(api):
    lines = [f"GET /accounts/{{accountId}}/{end}" for end in ("phrases", "examples", "synonyms")]
    spec = infer(api.describe(*(api.operation(line, WORDS) for line in lines)))
    assert not any(made(spec, line).behaviour.matches for line in lines)


def test_a_text_is_a_record_only_where_the_path_names_a_value(api):
    url, report = "GET /orders/{id}/startUrl", "GET /orders/{id}/embed"
    spec = infer(api.shop(api.operation(url, TEXT), api.operation(report, TEXT)))
    assert made(spec, url).behaviour.kind == "get"
    assert made(spec, report) is None


def test_one_is_answered_where_a_query_names_it(api):
    line = "GET /donations/show"
    spec = infer(
        api.describe(
            api.operation("GET /donations", None),
            api.operation(line, None, query={"id": TEXT}),
        )
    )
    assert made(spec, line).behaviour.kind == "get"


def test_what_another_kind_names_is_listed(api):
    line = "GET /tags/{repository}"
    spec = infer(
        api.describe(
            api.operation("GET /repositories", None),
            api.operation("GET /repositories/{id}", None),
            api.operation(line, None),
        )
    )
    assert made(spec, line).behaviour.kind == "list"


def test_a_page_of_a_path_picks_no_record(api):
    line = "GET /children/{sha1}/{count}/{cursor}"
    spec = infer(api.shop(api.operation(line, None)))
    assert made(spec, line) is None


def test_a_list_of_one_is_one_record(api):
    line = "GET /parcels/{id}"
    page = {
        "type": "object",
        "properties": {"total": {"type": "integer"}, "items": api.orders},
    }
    plain = infer(api.shop(api.operation("GET /orders/{id}", page, summary="Get an order")))
    assert made(plain, "GET /orders/{id}").behaviour.kind == "get"
    several = infer(api.shop(api.operation(line, page, summary="Get the parcels of an order")))
    assert made(several, line) is None or made(several, line).behaviour.kind == "list"


def test_a_record_is_created_under_the_key_of_its_path(api):
    basket = {"type": "object", "properties": {"name": TEXT, "capacity": {"type": "integer"}}}
    taken = {"type": "object", "properties": {"capacity": {"type": "integer"}}}
    line = "POST /baskets/{name}"
    spec = infer(
        api.describe(
            api.operation("GET /baskets/{name}", basket),
            api.operation(line, None, taken, summary="Create new basket"),
            api.operation("DELETE /baskets/{name}"),
        )
    )
    tool = made(spec, line)
    assert tool.behaviour.kind == "create"
    assert {assign.field for assign in tool.behaviour.assigns} == {"name", "capacity"}


def test_a_proof_that_every_call_asks_for_is_no_data(api):
    lines = [f"GET /{end}" for end in ("pages/{id}", "words/{id}", "lists/{id}")]
    spec = infer(
        api.describe(*(api.operation(line, WORD, query={"wskey!": TEXT}) for line in lines))
    )
    assert all("wskey" not in {p.name for p in made(spec, line).parameters} for line in lines)
    assert not any(f.name == "wskey" for entity in spec.entities for f in entity.fields)
    left = [o for o in spec.omissions if o.where.endswith("wskey")]
    assert {one.reason for one in left} == {"transport"}


def test_a_flag_beside_a_body_says_how_to_answer(api):
    line = "POST /orders"
    flag = {"type": "boolean", "description": "Will return orders that are locked."}
    spec = infer(
        api.describe(
            api.operation("GET /orders/{id}", api.order),
            api.operation(line, api.order, api.new_order, query={"locked": flag}),
            schemas=api.schemas,
        )
    )
    assert "locked" not in {p.name for p in made(spec, line).parameters}


def test_a_page_read_by_its_id_is_one_record(api):
    line = "GET /orders/{id}"
    query = {"limit": {"type": "integer"}}
    by_id = api.operation(line, api.orders, query=query, summary="Order data select by its id")
    assert made(infer(api.shop(by_id)), line).behaviour.kind == "get"
    below = api.operation(line, api.orders, query=query, summary="Order data")
    assert made(infer(api.shop(below)), line).behaviour.kind == "list"
