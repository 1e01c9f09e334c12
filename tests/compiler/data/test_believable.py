"""Values that somebody who uses such a service would believe, each rule with what it leaves be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.compiler.data.meaning import said_meaning
from envfactory.compiler.data.moment import date_form

RowsOf = Callable[..., list[dict[str, Any]]]


def titles(theme: str) -> set[str]:
    return {item.title for item in load_lexicon().themes[theme].items}


def test_names_of_other_things_are_theirs(rows_of: RowsOf) -> None:
    fields = {"partner_hotel_display_name": {"role": "title"}}
    report = rows_of("ReportView", fields, title="partner_hotel_display_name")
    assert {row["partner_hotel_display_name"] for row in report} <= titles("hotel")
    artist = rows_of("ArtistImage", {"artist_name": {"role": "title"}}, title="artist_name")
    assert {row["artist_name"] for row in artist} <= titles("artist")


def test_names_of_the_record_itself_stay_its_own(rows_of: RowsOf) -> None:
    projects = rows_of("Project", {"project_name": {"role": "title"}}, title="project_name")
    assert len({row["project_name"] for row in projects}) == len(projects)
    assert titles("project") & {row["project_name"] for row in projects}


def test_a_history_is_no_story() -> None:
    assert load_lexicon().theme(("history",)) is None
    assert load_lexicon().theme(("usergroup",)) is load_lexicon().themes["group"]


@pytest.mark.parametrize(
    ("example", "shape"),
    [
        ("6/20/1979", r"(0\d|1[0-2])/[0-3]\d/(19|20)\d\d"),
        ("24/12/1979", r"[0-3]\d/(0\d|1[0-2])/(19|20)\d\d"),
        ("20.6.1979", r"[0-3]\d\.(0\d|1[0-2])\.(19|20)\d\d"),
        ("1979-06-20", r"(19|20)\d\d-\d\d-\d\d"),
    ],
)
def test_days_are_written_as_in_the_example(rows_of: RowsOf, example: str, shape: str) -> None:
    rows = rows_of("Student", {"dob": {"examples": [example]}})
    days = {row["dob"] for row in rows}
    assert len(days) > 3
    assert all(re.fullmatch(shape, day) for day in days)


def test_codes_that_look_like_days_are_none() -> None:
    assert date_form("12-345-6789") == ""
    assert date_form("1/2") == ""


def test_parts_of_a_day_are_of_one_day(rows_of: RowsOf) -> None:
    date = {"year": {"type": "integer", "optional": True}, "month": {"type": "integer"}}
    date["day"] = {"type": "integer", "optional": True}
    rows = rows_of("Shop", date)
    for row in rows:
        assert datetime(row["year"], row["month"], row["day"]).year in (2024, 2025, 2026)
    texts = rows_of("Shop", {"year": {"optional": True}, "month": {"optional": True}})
    assert {type(row[name]) for row in texts for name in ("year", "month")} <= {str, type(None)}
    choices = {"kind": "scalar", "type": "integer", "choices": [1999, 2001]}
    few = rows_of("Shop", {**date, "year": {"type": choices}})
    assert {row["year"] for row in few} == {1999, 2001}
    cards = rows_of("Card", {"expiry_year": {"type": "integer"}, "month": {"type": "integer"}})
    assert {row["expiry_year"] for row in cards} > {2028}


def test_what_is_over_lies_in_the_past_and_what_is_to_come_does_not(rows_of: RowsOf) -> None:
    start = {"start_time": {"type": "datetime"}}
    past, coming = rows_of("HistoricalMeeting", start), rows_of("UpcomingMeeting", start)
    plain = rows_of("Meeting", start)
    assert max(row["start_time"] for row in past) < min(row["start_time"] for row in coming)
    assert min(r["start_time"] for r in plain) < min(r["start_time"] for r in coming)


def test_people_who_write_have_something_to_say(rows_of: RowsOf) -> None:
    fields = {"first_name": {}, "email": {}, "subject": {}, "message": {}, "bio": {}}
    rows = rows_of("Submission", fields)
    told = load_lexicon().themes["message"].items
    assert {row["subject"] for row in rows} <= {item.title for item in told}
    assert {row["bio"] for row in rows} <= set(load_lexicon().bios)


def test_accounts_of_people_are_people_and_accounts_of_money_are_not(rows_of: RowsOf) -> None:
    fields = {"name": {"role": "title"}, "first_name": {}}
    people = rows_of("Account", fields, title="name")
    assert all(row["name"].startswith(row["first_name"]) for row in people)
    money = rows_of("Account", {"name": {"role": "title"}, "currency": {}}, title="name")
    assert {row["name"] for row in money} & titles("account")


def test_parts_that_are_named_flat_too_are_the_same(rows_of: RowsOf) -> None:
    part = {"id": {"type": "integer"}, "name": {"optional": True}}
    fields = {
        "featured_id": {"type": "integer"},
        "featured": {"type": {"kind": "nested", "name": "Featured"}},
    }
    rows = rows_of("Podcast", fields, objects={"Featured": part})
    assert all(row["featured"]["id"] == row["featured_id"] for row in rows)


def test_lists_hold_no_empty_parts(rows_of: RowsOf) -> None:
    part = {"blob": {"optional": True}, "detail": {"optional": True}}
    item = {"kind": "nested", "name": "Header"}
    fields = {"headers": {"type": {"kind": "list", "item": item}}}
    rows = rows_of("Connection", fields, objects={"Header": part})
    assert not any(one["blob"] is one["detail"] for row in rows for one in row["headers"])


def test_types_are_those_of_the_example_where_it_is_another_thing(rows_of: RowsOf) -> None:
    areas = rows_of("Area", {"type": {"examples": ["Feature"]}})
    assert {row["type"] for row in areas} == {"Feature"}
    devices = rows_of("Device", {"type": {"examples": ["Sensor"]}})
    assert {row["type"] for row in devices} > {"Sensor", "Laptop"}


def test_numbers_to_call_are_numbers_and_numbers_of_things_are_not(rows_of: RowsOf) -> None:
    rows = rows_of("Sms", {"to_number": {}, "invoice_number": {}, "num_attendees": {}})
    assert all(row["to_number"].startswith("+") for row in rows)
    assert not any(row["invoice_number"].startswith("+") for row in rows)
    assert all(row["num_attendees"].isdecimal() for row in rows)


def test_files_are_of_the_sort_of_what_they_hold(rows_of: RowsOf) -> None:
    fields = {"file_name": {}, "content_type": {}}
    endings = {"VoiceSample": ("mp3", "audio/mpeg"), "Photo": ("jpg", "image/jpeg")}
    for name, sort in {**endings, "Contract": ("pdf", "application/pdf")}.items():
        found = {(r["file_name"][-3:], r["content_type"]) for r in rows_of(name, fields)}
        assert found == {sort}


def test_ends_of_ranges_that_are_days_are_in_order(rows_of: RowsOf) -> None:
    fields = {"first_month": {"type": "date"}, "last_month": {"type": "date"}}
    assert all(row["first_month"] <= row["last_month"] for row in rows_of("Budget", fields))


def test_texts_that_count_hold_numbers_and_those_that_answer_yes_or_no_do(rows_of: RowsOf) -> None:
    fields = {"transaction_total_days": {}, "expiry_month": {}, "is_completed": {}, "island": {}}
    for row in rows_of("Institution", fields):
        assert row["transaction_total_days"].isdecimal()
        assert 1 <= int(row["expiry_month"]) <= 12
        assert row["is_completed"] in ("true", "false")
        assert not row["island"].isdecimal()


def test_texts_that_name_something_known_name_one(rows_of: RowsOf) -> None:
    songs = {row["song"] for row in rows_of("Lyric", {"song": {}, "code_letters": {}})}
    assert songs <= titles("song")


def test_cards_that_pay_are_no_cards_of_a_board(rows_of: RowsOf) -> None:
    paying = rows_of("Card", {"name": {}, "card_type": {}, "expiry_month": {}}, title="name")
    assert {row["card_type"] for row in paying} <= {"credit", "debit", "prepaid"}
    board = rows_of("Card", {"name": {"role": "title"}, "position": {}}, title="name")
    assert {row["name"] for row in board} & titles("task")


def test_addresses_beside_transactions_are_no_streets(rows_of: RowsOf) -> None:
    chain = rows_of("Account", {"address": {}, "txs": {"type": "integer"}})
    assert all(re.fullmatch("0x[0-9a-f]{40}", row["address"]) for row in chain)
    shop = rows_of("Shop", {"address": {}, "city": {}})
    assert not any(row["address"].startswith("0x") for row in shop)


def test_a_state_or_province_lies_around_the_city(rows_of: RowsOf) -> None:
    places = {(p.city, p.region) for p in load_lexicon().places}
    rows = rows_of("Address", {"city": {}, "state_or_province": {}})
    assert {(row["city"], row["state_or_province"]) for row in rows} <= places


def test_logins_of_companies_are_made_of_their_names(rows_of: RowsOf) -> None:
    fields = {"username": {"role": "key"}, "name": {"role": "title"}}
    rows = rows_of("Organization", fields, key="username", key_style="natural", title="name")
    for row in rows:
        assert row["username"][:4] == re.sub(r"\W", "", row["name"]).lower()[:4]


def test_what_tells_of_publishing_tells_one_moment(rows_of: RowsOf) -> None:
    fields = {"published_at": {"type": "datetime"}, "publish_date": {"type": "date"}}
    rows = rows_of("Page", {**fields, "sent_at": {"type": "datetime"}})
    assert all(row["published_at"][:10] == row["publish_date"] for row in rows)
    assert any(row["published_at"] != row["sent_at"] for row in rows)


def test_sizes_of_files_are_in_bytes_and_others_are_not(rows_of: RowsOf) -> None:
    size = {"size": {"type": "integer"}}
    assert min(row["size"] for row in rows_of("File", size)) > 1_000
    assert max(row["size"] for row in rows_of("Booth", size)) < 1_000


def test_a_record_of_a_user_is_a_person(rows_of: RowsOf) -> None:
    fields = {"name": {"role": "title"}, "username": {}}
    people = rows_of("UserRecord", fields, title="name")
    assert all(row["username"][0] == row["name"][0].lower() for row in people)
    notes = rows_of("Record", {"name": {"role": "title"}}, title="name")
    assert {row["name"] for row in notes} & titles("note")


@pytest.mark.parametrize(
    ("description", "meaning"),
    [
        ("The currency of the account.", "currency"),
        ("The amount of money, formatted as a string in the relevant currency.", ""),
        ("The currency category.", ""),
    ],
)
def test_what_is_only_told_in_a_currency_is_none(description: str, meaning: str) -> None:
    assert said_meaning(description) == meaning


def test_keys_that_are_days_are_days_and_other_names_are_not(rows_of: RowsOf) -> None:
    day = {"date": {"role": "key"}, "word": {}}
    rows = rows_of("WordOfTheDay", day, key="date", key_style="natural")
    assert all(re.match(r"20\d\d-\d\d-\d\d", row["date"]) for row in rows)
    plain = {"slug": {"role": "key"}, "word": {}}
    names = rows_of("Word", plain, key="slug", key_style="natural")
    assert not any(row["slug"][:2] == "20" for row in names)


def test_ways_to_ship_are_none_to_reach_somebody(rows_of: RowsOf) -> None:
    rows = rows_of("Order", {"merchant_shipping_method": {}, "contact_method": {}})
    assert {row["merchant_shipping_method"] for row in rows} <= {"standard", "express", "pickup"}
    assert {row["contact_method"] for row in rows} <= {"email", "sms", "phone"}


def test_years_stay_years_and_other_numbers_the_size_of_their_example(rows_of: RowsOf) -> None:
    fields = {
        "year_built": {"type": "integer", "examples": [1973]},
        "lot_size": {"type": "integer", "examples": [8000]},
    }
    rows = rows_of("Property", fields)
    assert all(1964 <= row["year_built"] <= 1982 for row in rows)
    assert max(row["lot_size"] for row in rows) > 8100


def test_people_who_are_named_are_people_and_values_are_none(rows_of: RowsOf) -> None:
    sales = rows_of("Transaction", {"buyer_name": {"role": "title"}}, title="buyer_name")
    assert not {row["buyer_name"] for row in sales} & titles("invoice")
    facets = rows_of("Facet", {"display_name": {}, "count": {"type": "integer"}})
    known = set(load_lexicon().codenames)
    assert any(row["display_name"].split()[0] in known for row in facets)
    profile = rows_of("Profile", {"display_name": {}, "email": {}})
    assert not any(row["display_name"] in known for row in profile)


def test_currencies_and_capitals_of_a_place_are_named_after_it(rows_of: RowsOf) -> None:
    rows = rows_of("Feature", {"country_code": {}, "capital_name": {}, "street_name": {}})
    capitals = {row["country_code"]: row["capital_name"] for row in rows}
    known = {"DE": "Berlin", "FR": "Paris", "CA": "Ottawa", "US": "Washington, D.C."}
    assert known.keys() & capitals.keys()
    assert all(capitals[code] == known[code] for code in known if code in capitals)


def test_prefixes_of_names_are_titles_and_others_are_not(rows_of: RowsOf) -> None:
    fields = {"name_prefix": {"optional": True}, "card_number_prefix": {"optional": True}}
    rows = rows_of("Person", fields)
    assert {row["name_prefix"] for row in rows} & {"Dr", "Ms", "Mr"}
    assert {row["card_number_prefix"] for row in rows} == {None}


def test_moments_are_moments_whatever_zone_they_are_told_in(rows_of: RowsOf) -> None:
    said = {"description": "Date and time with time zone."}
    rows = rows_of("Payment", {"payment_timestamp": said, "zone": {"description": "A time zone."}})
    assert all(row["payment_timestamp"].startswith("20") for row in rows)
    assert all("/" in row["zone"] for row in rows)


def test_formatted_amounts_say_the_amount(rows_of: RowsOf) -> None:
    inner = {"value": {"type": "number"}, "currency": {}, "formatted": {}}
    fields = {"price": {"type": {"kind": "nested", "name": "Price"}}}
    rows = rows_of("Unit", fields, objects={"Price": inner})
    for price in (row["price"] for row in rows):
        assert price["formatted"] == f"{price['value']:.2f} {price['currency']}"


def test_people_share_first_names_without_numbers(rows_of: RowsOf) -> None:
    people = rows_of("Member", {"first_name": {"role": "title"}}, title="first_name")
    assert not any(character.isdigit() for row in people for character in row["first_name"])


def test_who_has_a_login_and_a_picture_is_a_person(rows_of: RowsOf) -> None:
    fields = {"username": {}, "name": {"role": "title"}, "photo_url": {}}
    people = rows_of("UsersForTopic", fields, title="name")
    assert all(row["username"][0] == row["name"][0].lower() for row in people)
    brand = rows_of("Brand", fields, title="name")
    assert {row["name"] for row in brand} & set(load_lexicon().companies)


def test_licences_to_drive_are_numbers_and_continents_are_where_the_country_is(
    rows_of: RowsOf,
) -> None:
    rows = rows_of("Driver", {"driver_license": {}, "country_code": {}, "continent": {}})
    assert not {"MIT", "Apache-2.0"} & {row["driver_license"] for row in rows}
    known = {"DE": "Europe", "JP": "Asia", "US": "North America"}
    found = {row["country_code"]: row["continent"] for row in rows}
    assert all(found[code] == known[code] for code in known if code in found)
