import random

from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.meanings.given import LINK, is_link, is_version, new_link, new_version, slug_of


def test_links_that_people_paste_are_told_from_those_that_programs_follow() -> None:
    assert all(map(is_link, ("url", "repository_url", "imageUrl", "homepage", "source_link")))
    assert not any(map(is_link, ("webhook_url", "callbackUrl", "url_count", "linked", "self_link")))
    assert is_version("build_version")
    assert not is_version("conversion")


@given(st.text(max_size=60))
def test_a_slug_can_stand_in_a_link(title: str) -> None:
    slug = slug_of(title)
    assert LINK.fullmatch(f"https://www.example.com/{slug}")
    assert len(slug) <= 40


def test_a_link_leads_to_what_its_field_is_called_after() -> None:
    rng = random.Random(1)
    link = new_link("image_url", ["Market square"], (), rng)
    assert isinstance(link, str)
    assert link.endswith("/market-square.jpg")
    assert new_link("url", [], (), rng) is None
    assert new_link("image_url", ["Market square"], [link] * 3, random.Random(1)) is None


def test_a_version_follows_one_that_is_there() -> None:
    assert new_version(["Amber", "2.4.1"], random.Random(3)) in {"2.4.2", "2.4.3", "2.4.4"}
    assert new_version(["Amber", 3], random.Random(3)) is None
