"""What the user means is told in words, with values, and without places in JSON."""

from envfactory.records import Json
from envfactory.task.model import Aggregate, Fact
from envfactory.task.phrasing.intent import _wanted


def fact(path: str, value: Json, label: str = "pets", over: Aggregate | None = None) -> Fact:
    return Fact(turn=0, call=0, path=path, value=value, forms=("it",), label=label, over=over)


def test_what_an_answer_has_to_tell_is_named_once_with_its_values() -> None:
    assert _wanted([fact("/0/name", "Daisy"), fact("/1/name", "Milo")]) == 'name ("Daisy", "Milo")'
    due = [fact("/items/3/dueDate", "2026-05-01"), fact("/items/3/done", True)]
    assert _wanted(due) == 'due date ("2026-05-01"), done (true)'


def test_counts_and_sums_are_named_too() -> None:
    assert _wanted([fact("", 8)]) == "how many pets (8)"
    assert _wanted([fact("/items", 8, over=Aggregate())]) == "how many pets (8)"
    assert _wanted([fact("/total", 8)]) == "total (8)"
    assert _wanted([fact("", 99.5, over=Aggregate(field="feeDue"))]) == "total fee due (99.5)"
