"""Web pages are whole, load nothing, and show texts as they are."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from envfactory.webpage import STYLE, code, document, facts, table


class Shown(HTMLParser):
    """Collects the texts and the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")))
def test_texts_come_out_as_they_went_in(text: str) -> None:
    assert "".join(Shown(code(text)).texts) == text
    assert Shown(facts({text: text})).tags == ["dl", "div", "dt", "dd"]
    page = document(text, code(text))
    assert {"script", "link", "img"}.isdisjoint(Shown(page).tags)


def test_figures_that_are_not_known_are_left_out() -> None:
    assert "lines" not in facts({"tasks": 3, "lines": None})


def test_a_verdict_that_failed_can_be_read() -> None:
    """What is written on the colour of failures has not that colour itself."""
    assert ".failed:not(.level)" in STYLE
    assert ".failed, " not in STYLE


def test_whole_numbers_stand_to_the_right() -> None:
    shown = table(("name", "count"), [("one", "12"), ("two", "1.5")])
    assert shown.count('<td class="n">') == 1
    assert "<th>count</th>" in shown
    assert "<th>" not in table((), [("a", "b")])
