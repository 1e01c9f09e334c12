"""Messages hold all that they are about, in every tone."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.task.surface import Piece, Voice
from envfactory.task.surface.wording import TONES, load_wordings
from envfactory.task.user import Persona

WISHES = (
    Piece("move the due date of the task ‘Pay rent’ to Friday", topic="update", tool="update_task"),
    Piece(
        "delete the list ‘Old ideas’", "the list ‘Old ideas’ can go", "delete", tool="delete_list"
    ),
    Piece("add a task called ‘Water plants’", "", "create", tool="add_task"),
    Piece("when is ‘Book dentist’ due", "when ‘Book dentist’ is due", "ask", asks=True),
    Piece("what's the price of it", "what the price of it is", "ask", asks=True),
    Piece(
        "set the price of the item ‘Kettle’ to 30",
        topic="update",
        tool="update_item",
        instead="25",
        given_up="30",
    ),
)
VALUES = {0: "Friday", 1: "‘Old ideas’", 2: "‘Water plants’", 3: "‘Book dentist’", 5: "25"}
KEPT = ("Friday", "Pay rent", "Old ideas", "Water plants", "Book dentist", "Kettle", "25")


@given(
    st.sampled_from(TONES),
    st.booleans(),
    st.floats(0, 1),
    st.booleans(),
    st.integers(),
    st.lists(st.sampled_from(range(len(WISHES))), min_size=1, max_size=4, unique=True),
)
def test_a_message_holds_every_value(tone, engineer, typos, later, seed, chosen):
    voice = Voice(Persona(tone=tone, engineer=engineer, typos=typos), 9, random.Random(seed))
    text = voice.message([WISHES[place] for place in chosen], KEPT, later=later)
    for place in chosen:
        assert VALUES.get(place, "") in text
    assert not re.search(r"[{}]|  |\.\.(?!\.)| [,.?!]", text), text
    if 5 in chosen:
        assert text.index("30") < text.rindex("25")


@pytest.mark.parametrize("tone", TONES)
def test_the_same_seed_gives_the_same_words(tone):
    def spoken():
        voice = Voice(Persona(tone=tone, typos=0.1), 20, random.Random(7))
        return [voice.message(WISHES, KEPT, later=later) for later in (False, True, True)]

    assert spoken() == spoken()


def test_tones_differ_and_greetings_follow_the_clock():
    polite = [
        Voice(Persona(tone="polite"), 20, random.Random(f"{seed}")).message(
            WISHES, KEPT, later=False
        )
        for seed in range(60)
    ]
    assert any("Good evening" in text for text in polite)
    assert not any("Good morning" in text for text in polite)
    terse = [
        Voice(Persona(tone="terse"), 20, random.Random(f"{seed}")).message(
            WISHES, KEPT, later=False
        )
        for seed in range(60)
    ]
    mean = [sum(map(len, texts)) / len(texts) for texts in (polite, terse)]
    assert mean[1] < 0.85 * mean[0]


def test_a_change_of_mind_between_messages_names_both_values_and_asks_once():
    voice = Voice(Persona(), 9, random.Random(0))
    ahead, after = voice.change_ahead(WISHES[5], KEPT)
    assert "30" in ahead
    assert "25" not in ahead
    assert "25" in after


def test_wordings_are_complete():
    wordings = load_wordings()
    assert set(wordings.tones) == set(TONES)
    for wording in wordings.tones.values():
        assert all("{do}" in frame or "{Do}" in frame for frame in (*wording.do, *wording.more))
        assert all("{ask}" in frame or "{Ask}" in frame for frame in wording.ask)
        embedding = (*wording.look, *wording.noun, *wording.either)
        assert all("{embedded}" in frame for frame in embedding)
        assert all("{value}" in frame for frame in wording.rethinks)
        assert all("{labels}" in frame for frame in (*wording.new_aside, *wording.more_aside))
        assert wording.name_aside
        assert not any("{" in sentence for sentence in wording.name_aside)


def test_what_a_new_record_is_called_is_asked_for_in_other_words_too() -> None:
    def said(labels: str, topic: str) -> str:
        texts = []
        for seed in range(40):
            voice = Voice(Persona(), 9, random.Random(seed))
            piece = Piece("add a list", topic=topic, withheld=labels)
            texts.append(voice.message([piece], (), later=False))
        return " ".join(texts)

    assert "what to call it" in said("name", "create")
    assert "what to call it" not in said("name and colour", "create") + said("name", "update")


def test_what_somebody_changes_their_mind_about_comes_before_why_they_ask() -> None:
    piece = Piece(
        "set the price of ‘Kettle’ to 30",
        topic="update",
        instead="25",
        given_up="30",
        kind="product",
    )
    for seed in range(150):
        text = Voice(Persona(), 9, random.Random(seed), "commerce and payments").message(
            [piece], ("Kettle", "25"), later=False
        )
        between = text[text.index(" 30") + 3 : text.rindex("25")]
        assert len(between.split()) < 14, text


def test_people_do_not_pack_long_wishes_into_one_sentence() -> None:
    long = (
        "set the notes of the task ‘File the travel expenses’ on the list ‘Offsite’ to ‘Shorter.’"
        " as well as the due date to that of ‘Book the venue’"
    )
    pieces = [
        Piece(long, topic="update"),
        Piece("rename the list ‘Offsite’ to ‘Tax’", topic="update"),
    ]
    for seed in range(30):
        text = Voice(Persona(), 9, random.Random(seed)).message(pieces, (), later=False)
        assert not re.search(r"Book the venue’(?:,|;| and| before)", text), text


def test_terse_people_begin_reasons_with_small_letters() -> None:
    texts = [
        Voice(Persona(tone="terse"), 9, random.Random(seed)).message(
            [Piece("delete it", topic="delete")], (), later=False
        )
        for seed in range(200)
    ]
    told = [text for text in texts if re.search(r"delete it\W.*\. \w|\w\. .*delete it", text)]
    assert told
    assert not [t for t in told if re.match(r"(?:We|It|That|The|Plans|Our|Nobody|Old|There)\b", t)]


@pytest.mark.parametrize("tone", TONES)
def test_several_wishes_go_together_with_every_frame(tone: str) -> None:
    for frames in load_wordings().weave.values():
        assert not any(frame.startswith("to ") for frame in frames)


def test_what_is_withheld_of_somebody_is_theirs() -> None:
    def said(kind: str) -> str:
        piece = Piece("change them", topic="update", withheld="grade", kind=kind)
        voices = (Voice(Persona(), 9, random.Random(seed)) for seed in range(80))
        return " ".join(voice.message([piece], (), later=True) for voice in voices)

    assert re.search(r"\b[Tt]heir grade", said("person"))
    assert not re.search(r"\b[Ii]ts grade", said("person"))
    assert re.search(r"\b[Ii]ts grade", said("order"))


def test_nobody_leads_up_twice_to_the_same() -> None:
    for seed in range(200):
        voice = Voice(Persona(), 9, random.Random(seed))
        text = voice.message([Piece("when is it due", "when it is due", asks=True)], (), later=True)
        assert text.count(":") < 2, text
