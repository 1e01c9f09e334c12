from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from envfactory.spec.words.prose import cut, plain, sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Get <b>one</b> order.</p>", "Get one order."),
        ("See [the docs](https://x.example/y) for `more`.", "See the docs for more."),
        ("# Orders\n\nA **list** of orders.", "A list of orders."),
        ("Orders\n------\nA list.\n\n| a | b |\n|---|---|\n", "A list."),
        ("<h2>Orders</h2><p>A list.</p>", "A list."),
        ("## Orders", "Orders"),
        ("One &amp; two", "One & two"),
        ("Text ```code\nmore``` end", "Text end"),
        ("snake_case_names stay", "snake_case_names stay"),
    ],
)
def test_markup_goes(text, expected):
    assert plain(text) == expected


@given(st.text(max_size=2000))
@example("0\n#0")
def test_the_result_is_one_short_printable_line(text):
    result = plain(text)
    assert len(result) <= 300
    assert "\n" not in result
    assert all(c.isprintable() for c in result)
    assert result == result.strip()


@pytest.mark.parametrize("text", ["<" * 5000, "[" * 5000, "*a" * 5000, "`" * 9999, "<!--" * 2000])
def test_hostile_markup_takes_no_time(text):
    assert len(plain(text)) <= 300


def test_long_text_is_cut_at_a_sentence():
    assert cut("First part. " * 40, 100).endswith("part.")
    assert cut("word " * 100, 50).endswith("…")


def test_sentence():
    assert sentence("the order") == "The order."
    assert sentence("Done!") == "Done!"


def test_a_heading_that_is_a_sentence_is_text():
    text = "#### Only foods that contain a specific ingredient.\n\n**Example**\n> `x=Salt`"
    assert plain(text).startswith("Only foods that contain a specific ingredient.")
    assert plain("# Orders\n\nReturns all orders.") == "Returns all orders."


def test_what_callers_give_is_no_markup():
    text = "A barcode, <database prefix>_<ID code>_TR, of <b>one</b> trace<br/>."
    assert plain(text) == "A barcode, <database prefix>_<ID code>_TR, of one trace."


def test_a_text_is_not_cut_inside_brackets():
    text = f"An id of a state. It has letters (but not - * ! . or a space). {'word ' * 20}"
    assert cut(text, 60) == "An id of a state."
    assert cut(text, 70) == "An id of a state. It has letters (but not - * ! . or a space)."


def test_lines_and_items_are_told_apart():
    assert plain("Get the account\nThe token is given.") == "Get the account. The token is given."
    assert plain("Searches fields:\n- name\n- city") == "Searches fields: name; city"
    assert plain("Lists of\nProducts") == "Lists of Products"


def test_a_text_in_the_wrong_encoding_is_mended():
    assert plain("Get digits of pi (Ï€)") == "Get digits of pi (π)"
    assert plain("Größe – naïve") == "Größe – naïve"
