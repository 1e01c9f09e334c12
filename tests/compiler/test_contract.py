"""What a specification can say of its data, and the scenario keeps: singletons, identities, me."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envfactory.compiler.data.lexicon import load_lexicon
from envfactory.compiler.data.populate import populate
from envfactory.environment.template import read_template
from envfactory.source.description import Provenance
from envfactory.spec import model as m

TEXT, WHOLE, AMOUNT, FLAG, MOMENT = (
    m.Scalar(type=kind) for kind in ("string", "integer", "number", "boolean", "datetime")
)
PROVENANCE = Provenance(format="sketch", location="sketch", sha256="0" * 64)
SEEDS = given(seed=st.integers(0, 10_000), size=st.sampled_from(["small", "medium", "large"]))
FEW = settings(max_examples=15, deadline=None)


def field(name: str, type_: m.ValueType = TEXT, **options: object) -> m.FieldSpec:
    return m.FieldSpec(name=name, source_name=name, type=type_, **options)


def entity(name: str, table: str, *fields: m.FieldSpec, **options: object) -> m.EntitySpec:
    key = field("id", role="key", **options.pop("of_key", {}))  # type: ignore[arg-type]
    return m.EntitySpec(name=name, table=table, fields=(key, *fields), key="id", **options)


def environment(*entities: m.EntitySpec, **options: object) -> m.EnvironmentSpec:
    return m.EnvironmentSpec(
        name="desk",
        class_name="Desk",
        title="Desk",
        description="",
        domain="other",
        entities=entities,
        tools=options.pop("tools", ()),
        provenance=PROVENANCE,
        **options,
    )


def refers(name: str, table: str, **options: object) -> m.FieldSpec:
    return field(name, reference=m.Reference(table=table), **options)


def lists(table: str, *matches: m.Match) -> m.ToolDesign:
    return m.ToolDesign(
        name="list_them",
        description="List them.",
        operation="GET /them",
        parameters=(),
        behaviour=m.ListRecords(table=table, matches=matches),
        result=m.Result(shape="list", table=table),
    )


def always(name: str, value: object) -> m.Match:
    return m.Match(source="constant", field=name, constant=value)


# ------------------------------------------------------------------------------ counts
@FEW
@SEEDS
def test_of_a_singleton_there_is_one(seed: int, size: str) -> None:
    spec = environment(
        entity("Settings", "settings", field("language"), singleton=True),
        entity("Note", "notes", field("title", role="title"), refers("settings_id", "settings")),
    )
    scenario = populate(spec, seed, size)
    assert len(scenario["settings"]) == 1
    assert {note["settings_id"] for note in scenario["notes"]} == {scenario["settings"][0]["id"]}


# ------------------------------------------------------------------------------ identity
@FEW
@SEEDS
def test_no_two_records_share_their_identity(seed: int, size: str) -> None:
    role = m.Scalar(type="string", choices=("owner", "guest"))
    spec = environment(
        entity("Team", "teams", field("name", role="title")),
        entity("Person", "people", field("name", role="title")),
        entity(
            "Membership",
            "memberships",
            refers("team_id", "teams"),
            refers("person_id", "people"),
            identity=("team_id", "person_id"),
        ),
        entity("Seat", "seats", refers("team_id", "teams"), field("role", role),
               identity=("team_id", "role")),
        entity("Line", "lines", refers("team_id", "teams"), field("code", WHOLE), field("tag"),
               identity=("team_id", "tag")),
    )  # fmt: skip
    scenario = populate(spec, seed, size)
    for table, names in [
        ("memberships", ("team_id", "person_id")),
        ("seats", ("team_id", "role")),
        ("lines", ("team_id", "tag")),
    ]:
        rows = [tuple(row[name] for name in names) for row in scenario[table]]
        assert len(rows) >= 5
        assert len(set(rows)) == len(rows)


# ------------------------------------------------------------------------------ look-ups
@FEW
@SEEDS
def test_every_combination_of_a_small_data_set_can_be_looked_up(seed: int, size: str) -> None:
    unit = m.Scalar(type="string", choices=("metric", "imperial"))
    spec = environment(
        entity("Station", "stations", field("name", role="title")),
        entity(
            "Forecast",
            "forecasts",
            refers("station_id", "stations"),
            field("units", unit),
            field("temperature", AMOUNT),
            identity=("station_id", "units"),
            looked_up=True,
        ),
    )
    scenario = populate(spec, seed, size)
    stations = [station["id"] for station in scenario["stations"]]
    asked = {(row["station_id"], row["units"]) for row in scenario["forecasts"]}
    assert asked == set(product(stations, ("metric", "imperial")))


@FEW
@SEEDS
def test_what_no_table_holds_is_the_same_in_all_of_them(seed: int, size: str) -> None:
    """Orders and refunds are those of a connection, which nothing describes."""
    connection = field("connection_id", m.Scalar(type="string", format="uuid"))
    named = m.Match(parameter="connection_id", field="connection_id")
    asked = m.ParameterSpec(
        name="connection_id", source_name="connection_id", type=TEXT, required=True
    )
    tools = [
        lists(table, named).model_copy(update={"parameters": (asked,)})
        for table in ("orders", "refunds", "companies")
    ]
    spec = environment(
        entity("Order", "orders", connection, field("code")),
        entity("Refund", "refunds", connection, field("code")),
        entity("Company", "companies", connection, identity=("connection_id",), looked_up=True),
        tools=tuple(tools),
    )
    scenario = populate(spec, seed, size)
    known = {row["connection_id"] for row in scenario["companies"]}
    assert len(known) == len(scenario["companies"]) == 4
    assert {row["connection_id"] for row in scenario["orders"]} <= known
    assert {row["connection_id"] for row in scenario["refunds"]} <= known
    codes = [row["code"] for row in scenario["orders"]]
    assert len(set(codes)) > 1


@FEW
@SEEDS
def test_large_data_sets_hold_every_record_of_what_they_are_about(seed: int, size: str) -> None:
    spec = environment(
        entity("Film", "films", field("title", role="title")),
        entity("Country", "countries", field("name", role="title")),
        entity(
            "Rating",
            "ratings",
            refers("film_id", "films"),
            refers("country_id", "countries"),
            field("year", WHOLE),
            identity=("film_id", "country_id", "year"),
            looked_up=True,
        ),
    )
    scenario = populate(spec, seed, size)
    ratings = scenario["ratings"]
    assert len(ratings) <= 60
    assert {r["film_id"] for r in ratings} == {film["id"] for film in scenario["films"]}
    assert {r["country_id"] for r in ratings} == {c["id"] for c in scenario["countries"]}


def test_a_data_set_may_be_filled_before_what_it_is_about() -> None:
    spec = environment(
        entity("Stop", "stops", field("name", role="title"), refers("first_id", "arrivals")),
        entity(
            "Arrival",
            "arrivals",
            refers("stop_id", "stops").model_copy(update={"optional": True}),
            identity=("stop_id",),
            looked_up=True,
        ),
    )
    scenario = populate(spec, 1)
    assert {row["stop_id"] for row in scenario["arrivals"]} == {s["id"] for s in scenario["stops"]}


@FEW
@SEEDS
def test_exchange_rates_are_of_the_size_that_they_have(seed: int, size: str) -> None:
    spec = environment(
        entity(
            "ExchangeRate",
            "exchange_rates",
            field("base_currency"),
            field("target_currency"),
            field("rate", AMOUNT),
            identity=("base_currency", "target_currency"),
            looked_up=True,
        )
    )
    rates = {
        (row["base_currency"], row["target_currency"]): row["rate"]
        for row in populate(spec, seed, size)["exchange_rates"]
    }
    worth = load_lexicon().worth
    assert ("USD", "EUR") in rates
    for (base, target), rate in rates.items():
        assert base != target
        assert rate == pytest.approx(worth[base] / worth[target], rel=0.02, abs=0.001)


@FEW
@SEEDS
def test_totals_cover_their_parts(seed: int, size: str) -> None:
    counts = [field(name, WHOLE) for name in ("total", "active", "closed")]
    spec = environment(entity("Summary", "summaries", field("country"), *counts,
                              identity=("country",), looked_up=True))  # fmt: skip
    rows = populate(spec, seed, size)["summaries"]
    assert len({row["country"] for row in rows}) == len(rows) > 5
    assert all(row["total"] == row["active"] + row["closed"] for row in rows)


# ------------------------------------------------------------------------------ the persona
def with_persona(*tools: m.ToolDesign, owner: m.FieldSpec | None = None) -> m.EnvironmentSpec:
    status = m.Scalar(type="string", choices=("invited", "active", "suspended"))
    starred = m.ListOf(item=TEXT)
    return environment(
        entity(
            "User",
            "users",
            field("name", role="title"),
            field("status", status, role="status"),
            field("blocked", FLAG),
            field("deleted_at", MOMENT, optional=True),
            refers("starred_ids", "orders").model_copy(update={"type": starred}),
        ),
        entity(
            "Order",
            "orders",
            field("title", role="title"),
            owner or refers("owner_id", "users"),
        ),
        persona=m.Persona(table="users", value="current_user_id"),
        tools=tools,
    )


@FEW
@SEEDS
def test_the_persona_is_ordinary_and_owns_a_good_part(seed: int, size: str) -> None:
    scenario = populate(with_persona(), seed, size)
    me = scenario["current_user_id"]
    (user,) = (user for user in scenario["users"] if user["id"] == me)
    assert user["status"] == "active"
    assert not user["blocked"]
    assert user["deleted_at"] is None
    assert len(user["starred_ids"]) >= 2
    owners = Counter(order["owner_id"] for order in scenario["orders"])
    assert 0.25 <= owners[me] / len(scenario["orders"]) <= 0.6
    assert len(owners) > 1


@FEW
@SEEDS
def test_what_tools_compare_with_the_persona_is_the_persona(seed: int, size: str) -> None:
    mine = lists("orders", m.Match(source="me", field="owner_id"))
    scenario = populate(with_persona(mine, owner=field("owner_id")), seed, size)
    owners = Counter(order["owner_id"] for order in scenario["orders"])
    assert 0 < owners[scenario["current_user_id"]] < len(scenario["orders"])


# ------------------------------------------------------------------------------ selections
@FEW
@SEEDS
def test_selections_of_tools_find_some_records_and_leave_some(seed: int, size: str) -> None:
    status = m.Scalar(type="string", choices=("draft", "published", "archived"))
    tags = m.ListOf(item=TEXT)
    spec = environment(
        entity(
            "Post",
            "posts",
            field("title", role="title"),
            field("status", status, role="status"),
            field("featured", FLAG),
            field("kind", optional=True),
            field("tags", tags),
        ),
        tools=(
            lists("posts", always("status", "published"), always("featured", True)),
            lists("posts", always("kind", "photo")),
            lists("posts", always("tags", "news").model_copy(update={"op": "contains"})),
        ),
    )
    posts = populate(spec, seed, size)["posts"]
    for found in (
        [p for p in posts if p["status"] == "published" and p["featured"]],
        [p for p in posts if p["kind"] == "photo"],
        [p for p in posts if "news" in p["tags"]],
    ):
        assert 0 < len(found) < len(posts)


# ------------------------------------------------------------------------------ inferred
@FEW
@SEEDS
def test_of_names_alone_believable_values_are_made(seed: int, size: str) -> None:
    flags = [field(name, FLAG, inferred=True) for name in ("starred", "read", "archived")]
    texts = [field(name, inferred=True, optional=True) for name in ("to", "folder", "zorp")]
    found = lists("emails", m.Match(parameter="folder", field="zorp"))
    wanted = m.ParameterSpec(name="folder", source_name="folder", type=TEXT)
    spec = environment(
        entity("Email", "emails", field("subject", role="title"), *texts, *flags, inferred=True),
        tools=(found.model_copy(update={"parameters": (wanted,)}),),
    )
    emails = populate(spec, seed, size)["emails"]
    assert all(email["to"] is None or "@" in email["to"] for email in emails)
    assert {email["folder"] for email in emails} <= {None, "Inbox", "Travel", "Receipts", "Family"}
    assert any(email["zorp"] for email in emails)  # a tool asks for it
    assert all({email[flag.name] for email in emails} == {True, False} for flag in flags)


# ------------------------------------------------------------------------------ keys
@FEW
@given(
    seed=st.integers(0, 10_000),
    form=st.sampled_from(["ORD-{n:04}", "{hex:24}", "usr_{base62:10}", "{n:07}", "{ulid}"]),
)
def test_keys_have_their_form_and_follow_time(seed: int, form: str) -> None:
    template = read_template(form)
    example = {"examples": (template.numbered(1042),)} if template.counts else {}
    spec = environment(
        entity(
            "Order",
            "orders",
            field("created_at", MOMENT, role="created_at"),
            key_style="serial" if template.counts else "token",
            key_format=form,
            of_key=example,
        )
    )
    orders = populate(spec, seed)["orders"]
    keys = [order["id"] for order in orders]
    assert len(set(keys)) == len(keys)
    if template.counts:
        numbers = [template.number(key) for key in keys]
        assert numbers == sorted(numbers)
        assert numbers[0] == 1001
        times = [order["created_at"] for order in orders]
        assert times == sorted(times)
