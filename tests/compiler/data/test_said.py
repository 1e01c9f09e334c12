from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.compiler.data.said import said_examples, said_values


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ('Possible values are: "opaque" - Blocks. "clear" - Does not.', ("opaque", "clear")),
        ("Possible values include: open, in_progress, or - else - any.", ("open", "in_progress")),
        ("The Message type. Can be: text or media.", ("text", "media")),
        ("The account type can be CHECKING, SAVINGS, or UNKNOWN.", ("CHECKING", "SAVINGS")),
        ("String|Number|Boolean.", ("String", "Number", "Boolean")),
        ("Can be true to send to sandboxes or false to send to production.", ("true", "false")),
        ('The possible values are: "a" "b" Optional.', ("a", "b")),
        ("This can be neighborhoods, boroughs, districts.", ()),
        ("Optional, either this or group_id.", ()),
        ("The name of the channel.", ()),
        ("Must be set before the order is placed.", ()),
    ],
)
def test_listed_values_are_read(description: str, values: tuple[str, ...]) -> None:
    assert said_values(description) == values


def test_examples_are_read() -> None:
    assert said_examples('Status (e.g. "Planned", "Current")') == ("Planned", "Current")
    assert said_examples("For example, whatever you like.") == ()


@given(st.text(max_size=200))
def test_any_text_may_be_a_description(text: str) -> None:
    assert len(said_values(text)) != 1 or "unknown" in text.lower() or "other" in text.lower()
    assert all(said_examples(f"e.g. {text}"))
