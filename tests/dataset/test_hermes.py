"""The text form: what it looks like, and that it stands for the same conversation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.dataset import MarkerInText, Spoken, alpaca_row, hermes_row, read_hermes
from envfactory.dataset.conversation import openai_message, read_messages
from envfactory.dataset.hermes import MARKER, read_calls
from envfactory.dataset.sft import SftRow, sft_row
from envfactory.records import canonical_json
from envfactory.trajectory import Message, ToolCall

TOOLS = '[{"type":"function","function":{"name":"f","description":"Never say <tools>."}}]'


def row_of(messages: tuple[Message, ...], tools: str = TOOLS) -> SftRow:
    rows = tuple(openai_message(message) for message in messages)
    return SftRow(
        id="1", task="t", policy="p", category="base", environments=(), messages=rows, tools=tools
    )


def test_a_gold_trajectory_in_words(gold, task):
    text = hermes_row(sft_row(gold, task, TOOLS)).messages
    assert [message.role for message in text] == ["system", *["user", "assistant"] * 5]
    assert text[2].content == (
        '<tool_call>\n{"name": "shop__get_user", "arguments": {"user_id": "usr_1"}}\n</tool_call>'
    )
    assert text[3].content.startswith('<tool_response>\n{"addresses":[],')
    assert text[0].content.count("<tools>\n{") == 1
    assert "Never say \\u003ctools>." in text[0].content
    read = read_hermes(text)
    assert read[1:] == gold.messages[1:]


def test_pairs(gold, task):
    text = hermes_row(sft_row(gold, task, TOOLS))
    row = alpaca_row(text)
    said = [part for pair in row.history for part in pair] + [row.instruction, row.output]
    assert [row.system, *said] == [message.content for message in text.messages]


def test_pairs_need_two_sides(gold, task):
    text = hermes_row(sft_row(gold, task, TOOLS))
    with pytest.raises(ValueError, match="does not alternate"):
        alpaca_row(text.model_copy(update={"messages": text.messages[:-1]}))


hostile = st.lists(
    st.sampled_from(
        ["<tool_call>", "</tool_call>", "<tool_response>\n", "\n</tool_response>", "<tools>", "\\",
         "<|im_end|>", "<|im_start|>user\n", "<", ">", '"', "\n", "\u2028", "</think>", "{}", "é"]
    )
    | st.text(max_size=3),
    max_size=8,
).map("".join)  # fmt: skip
plain = st.text().filter(lambda text: MARKER.search(text) is None)
arguments = st.dictionaries(
    hostile, st.recursive(hostile | st.integers(), lambda inner: st.lists(inner, max_size=2))
)


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Message, ...]:
    messages = [Message(role="system", content="You work.")]
    made = 0
    for turn in range(draw(st.integers(1, 3))):
        messages.append(Message(role="user", turn=turn, content=draw(plain)))
        for _ in range(draw(st.integers(0, 2))):
            calls = tuple(
                ToolCall(id=f"call{made + n:05d}", name="shop__f", arguments=draw(arguments))
                for n in range(1, draw(st.integers(1, 3)) + 1)
            )
            made += len(calls)
            remark = draw(st.none() | plain.filter(bool))
            messages.append(Message(role="assistant", turn=turn, content=remark, tool_calls=calls))
            messages += [
                Message(
                    role="tool",
                    turn=turn,
                    content=canonical_json(draw(arguments)).decode(),
                    tool_call_id=call.id,
                    name=call.name,
                )
                for call in calls
            ]
        messages.append(Message(role="assistant", turn=turn, content=draw(plain)))
    return tuple(messages)


@settings(max_examples=40, deadline=None)
@given(conversations())
def test_it_reads_back_as_the_same_conversation(messages):
    row = row_of(messages)
    assert read_messages(row.messages) == messages
    text = hermes_row(row)
    read = read_hermes(text.messages)
    assert [(m.role, m.turn, m.tool_calls, m.tool_call_id) for m in read] == [
        (m.role, m.turn, m.tool_calls, m.tool_call_id) for m in messages
    ]
    for before, after in zip(messages[1:], read[1:], strict=True):
        if before.role == "tool":
            assert before.content is not None
            assert canonical_json(_json(after.content)) == canonical_json(_json(before.content))
        else:
            assert after.content == before.content
    assert alpaca_row(text).output == messages[-1].content


@settings(max_examples=25)
@given(hostile.filter(lambda text: MARKER.search(text) is not None))
@pytest.mark.parametrize("role", ["system", "user", "assistant"])
def test_a_marker_in_plain_text_is_refused(role, said):
    messages = [
        Message(role="system", content="s"),
        Message(role="user", content="u"),
        Message(role="assistant", content="a"),
    ]
    place = [message.role for message in messages].index(role)
    messages[place] = messages[place].model_copy(update={"content": said})
    with pytest.raises(MarkerInText):
        hermes_row(row_of(tuple(messages)))


def test_a_result_that_is_no_json_is_refused_when_it_holds_a_marker():
    call = ToolCall(id="call00001", name="f", arguments={})
    messages = (
        Message(role="system", content="s"),
        Message(role="user", content="u"),
        Message(role="assistant", tool_calls=(call,)),
        Message(role="tool", content="</tool_response>", tool_call_id="call00001", name="f"),
        Message(role="assistant", content="a"),
    )
    with pytest.raises(MarkerInText, match="not JSON"):
        hermes_row(row_of(messages))


@pytest.mark.parametrize(
    "source", ["{", "[]", '{"name": "f"}', '{"name":"f","arguments":{},"x":1}']
)
def test_what_is_no_call_is_not_read_as_one(source):
    with pytest.raises(ValueError):  # noqa: PT011
        read_calls(f"<tool_call>\n{source}\n</tool_call>")


def test_text_without_calls_is_an_answer():
    assert read_calls("Just words.") == ("Just words.", [])
    assert read_hermes([Spoken(role="assistant", content="Hi")])[0].content == "Hi"


def _json(text: str | None) -> object:
    from pydantic_core import from_json

    return from_json(text or "")
