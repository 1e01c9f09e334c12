from dataclasses import replace

from envfactory.task.grounding.mention import (
    Mention,
    Property,
    candidates,
    describe,
    is_known_number,
    telling,
)
from envfactory.task.meanings.shape import Shape
from envfactory.task.meanings.spoken import Speaker


def described(errands, key: str) -> Mention | None:
    records = errands.records("home")
    entity = errands.glossary.entities["errands", "todos"]
    speaker = Speaker(records.now("errands"))
    return describe(entity, records.get(entity, key), records, errands.glossary, speaker)


def test_a_title_that_nothing_else_has_is_enough(errands) -> None:
    mention = described(errands, "todo_1")
    assert (mention.title, mention.parent, mention.properties) == ("Book dentist", None, ())


def test_the_owner_tells_records_with_the_same_title_apart(errands) -> None:
    mention = described(errands, "todo_4")
    assert mention.title == "Call Maya"
    assert mention.parent.title == "Garden"


def test_properties_tell_apart_what_title_and_owner_do_not(errands) -> None:
    assert described(errands, "todo_5").properties == (Property("notes", "About the tent."),)
    assert described(errands, "todo_6").properties


def test_every_mention_leaves_exactly_one_record(errands, compiled) -> None:
    for setting in [errands, *compiled.values()]:
        for scenario in next(iter(setting.packages.values())).scenarios:
            records = setting.records(scenario)
            found = 0
            for entity in setting.glossary.entities.values():
                speaker = Speaker(records.now(entity.environment))
                for row in records.all(entity):
                    mention = describe(entity, row, records, setting.glossary, speaker)
                    if mention is not None:
                        assert candidates(mention, records, speaker) == [row[entity.key]]
                        found += 1
            assert found


def test_a_vague_mention_fits_several_records(errands) -> None:
    records = errands.records("home")
    entity = errands.glossary.entities["errands", "todos"]
    vague = Mention(entity, "todo_5", title="call  MAYA")
    speaker = Speaker(records.now("errands"))
    assert candidates(vague, records, speaker) == ["todo_4", "todo_5", "todo_6"]


def test_twins_cannot_be_pointed_out(errands) -> None:
    world = errands.world("home")
    for _ in range(2):
        world.call("errands__create_todo", {"list_id": "list_3", "title": "Sing"})
    records = type(errands.records())(
        {name: env.to_scenario() for name, env in world.environments.items()}
    )
    entity = errands.glossary.entities["errands", "todos"]
    twin = next(row for row in records.all(entity) if row["title"] == "Sing")
    speaker = Speaker(records.now("errands"))
    assert describe(entity, twin, records, errands.glossary, speaker) is None


def test_nobody_is_expected_to_know_a_count(errands) -> None:
    entity = errands.glossary.entities["errands", "todos"]
    field = replace(entity.fields["notes"], name="unread_count", shape=Shape("integer"))
    counted = replace(entity, title=None, fields={"unread_count": field})
    speaker = Speaker(errands.records("home").now("errands"))
    assert telling(counted, {"unread_count": 29}, speaker) == []
    known = replace(counted, fields={"quantity": replace(field, name="quantity")})
    assert len(telling(known, {"quantity": 29}, speaker)) == 1


def test_nobody_knows_seconds_since_some_day() -> None:
    assert is_known_number("quantity", 12)
    assert is_known_number("price", 10**9)
    assert not is_known_number("actual_time", 1_300_000_000)
    assert not is_known_number("comment_count", 3)
