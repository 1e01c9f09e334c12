"""Joined words: tools and tables are named as the texts of an API write their words."""

from __future__ import annotations

import pytest

from envfactory.spec import infer

AREA = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}


def listed(api, path, text, schema="Area"):
    """Return the name of the tool that lists what a path names, and its table."""
    answer = {"type": "array", "items": {"$ref": f"#/schemas/{schema}"}}
    one = api.operation(f"GET {path}", answer, description=text)
    tool = infer(api.describe(one, schemas={schema: AREA})).tools[0]
    return tool.name, tool.behaviour.table


@pytest.mark.parametrize(
    ("path", "text", "schema", "table"),
    [
        ("/therapeuticareas", "Returns the therapeutic areas.", "Area", "therapeutic_areas"),
        ("/contracttests", "Lists all tests.", "ContractTest", "contract_tests"),
        ("/webhooks", "Lists webhooks. Web hooks are called.", "Hook", "webhooks"),
        ("/therapeuticareas", "Returns the areas.", "Area", "therapeuticareas"),
        ("/datasets", "Lists the data sets. A data set has rows.", "Row", "datasets"),
        ("/newsletters", "Lists news that letters tell.", "Letter", "newsletters"),
    ],
)
def test_words_are_parted_where_the_api_itself_parts_them(api, path, text, schema, table):
    assert listed(api, path, text, schema) == (f"list_{table}", table)


def test_a_verb_that_a_path_ends_with_is_called_by_what_it_gives(api):
    assert listed(api, "/suggest", "Lists what might be meant.")[0] == "list_suggestions"
    assert listed(api, "/requests", "Lists requests.")[0] == "list_requests"


def test_what_no_one_counts_has_one_form(api):
    assert listed(api, "/nearby", "Lists what is nearby.", "Nearby")[0] == "list_nearby"
    assert listed(api, "/marketdata", "Lists prices.", "Marketdata")[1] == "marketdata"
    assert listed(api, "/chairs", "Lists chairs.")[0] == "list_chairs"
