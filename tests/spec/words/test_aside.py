"""Asides: what is beside the matter goes, and what is said of the matter stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.words.aside import without_asides


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("This endpoint retrieves all user configurations.", "Retrieves all user configurations."),
        (
            "This endpoint allows the client to retrieve a list of articles.",
            "Retrieve a list of articles.",
        ),
        (
            "Use the /email/unsubscribes endpoint to return emails that have unsubscribed.",
            "Return emails that have unsubscribed.",
        ),
        (
            "Create a new empty folder. New files can be uploaded via the /resources/upload "
            "endpoint.",
            "Create a new empty folder.",
        ),
        (
            "Get a document. This API endpoint returns the document specified by path.",
            "Get a document. Returns the document specified by path.",
        ),
        ("[DEPRECATED]Get the rotation of a vehicle.", "Get the rotation of a vehicle."),
        ("Gets the task [ id -> detect object task].", "Gets the task."),
        ("5. Get codename details. No pagination supported.", "Get codename details."),
        ("Views: Get View.", "Get View."),
        ("List all advisories. For example, /advisories/all.xml.", "List all advisories."),
        ("List vehicles. February 21, 2017: Renamed them.", "List vehicles."),
        (
            "Updates a user. The following fields can be updated: name, and password.",
            "Updates a user.",
        ),
        (
            "Fetch a list of uptime checks. Currently in closed beta.",
            "Fetch a list of uptime checks.",
        ),
        ("Manage who takes part in a beta. BETA", "Manage who takes part in a beta."),
        ("Beta readers of a book.", "Beta readers of a book."),
        ("Summary of account topups in JSON.", "Summary of account topups."),
        (
            "Returns data for a point. There are two ways to do this: 1. Specify a place.",
            "Returns data for a point.",
        ),
        (
            "Compatible to awattar (https://api.awattar.de/v1/marketdata) but for Germany.",
            "Compatible to awattar but for Germany.",
        ),
        ("Create a comment with the following rules:", "Create a comment."),
        ("This end point lists all areas.", "Lists all areas."),
        (
            "By passing in the appropriate options, you can search for assets.",
            "Search for assets.",
        ),
        ("Returns a JSON array of results.", "Returns an array of results."),
        ("The schedule endpoint produces a TV schedule.", "Produces a TV schedule."),
        (
            "ASNLookup endpoint: This method helps you lookup any AS Number.",
            "Lookup any AS Number.",
        ),
        (
            "Get the data of a domain. You don't need this endpoint. It is, therefore, mainly "
            "used for tests.",
            "Get the data of a domain.",
        ),
    ],
)
def test_what_a_tool_says_is_about_what_it_does(text, left):
    assert without_asides(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(Required) a numeric identifier of the family.", "A numeric identifier of the family."),
        (
            "(Optional*) String If provided, only this address.",
            "If provided, only this address.",
        ),
        ("Search term (e.g. 'Lincol') (required)", "Search term (e.g. 'Lincol')"),
        (
            "Identifier of route; values returned by Routes API - v3/routes.",
            "Identifier of route.",
        ),
        (
            "Format: Variable length, up to 4 N Description: The location of a sale.",
            "The location of a sale.",
        ),
        (
            "Where values lie. If it is no integer, the server will respond with a 404 error.",
            "Where values lie.",
        ),
        ("See point_hints of the matrix.", ""),
        ("INTERNAL USE ONLY.", ""),
        ("XXXXXXXXX.", ""),
        (
            "This path parameter specifies the ID of the quote. It is a part of the URL.",
            "The ID of the quote.",
        ),
        ("Can not be used with branch.", ""),
        (
            'Identifier. Can be found in the "information" tab of the dataset page.',
            "Identifier.",
        ),
        ("Filter your messages by one of the statuses below:", "Filter your messages."),
    ],
)
def test_what_an_input_says_is_about_its_value(text, left):
    assert without_asides(text, of_input=True) == left


@pytest.mark.parametrize(
    "text",
    [
        "Read an existing payment session.",
        "Check a number. Returns whether it is valid.",
        "Follow the given user (if not followed yet).",
        "Name of the domain, such as http://example.com/path.",
        "Deletes the endpoint of the webhook.",
        "Click count of the newsletter.",
        "Optional extras that guests may order.",
        "See if a name is taken.",
        "Gets a task. It is done when all steps are.",
        "The call is recorded.",
        "Number of retries (at most 5).",
        "Formats: A002068 or http://weber-gesamtausgabe.de/A002068.",
    ],
)
def test_what_is_meant_stays(text):
    assert without_asides(text) == text
    assert without_asides(text, of_input=True) == text


@given(st.text(max_size=400))
def test_hostile_texts_end_and_stay_on_one_line(text):
    for of_input in (False, True):
        said = without_asides(" ".join(text.split()), of_input)
        assert len(said) <= len(text) + text.count(".") + 2


@pytest.mark.parametrize("text", ["(" * 5000, "see " * 2000, "http://" * 900, "this the " * 900])
@pytest.mark.parametrize("of_input", [False, True])
def test_hostile_repetitions_end_and_add_nothing(text, of_input):
    assert len(without_asides(text[:6000], of_input)) <= len(text) + 1
