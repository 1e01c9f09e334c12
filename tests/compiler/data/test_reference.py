"""Tables of the world list what exists; tables of the same names about other things do not."""

from typing import Any

import pytest

from envfactory.compiler.data.populate import populate
from envfactory.compiler.data.reference import facts
from envfactory.spec import model as m


def text(name: str, **more: object) -> m.FieldSpec:
    type_ = m.Scalar(kind="scalar", type="string")
    return m.FieldSpec.model_validate({"name": name, "source_name": name, "type": type_, **more})


def entity(name: str, table: str, *fields: m.FieldSpec, **more: object) -> m.EntitySpec:
    key = text(f"{table}_id", role="key")
    return m.EntitySpec.model_validate(
        {"name": name, "table": table, "fields": (key, *fields), "key": key.name, **more}
    )


def filled(spec: m.EnvironmentSpec, *entities: m.EntitySpec, seed: int = 1) -> dict[str, Any]:
    """Return a scenario of these tables alone."""
    return populate(
        spec.model_copy(update={"entities": entities, "tools": (), "persona": None}), seed, "large"
    )


@pytest.mark.parametrize(
    ("name", "fields", "known"),
    [
        ("Country", ("name", "iso_alpha_3"), {"Germany": "DEU", "Brazil": "BRA", "Japan": "JPN"}),
        ("Currency", ("name", "code"), {"Euro": "EUR", "Japanese yen": "JPY"}),
        ("SupportedLanguage", ("english_name", "abbreviation"), {"Dutch": "nl", "French": "fr"}),
        ("TimeZone", ("name", "label"), {"Europe/Paris": "Europe/Paris"}),
        ("Locale", ("name", "code"), {"German (Austria)": "de-AT"}),
    ],
)
def test_what_exists_has_its_own_name_and_codes(
    name: str, fields: tuple[str, str], known: dict[str, str], planner_spec: m.EnvironmentSpec
) -> None:
    table = entity(name, "rows", *map(text, fields), title=fields[0])
    found: dict[str, str] = {}
    for seed in range(12):
        scenario = filled(planner_spec, table, seed=seed)
        found |= {row[fields[0]]: row[fields[1]] for row in scenario["rows"]}
        titles = [row[fields[0]] for row in scenario["rows"]]
        assert len(set(titles)) == len(titles)
    assert known.items() <= found.items()


def test_regions_and_cities_lie_in_the_country_that_they_refer_to(
    planner_spec: m.EnvironmentSpec,
) -> None:
    country = entity("Country", "countries", text("name", role="title"), title="name")
    link = text("country_id", reference={"table": "countries"})
    names = (text("name", role="title"), text("country"), link)
    city = entity("City", "cities", *names, title="name", parent="country_id")
    scenario = filled(planner_spec, country, city)
    called = {row["countries_id"]: row["name"] for row in scenario["countries"]}
    assert all(called[row["country_id"]] == row["country"] for row in scenario["cities"])


def test_other_things_of_these_names_are_no_facts() -> None:
    assert facts("language", (text("name", examples=("Bash (5.0.0)",)),), "name") == ()
    assert facts("language", (text("name"), text("compile_cmd")), "name") == ()
    assert facts("region", (text("name"), text("instances")), "name") == ()
    assert facts("state", (text("name"), text("workflow")), "name") == ()
    assert facts("country report", (text("name"),), "name") == ()
    assert facts("language", (text("name", examples=("german",)),), "name")


def test_codes_and_names_are_written_as_in_the_example(planner_spec: m.EnvironmentSpec) -> None:
    name = text("name", role="title", examples=("AFGHANISTAN",))
    table = entity("Country", "rows", name, text("code", examples=("AFG",)), title="name")
    rows = filled(planner_spec, table)["rows"]
    assert all(len(row["code"]) == 3 and row["name"].isupper() for row in rows)


def test_countries_inside_records_are_where_the_records_are(
    planner_spec: m.EnvironmentSpec,
) -> None:
    country = text("country", type={"kind": "nested", "name": "AirportCountry"})
    airport = entity("Airport", "rows", text("name", role="title"), country, title="name")
    fields = (text("name"), text("code"))
    changed = planner_spec.model_copy(
        update={"objects": (m.ObjectSpec(name="AirportCountry", fields=fields),)}
    )
    found = {r["name"]: r["country"]["code"] for r in filled(changed, airport)["rows"]}
    known = {"Hamburg Airport": "DE", "Heathrow Airport": "GB", "Haneda Airport": "JP"}
    assert known.keys() & found.keys()
    assert all(found[name] == code for name, code in known.items() if name in found)
