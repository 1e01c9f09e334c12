"""Look-ups and single records: what reads answer with that nobody stores."""

from __future__ import annotations

import pytest

from envfactory.errors import InputError
from envfactory.spec import infer

TEXT = {"type": "string"}
RATE = {"type": "object", "properties": {"rate": {"type": "number"}, "asOf": TEXT}}


def only(spec):
    (tool,) = spec.tools
    return tool


def test_inputs_that_decide_an_answer_tell_the_answers_apart(api):
    spec = infer(
        api.describe(api.operation("GET /rates", RATE, query={"from!": TEXT, "to!": TEXT}))
    )
    rates = spec.entity("rates")
    assert rates.looked_up
    assert rates.field(rates.key).inferred
    tool = only(spec)
    assert tool.name == "get_rates"
    assert tool.behaviour.by == "scope"
    assert tuple(match.field for match in tool.behaviour.scope) == rates.identity
    assert all(rates.field(name).inferred for name in rates.identity)
    assert not any(rates.field(name).optional for name in rates.identity)


def test_an_answer_about_a_record_refers_to_it(api):
    spec = infer(api.shop(api.operation("GET /customers/{id}/stats", RATE)))
    tool = next(tool for tool in spec.tools if tool.operation == "GET /customers/{id}/stats")
    stats = spec.entity(tool.behaviour.table)
    assert tool.name == "get_customer_stats"
    assert stats.identity == ("customer_id",)
    assert stats.field("customer_id").reference.table == "customers"
    assert stats.parent == "customer_id"
    assert tool.parameters[0].reference.table == "customers"


def test_one_input_of_its_own_is_the_key(api):
    spec = infer(api.describe(api.operation("GET /forecasts/{city}", RATE)))
    forecasts = spec.entity("forecasts")
    assert (forecasts.key, forecasts.key_style, forecasts.identity) == ("city", "natural", ())
    assert only(spec).behaviour.by == "key"


@pytest.mark.parametrize(
    ("choices", "named"), [(["json", "xml"], ["city"]), (["hourly", "daily"], ["form", "city"])]
)
def test_how_an_answer_is_written_tells_no_answers_apart(api, choices, named):
    forecast = api.operation("GET /forecasts/{form}", RATE, query={"city!": TEXT})
    form = forecast.parameters[0].model_copy(update={"schema_": {**TEXT, "enum": choices}})
    one = forecast.model_copy(update={"parameters": (form, *forecast.parameters[1:])})
    assert [parameter.name for parameter in only(infer(api.describe(one))).parameters] == named


def test_an_answer_that_depends_on_nothing_is_a_single_record(api):
    query = {"format": TEXT, "api_key!": TEXT}
    spec = infer(api.describe(api.operation("GET /account/balance", RATE, query=query)))
    tool = only(spec)
    assert spec.entity(tool.behaviour.table).singleton
    assert (tool.name, tool.behaviour.by) == ("get_account_balance", "only")
    assert tool.parameters == ()


@pytest.mark.parametrize(
    "path",
    ["GET /translate?text={text}", "GET /validate/{vat}", "GET /search/{query}"],
)
def test_what_is_computed_from_what_callers_make_up_is_no_look_up(api, path):
    with pytest.raises(InputError, match="computes, keeps no record"):
        infer(api.describe(api.operation(path, RATE)))


def test_records_of_a_table_are_not_looked_up_beside_it(api):
    spec = infer(api.shop(api.operation("GET /reports/{month}/order", api.order)))
    assert not any(entity.looked_up for entity in spec.entities)


def test_what_is_an_answer_in_one_place_is_one_in_another(api):
    clock = {"type": "object", "properties": {"now": TEXT, "offset": TEXT, "zone": TEXT}}
    ref = {"$ref": "#/schemas/Clock"}
    spec = infer(
        api.describe(
            api.operation("GET /timezone/{area}/{city}", ref),
            api.operation("GET /ip/{ipv4}", ref),
            schemas={"Clock": clock},
        )
    )
    assert {tool.operation: tool.behaviour.table for tool in spec.tools} == {
        "GET /timezone/{area}/{city}": "timezones",
        "GET /ip/{ipv4}": "ips",
    }


def test_the_nouns_before_the_last_may_name_the_content(api):
    race = {"type": "object", "properties": {"id": TEXT, "course": TEXT}}
    cards = {"racecards": {"type": "array", "items": race}, "query": {"type": "object"}}
    body = {"type": "object", "properties": {**cards, "limit": {"type": "integer"}}}
    spec = infer(api.describe(api.operation("GET /racecards/basic", body)))
    assert only(spec).behaviour.kind == "list"


def test_a_search_is_no_single_record(api):
    with pytest.raises(InputError, match="searches in what no table holds"):
        infer(api.describe(api.operation("GET /places/search", RATE, query={"near": TEXT})))


def test_an_optional_input_that_names_the_subject_decides(api):
    spec = infer(
        api.describe(api.operation("GET /schedule-for-stop", RATE, query={"stopId": TEXT}))
    )
    assert [parameter.name for parameter in only(spec).parameters] == ["stop_id"]


def test_a_few_optional_inputs_decide_where_no_other_does(api):
    query = {"start_date": TEXT, "end_date": TEXT, "detailed": {"type": "boolean"}}
    spec = infer(api.describe(api.operation("GET /feed", RATE, query=query)))
    tool = only(spec)
    assert [parameter.name for parameter in tool.parameters] == ["start_date", "end_date"]
    assert "callers must say what the source lets them leave out" in tool.inferred
    many = dict.fromkeys(("colour", "shape", "brand", "season"), TEXT)
    with pytest.raises(InputError, match="answers by many inputs"):
        infer(api.describe(api.operation("GET /feed", RATE, query=many)))


def test_what_lies_at_the_root_is_named_by_its_schema_or_the_api(api):
    app = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
    ref = {"$ref": "#/schemas/Application"}
    spec = infer(
        api.describe(
            api.operation("GET /", {"type": "array", "items": ref}),
            api.operation("POST /", ref, app),
            api.operation("GET /{id}", ref),
            api.operation("DELETE /{id}"),
            schemas={"Application": app},
        )
    )
    assert {tool.name for tool in spec.tools} == {
        "list_applications",
        "create_application",
        "get_application",
        "delete_application",
    }


def test_how_many_results_to_include_tells_no_answers_apart(api):
    count = {"type": "integer", "description": "Number of results to include in the response."}
    line = "GET /rates/history"
    query = {"base!": TEXT, "recordsNumber!": count}
    spec = infer(api.describe(api.operation(line, RATE, query=query)))
    assert [parameter.name for parameter in only(spec).parameters] == ["base"]


def test_what_promises_all_there_is_needs_no_input(api):
    query = {"os": TEXT}
    one = api.operation(
        "GET /browsers", RATE, query=query, summary="Fetch all available combinations."
    )
    tool = only(infer(api.describe(one)))
    assert (tool.behaviour.by, tool.parameters) == ("only", ())


def test_two_names_of_one_input_ask_for_it_once(api):
    answer = {"type": "object", "properties": {"name": {"type": "string"}}}
    drug = api.operation("GET /drugs/{DRUG_ID}", answer, query={"drug_id!": {"type": "string"}})
    for tool in infer(api.shop(drug)).tools:
        matches = getattr(tool.behaviour, "scope", ())
        assert len({match.field for match in matches}) == len(matches)


def test_what_a_key_picks_is_called_in_the_singular(api):
    text = {"type": "string"}
    job = {"type": "object", "properties": {"status": text, "result": text}}
    one = api.operation(
        "GET /jobs", {"$ref": "#/schemas/inline_response_201_1"}, query={"jobid!": text}
    )
    schemas = {"inline_response_201_1": job}
    spec = infer(api.describe(one, schemas=schemas))
    assert [tool.name for tool in spec.tools] == ["get_job"]
    assert [entity.name for entity in spec.entities] == ["Job"]
