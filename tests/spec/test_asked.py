"""What callers are asked for: accounts in every path, words that are looked up, texts in answers."""

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
