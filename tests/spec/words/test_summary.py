from __future__ import annotations

import pytest

from envfactory.spec.words.summary import environment_summary, tool_summary

WELCOME = (
    "Welcome to the Issue API.\n\nYou can use this API to access all Issue API endpoints.\n\n"
    "## Base URL\n\nThe base URL for all API requests is `https://x.example`\n\n"
    "## Headers\n\nCustom headers that are expected as part of the request.\n\n"
    "| Name | Type |\n| --- | --- |\n| x-key | string |\n"
)


def test_talk_about_the_web_gives_way_to_what_is_kept():
    told = environment_summary(WELCOME, "Issue API", ["tickets", "tags", "users"])
    assert told == "Issue API: tickets, tags and users."
    assert environment_summary("", "Pets Documentation", ["pets"]) == "Pets: pets."


@pytest.mark.parametrize(
    "text",
    [
        "# Introduction\n\nManage the trips and bookings of your guests. See https://x.example.",
        "Manage the trips and bookings of your guests.\n\n# Authentication\nUse an API key.",
        "Authenticate with an API key.\n\nManage the trips and bookings of your guests.",
    ],
)
def test_the_sentences_that_say_what_it_is_for_stay(text):
    assert environment_summary(text, "T", ["trips"]) == (
        "Manage the trips and bookings of your guests."
    )


def test_long_text_ends_with_a_sentence():
    told = environment_summary("Manage the many bookings of your guests. " * 30, "T", ["trips"])
    assert told.endswith("guests.")
    assert len(told) <= 300


def test_tools_say_what_they_do():
    assert tool_summary("", "Use this endpoint to fetch a report.", "x") == "Fetch a report."
    assert tool_summary("Make", "Make one new product. For several use POST /products.", "x") == (
        "Make one new product."
    )
    assert tool_summary("", "", "get one order") == "Get one order."
    assert tool_summary("Get one", "word " * 200, "x") == "Get one."


def test_what_a_tool_does_comes_before_notes_about_it():
    notes = "**Notes:** Valid JSON cannot contain newlines.<br/>These have to be escaped."
    assert tool_summary("Finds names in a document", notes, "x") == "Finds names in a document."
    tips = "## Get data for foods\n\n**Example** foo\n\nTips"
    assert tool_summary("Get a branded food item", tips, "x") == "Get a branded food item."
    assert tool_summary("", "Get forecasts for points<br/>None", "x") == "Get forecasts for points."


def test_a_title_comes_first_where_the_text_says_something_else():
    said = tool_summary("Get one equipment category", "Categories that equipment falls under.", "x")
    assert said == "Get one equipment category. Categories that equipment falls under."
    assert tool_summary("Create a new product", "Creates a product in your shop.", "x") == (
        "Creates a product in your shop."
    )
