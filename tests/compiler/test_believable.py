"""What a user of the API would find odd: words of another trade, wrong sums, made-up ids."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.compiler.data.populate import populate
from envfactory.source.description import Provenance
from envfactory.spec import model as m

TEXT, WHOLE, AMOUNT = (m.Scalar(type=kind) for kind in ("string", "integer", "number"))
PROVENANCE = Provenance(format="sketch", location="sketch", sha256="0" * 64, licence="Apache-2.0")


def field(name: str, type_: m.ValueType = TEXT, **options: object) -> m.FieldSpec:
    return m.FieldSpec(name=name, source_name=name, type=type_, **{"optional": True, **options})


def entity(name: str, table: str, *fields: m.FieldSpec) -> m.EntitySpec:
    key = field("id", optional=False, role="key")
    title = next((f.name for f in fields if f.role == "title"), None)
    return m.EntitySpec(
        name=name, table=table, fields=(key, *fields), key="id", key_prefix=table[:3], title=title
    )


@pytest.fixture(scope="module")
def shop() -> m.EnvironmentSpec:
    to_order = m.Reference(table="orders")
    to_customer = m.Reference(table="customers")
    line = m.ObjectSpec(
        name="OrderLine",
        fields=tuple(
            field(name, type_, optional=False)
            for name, type_ in (("quantity", WHOLE), ("unit_price", AMOUNT), ("total", AMOUNT))
        ),
    )
    lines = m.ListOf(item=m.Nested(name="OrderLine"), min_items=1)
    buyer = m.ObjectSpec(name="OrderCustomer", fields=(field("id", optional=False), field("name")))
    return m.EnvironmentSpec(
        name="shop",
        class_name="Shop",
        title="Shop",
        description="",
        domain="other",
        objects=(line, buyer),
        entities=(
            entity("Customer", "customers", field("name", role="title", optional=False)),
            entity(
                "Order",
                "orders",
                field("customer_id", reference=to_customer, optional=False),
                field("customer_name"),
                field("customer", m.Nested(name="OrderCustomer"), optional=False),
                field("lines", lines, optional=False),
                field("total", AMOUNT, optional=False),
                field("notes_count", WHOLE, optional=False),
                field("type", description='The kind: one of: "web" or "phone".'),
                field("frobnication"),
            ),
            entity("Note", "notes", field("order_id", reference=to_order, optional=False)),
            entity("Notification", "notifications", field("type"), field("category")),
        ),
        tools=(),
        provenance=PROVENANCE,
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_numbers_and_names_agree(shop: m.EnvironmentSpec, seed: int) -> None:
    scenario = populate(shop, seed)
    notes = Counter(note["order_id"] for note in scenario["notes"])
    names = {customer["id"]: customer["name"] for customer in scenario["customers"]}
    for order in scenario["orders"]:
        assert order["notes_count"] == notes[order["id"]]
        for line in order["lines"]:
            assert line["total"] == pytest.approx(line["quantity"] * line["unit_price"])
        assert order["total"] == pytest.approx(sum(line["total"] for line in order["lines"]))
        assert order["customer_name"] == names[order["customer_id"]]
        assert order["customer"]["id"] == order["customer_id"]
        assert order["customer"]["name"] in (None, names[order["customer_id"]])


def test_what_a_field_does_not_allow_is_not_made_to_agree(shop: m.EnvironmentSpec) -> None:
    orders = shop.entity("orders")
    counted = tuple(
        f.model_copy(update={"type": m.Scalar(type="integer", minimum=1)})
        if f.name == "notes_count"
        else f
        for f in orders.fields
    )
    changed = orders.model_copy(update={"fields": counted})
    entities = tuple(changed if e is orders else e for e in shop.entities)
    scenario = populate(shop.model_copy(update={"entities": entities}), 3, "large")
    notes = Counter(note["order_id"] for note in scenario["notes"])
    assert min(notes[order["id"]] for order in scenario["orders"]) == 0
    assert all(order["notes_count"] >= 1 for order in scenario["orders"])


def test_words_fit_the_record_or_are_left_out(shop: m.EnvironmentSpec) -> None:
    scenario = populate(shop, 3, "large")
    assert {order["type"] for order in scenario["orders"]} <= {"web", "phone", None}
    assert {order["frobnication"] for order in scenario["orders"]} == {None}
    known = load_lexicon().kinds["notification.type"]
    assert {one["type"] for one in scenario["notifications"]} <= {*known, None}
    assert {one["category"] for one in scenario["notifications"]} == {None}


def test_a_noun_has_another_sense_beside_some_fields() -> None:
    lexicon = load_lexicon()
    tracked, plain = lexicon.sense("device", ["id", "geofence_ids"]), lexicon.theme(("device",))
    assert tracked is not None
    assert tracked.name == "vehicle"
    assert plain is not tracked


def test_every_word_of_the_kinds_is_told_apart() -> None:
    for name, words in load_lexicon().kinds.items():
        assert "." in name
        assert len(set(words)) == len(words) > 1


# ------------------------------------------------------------------------------ classes of error
def rows(*fields: m.FieldSpec, name: str = "Visit", seed: int = 4) -> list[dict[str, object]]:
    """Return the records of a table with these fields, none of them optional."""
    spec = m.EnvironmentSpec(
        name="desk",
        class_name="Desk",
        title="Desk",
        description="",
        domain="other",
        entities=(entity(name, "things", *fields),),
        tools=(),
        provenance=PROVENANCE,
    )
    return populate(spec, seed, "large")["things"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("ip_address", r"\d+\.\d+\.\d+\.\d+"),
        ("country_code3", r"[A-Z]{3}"),
        ("region_name", r"[A-ZÎ][^\d]+"),
        ("event_code", r"[A-Z]{2}\d{3}"),
        ("card_brand", r"Visa|Mastercard|American Express|Maestro"),
        ("action", r"[a-z]+"),
    ],
)
def test_a_name_tells_what_its_values_look_like(name: str, pattern: str) -> None:
    values = {row[name] for row in rows(field(name, optional=False))}
    assert all(re.fullmatch(pattern, str(value)) for value in values), values


@pytest.mark.parametrize(
    ("description", "known"),
    [
        ("The currency to convert from, as a three-letter code.", "EUR"),
        ("ISO 3166 country code of the sender.", "DE"),
        ("IATA code of the airport.", "BER"),
    ],
)
def test_a_description_knows_better_than_from_and_to(description: str, known: str) -> None:
    lexicon = load_lexicon()
    sets = (
        {place.currency for place in lexicon.places},
        {place.country_code for place in lexicon.places},
        set(lexicon.words["airport"]),
    )
    allowed = next(values for values in sets if known in values)
    values = {row["from"] for row in rows(field("from", optional=False, description=description))}
    assert values <= allowed


def test_a_text_about_a_part_of_the_record_is_left_out() -> None:
    found = rows(field("status_description"), field("description"), name="Task")
    assert {row["status_description"] for row in found} == {None}
    assert len({row["description"] for row in found}) > 3


def test_guests_arrive_before_they_depart() -> None:
    moment = m.Scalar(type="datetime")
    found = rows(
        field("arrival_date", moment, optional=False),
        field("departure_date", moment, optional=False),
        name="Reservation",
    )
    assert all(str(row["arrival_date"]) < str(row["departure_date"]) for row in found)


def test_what_happens_seldom_is_seldom_true() -> None:
    flag = m.Scalar(type="boolean")
    names = ("inactive", "is_malicious", "unsubscribed", "invalid", "suspended")
    for name in names:
        values = [row[name] for row in rows(field(name, flag, optional=False))]
        assert sum(map(bool, values)) * 2 < len(values), name


def test_what_belongs_to_a_person_says_the_same_of_the_person() -> None:
    names = [field(name, optional=False) for name in ("first_name", "email")]
    spec = m.EnvironmentSpec(
        name="desk",
        class_name="Desk",
        title="Desk",
        description="",
        domain="other",
        entities=(
            entity("Contact", "contacts", *names),
            entity(
                "Link",
                "links",
                field("contact_id", reference=m.Reference(table="contacts"), optional=False),
                *names,
            ),
        ),
        tools=(),
        provenance=PROVENANCE,
    )
    scenario = populate(spec, 2)
    contacts = {contact["id"]: contact for contact in scenario["contacts"]}
    for link in scenario["links"]:
        assert link["first_name"] == contacts[link["contact_id"]]["first_name"]
        assert link["email"] == contacts[link["contact_id"]]["email"]


def test_texts_that_are_dates_stay_dates(shop: m.EnvironmentSpec) -> None:
    lease = entity(
        "Lease",
        "leases",
        field("valid_from", optional=False),
        field("destroyed", optional=False, examples=("2020-01-01T14:00:00.00Z",)),
        field("noted", optional=False, examples=("2020-01-31",)),
    )
    spec = shop.model_copy(update={"entities": (lease,), "objects": ()})
    rows = populate(spec, 3)["leases"]
    for row in rows:
        for name in ("valid_from", "destroyed", "noted"):
            assert datetime.fromisoformat(row[name])


SEEDS = st.integers(min_value=0, max_value=10**6)


def values(
    name: str, seed: int, type_: m.ValueType = TEXT, *beside: m.FieldSpec, **options: object
):
    """Return what the records of one table hold under a name."""
    return [row[name] for row in rows(field(name, type_, **options), *beside, seed=seed)]


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_ranges_begin_before_they_end_with_their_middle_between(seed: int) -> None:
    names = ("min", "mean", "max", "start_position", "stop_position", "min_age", "max_age")
    made = rows(*(field(name, WHOLE, optional=False) for name in names), seed=seed)
    for row in made:
        assert row["min"] <= row["mean"] <= row["max"]
        assert row["start_position"] <= row["stop_position"]
        assert row["min_age"] <= row["max_age"]


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_place_has_both_coordinates_or_none(seed: int) -> None:
    for row in rows(field("latitude", AMOUNT), field("longitude", AMOUNT), seed=seed):
        assert (row["latitude"] is None) == (row["longitude"] is None)
        assert row["latitude"] is not None


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_what_has_started_or_stopped_is_past(seed: int) -> None:
    moment = m.Scalar(type="datetime")
    for row in rows(field("started_at", moment), field("stopped_at", moment), seed=seed):
        started, stopped = row["started_at"], row["stopped_at"]
        assert started is None or stopped is None or started <= stopped
        assert all(one is None or one < "2027" for one in (started, stopped))


@pytest.mark.parametrize(
    ("name", "example", "shape"),
    [
        ("file", "https://s3.example.com/music.mp3", r"https://s3\.example\.com/music\.mp3"),
        ("month_code", "2016-12-01/7", r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)/[1-9]"),
        ("upload_code", "(required where files are sent) ey12ab", r"ey\d\dab"),
        ("painted_code", "circa 1650", "circa 1650"),
        ("remark_code", "base64-encoded contents of a file", "base64-encoded contents of a file"),
    ],
)
def test_what_examples_are_called_stays(name: str, example: str, shape: str) -> None:
    for value in values(name, 3, examples=(example,)):
        assert value is None or re.fullmatch(shape, value), value


def test_long_texts_are_no_longitudes_and_formats_no_people() -> None:
    assert not [v for v in values("long", 5) if v and re.fullmatch(r"-?\d+\.\d+", v)]
    assert [v for v in values("long", 5, TEXT, field("lat")) if v and re.fullmatch(r"-?[\d.]+", v)]
    names = set(load_lexicon().codenames)
    converted = [v for v in values("convert_to", 5, optional=False) if v]
    assert converted
    assert set(converted) <= names


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_firms_were_founded_before_now_and_cards_show_few_digits(seed: int) -> None:
    founded = values("founded_on", seed, m.Scalar(type="date"), optional=False)
    assert all(isinstance(one, str) and one < "2026-11" for one in founded)
    shown = values("last_digits_card_number", seed, optional=False)
    assert all(isinstance(one, str) and re.fullmatch(r"\d{4}", one) for one in shown)
