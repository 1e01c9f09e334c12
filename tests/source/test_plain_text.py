import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.source.plain_text import cut_at_sentence, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Creates a <code>Note</code>.</p> <p>Free.</p>", "Creates a Note. Free."),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ('See <a href="https://x">the &amp; page</a>.', "See the & page."),
        ("a < b and b > c", "a < b and b > c"),
        ("<!-- hidden --><script>x()</script>seen", "seen"),
        ("<!-- never closed", ""),
        ("", ""),
        ("plain\n  text", "plain text"),
    ],
)
def test_markup_is_taken_away(markup: str, text: str) -> None:
    assert plain_text(markup, 100) == text


def test_long_texts_end_with_a_sentence() -> None:
    assert cut_at_sentence("One thing. Two things. Three things.", 25) == "One thing. Two things."
    assert cut_at_sentence("One thing, and another thing", 15) == "One thing, and…"
    assert cut_at_sentence("Version 1.2 of it. More.", 18) == "Version 1.2 of it."
    assert cut_at_sentence("x" * 50, 10) == "x" * 9 + "…"


@given(st.text(alphabet="<>/!-pa .&;", max_size=300), st.integers(5, 50))
def test_whatever_arrives_the_bound_holds(markup: str, limit: int) -> None:
    assert len(plain_text(markup, limit)) <= limit
