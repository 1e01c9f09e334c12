import random
from datetime import datetime

import pytest

from envfactory.task.grounding.larder import is_natural
from envfactory.task.meanings.slots import settable


@pytest.mark.parametrize("seed", range(15))
def test_a_changed_value_is_another_one_and_fits(errands, compiled, seed: int) -> None:
    tried = 0
    for setting in [errands, *compiled.values()]:
        records = setting.records()
        for tool in setting.glossary.tools.values():
            entity = setting.glossary.entity(tool.environment, tool.table)
            if tool.kind != "update" or entity is None:
                continue
            for slot in settable(tool, entity):
                row = records.all(entity)[seed % len(records.all(entity))]
                value = setting.larder.new_value(entity, slot, records, row, random.Random(seed))
                if value is not None:
                    assert value != row.get(slot.field_name)
                    assert not slot.shape.choices or value in slot.shape.choices
                    tried += 1
    assert tried > 5


def test_dates_lie_ahead_unless_the_field_looks_back(errands) -> None:
    records = errands.records()
    entity = errands.glossary.entities["errands", "todos"]
    (slot,) = [
        slot
        for slot in settable(errands.glossary.tools["errands__create_todo"], entity)
        if slot.name == "due"
    ]
    for seed in range(30):
        value = errands.larder.new_value(entity, slot, records, None, random.Random(seed))
        assert datetime.fromisoformat(value) > records.now("errands")


@pytest.mark.parametrize(
    ("text", "natural"),
    [
        ("Book dentist", True),
        ("Interview with Daniel, second round", True),
        ("Café Müller", True),
        ("a1b2c3d4e5", False),
        ("https://example.com/x", False),
        ("MTpabc==", False),
        ("de", False),
        ("", False),
        ("{json: 1}", False),
    ],
)
def test_natural_texts_are_told_from_codes(text: str, natural: bool) -> None:
    assert is_natural(text) is natural
