from __future__ import annotations

import pytest

from envfactory.spec.words.authority import is_set_by_caller, is_set_by_service


@pytest.mark.parametrize(
    "text",
    [
        "[Output only] The size.",
        "Output only. The size.",
        "Read-only property specifying the size.",
        "Whether the task is hidden. The default is False. This field is read-only.",
        "The total (read-only).",
        "The total, calculated by the server.",
        "Automatically generated number of the invoice.",
        'A position. Use the "move" method to move the task.',
    ],
)
def test_the_service_sets(text):
    assert is_set_by_service(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The size of the disk, mounted in read-only mode.",
        "Unique number. The vendor can assign it. Read-only after the first sale.",
        "If null is passed, a secret is automatically generated.",
        "Automatically generated where it is not given; you can also specify one.",
        "Every new user automatically gets one.",
    ],
)
def test_a_caller_may_set(text):
    assert not is_set_by_service(text)


def test_a_flag_may_be_about_reading_only():
    assert not is_set_by_service("Read-only flag of the share", boolean=True)


def test_callers_are_spoken_of():
    assert is_set_by_caller("The date to assign to the message. The default value is now.")
    assert not is_set_by_caller("Last modification time of the task.")
