"""Reasons fit, are whole sentences, and hold nothing that could be taken for a value."""

import random
import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.model import Domain
from envfactory.task.meanings.words import load_words
from envfactory.task.surface.context import Context, load_reasons, sentence, written_out

TOPICS = ("create", "update", "delete", "ask")


def context(seed: int, domain: str = "other") -> Context:
    rng = random.Random(seed)
    return Context(domain, rng, rng.choice)


def every_line() -> list[str]:
    reasons = load_reasons()
    sections = [reasons.common, *reasons.by_kind.values(), *reasons.by_domain.values()]
    lines = [line for section in sections for lines in section.values() for line in lines]
    return [*lines, *reasons.scenes, *reasons.chat, *reasons.tails]


def test_there_are_reasons_for_every_domain_and_kind() -> None:
    reasons = load_reasons()
    assert set(reasons.by_domain) == set(get_args(Domain)) - {"other"}
    assert set(reasons.by_kind) == set(load_words().kinds.values())
    for section in (reasons.common, *reasons.by_kind.values(), *reasons.by_domain.values()):
        assert set(TOPICS) <= set(section)


def test_no_reason_holds_a_number_or_code() -> None:
    for line in every_line():
        assert not re.search(r"\d|_|https?:|\b(?:two|three|ten)\b(?! of us)", line), line
        gaps = {"who", "event", "when", "where", "place", "name"}
        assert set(re.findall(r"{(\w+)}", line)) <= gaps
        assert line[-1] not in ".!?"


@given(
    st.sampled_from((*TOPICS, "any")),
    st.sampled_from(("", "person", "order")),
    st.sampled_from(get_args(Domain)),
    st.sampled_from(("Could you delete it?", "Jason Lee has left us.", "pls add it", "So, why?")),
    st.booleans(),
    st.booleans(),
    st.integers(),
)
def test_a_request_stays_whole_beside_its_reason(
    topic: str, kind: str, domain: str, request: str, bound: bool, asks: bool, seed: int
) -> None:
    here = context(seed, domain)
    reason = here.reason(topic, kind)
    assert "{" not in reason
    if not reason:
        assert topic == "any"
        return
    text = " ".join(filter(None, here.put(reason, request, bound=bound, asks=asks)))
    assert request.rstrip(".?!").casefold() in text.casefold()
    assert not bound or request in text
    assert reason.casefold() in text.casefold()


def test_people_are_not_talked_of_as_things() -> None:
    known = load_reasons().by_kind["person"]["delete"]
    starts = {line.split("{")[0] for line in known}
    for seed in range(60):
        reason = context(seed, "productivity and files").reason("delete", "person")
        assert any(reason.startswith(start) for start in starts), reason


def test_i_stays_large_after_so() -> None:
    told = {
        " ".join(context(seed).put("plans changed", "I'd add it.", bound=False, asks=False)).strip()
        for seed in range(30)
    }
    assert told == {"Plans changed. I'd add it.", "Plans changed, so I'd add it."}


def test_nobody_is_met_in_a_message() -> None:
    met = re.compile(r"\b(?:met|meet|bumped|chat|talk|shook|settled up|introduced|writing this)\b")
    lines = [line for line in every_line() if met.search(line)]
    assert sum("{place}" in line for line in lines) > 5
    assert not [line for line in lines if "{where}" in line]
    parts = load_reasons().parts
    assert not set(parts["place"]) & set(parts["medium"])


def test_what_follows_a_reason_names_nothing_of_the_same_sort() -> None:
    whens = load_reasons().parts["when"]
    for seed in range(300):
        reason = context(seed, "communication and social").reason("create", "container")
        assert sum(f" {when}" in reason for when in whens if "the" not in when) <= 1, reason


def test_a_reason_for_several_records_does_not_speak_of_one() -> None:
    one = re.compile(r"\b(?:it|they|them|there)\b")
    deletions = [context(seed).reason("delete", "case", many=True) for seed in range(80)]
    assert not [told for told in deletions if one.search(told.split(",")[0])]
    assert any(one.search(context(seed).reason("delete", "case")) for seed in range(80))
    questions = {context(seed).reason("ask", "place", many=True) for seed in range(200)}
    assert not questions & {"I've never been there myself"}


def test_only_who_renames_something_speaks_of_its_old_name() -> None:
    def told(*, renames: bool) -> str:
        reasons = [
            context(seed).reason("update", "container", renames=renames) for seed in range(120)
        ]
        return " ".join(reasons)

    assert "old name" in told(renames=True)
    assert "name " not in told(renames=False).replace("{name}", "")


@pytest.mark.parametrize(
    ("text", "formal"),
    [
        ("I'm sure it's late", "I am sure it is late"),
        ("we can't, they won't, he doesn't", "we cannot, they will not, he does not"),
        ("Ann's list isn't ours", "Ann's list is not ours"),
    ],
)
def test_formal_people_write_words_out(text: str, formal: str) -> None:
    assert written_out(text) == formal


def test_a_sentence_begins_large_and_ends() -> None:
    assert sentence("it rains") == "It rains."


def test_what_somebody_saw_themselves_they_did_not_hear_from_others() -> None:
    for seed in range(200):
        reason = context(seed).reason("create", "device")
        assert not re.fullmatch(r"it's sitting on my desk, .+", reason), reason
