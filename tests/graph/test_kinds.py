from dataclasses import replace

import pytest

from envfactory.graph import Port
from envfactory.graph.kinds import kind_of
from envfactory.graph.model import JsonType


def port(path: str, kind: JsonType = "string", form: str = "", tool: str = "a__get_x") -> Port:
    return Port(tool=tool, side="output", path=path, type=kind, format=form)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/items/*/customer_email", "e-mail address"),
        ("/phone_numbers/*/number", "phone number"),
        ("/firstName", "first name"),
        ("/contact/last_name", "last name"),
        ("/employee/name", "name of a person"),
        ("/holder", "name of a person"),
        ("/address/zip_code", "postal code"),
        ("/date_of_birth", "birthday"),
        ("/items/*/sku", "stock number"),
        ("/homepage", "web site"),
        ("/country_code", "country code"),
        ("/country", "country"),
        ("/country_name", "name of a country"),
        ("/url", "link"),
        ("/purchase_url", "link of purchase"),
        ("/time_zone", "time zone"),
    ],
)
def test_names_tell_what_a_value_is(path: str, kind: str) -> None:
    assert kind_of(port(path)) == kind


@pytest.mark.parametrize(
    "path", ["/version", "/status", "/email_id", "/email_type", "/name", "/description", "/*", ""]
)
def test_what_is_no_kind_of_its_own_has_none(path: str) -> None:
    assert kind_of(port(path)) is None


def test_the_format_and_the_tool_tell_where_the_name_does_not() -> None:
    assert kind_of(port("/value", form="email")) == "e-mail address"
    assert kind_of(port("/*/name", tool="a__list_users")) == "name of a person"


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        ("/webhooks/*/url", "a__get_x"),
        ("/cluster_uri", "a__get_x"),
        ("/base_url", "a__get_x"),
        ("/uri", "a__create_notifier"),
        ("/phone_ext", "a__get_x"),
        ("/name", "a__list_user_attributes"),
        ("/user_name", "a__create_user"),
        ("/country_of_birth", "a__create_employee"),
    ],
)
def test_what_only_looks_like_a_kind_has_none(path: str, tool: str) -> None:
    assert kind_of(port(path, tool=tool)) is None
    assert kind_of(port(path, form="uri" if "ur" in path else "", tool=tool)) is None


def test_a_name_is_that_of_what_the_tool_is_about() -> None:
    assert kind_of(port("/name", tool="a__list_users_by_group")) == "name of a person"


def test_a_description_tells_the_code_of_a_country() -> None:
    coded = replace(port("/country"), description="Two letter ISO code of the country.")
    assert kind_of(coded) == "country code"


@pytest.mark.parametrize(
    ("path", "tool", "kind"),
    [
        ("/items/*/start/date", "a__list_events", "day that something begins"),
        ("/due", "a__create_task", "day that something begins"),
        ("/items/*/end/date", "a__list_events", "day that something ends"),
        ("/check_out", "a__create_booking", "day that something ends"),
        ("/start_date", "a__list_comments", None),
        ("/employment_start_date", "a__create_employee", None),
        ("/purchase_date", "a__create_asset", None),
        ("/completed", "a__update_task", None),
    ],
)
def test_a_day_carries_over_from_what_people_do_on_it(
    path: str, tool: str, kind: str | None
) -> None:
    assert kind_of(port(path, form="date", tool=tool)) == kind


@pytest.mark.parametrize(
    ("path", "tool", "kind"),
    [
        ("/title", "a__get_post", "title"),
        ("/items/*/title", "a__list_tasks", "title"),
        ("/items/*/title", "a__get_form", None),
        ("/title", "a__create_order", None),
        ("/phone_numbers/*/number", "a__get_company", "phone number of a firm"),
        ("/addresses/*/phone_number", "a__list_companies", "phone number of a firm"),
        ("/customers/*/phone_numbers/*/number", "a__get_company", "phone number"),
        ("/email", "a__get_hotel", "e-mail address of a firm"),
        ("/barcode", "a__get_product", "product number"),
        ("/barcode", "a__get_strain", None),
    ],
)
def test_what_a_value_belongs_to_tells_more(path: str, tool: str, kind: str | None) -> None:
    described = f"The {path.rpartition('/')[2]} of the {tool.rpartition('_')[2]}."
    assert kind_of(replace(port(path, tool=tool), description=described)) == kind


def test_the_price_is_that_of_something_sold() -> None:
    assert kind_of(port("/price", "number", tool="a__get_product")) == "price"
    assert kind_of(port("/price", "number", tool="a__get_message")) is None
    assert kind_of(port("/price_amount", "number", tool="a__create_item")) == "price"


def test_a_link_is_taken_where_any_page_will_do() -> None:
    taken = replace(port("/url", tool="a__create_screenshot"), side="input")
    assert kind_of(taken) == "link"
    assert kind_of(replace(taken, tool="a__update_page")) is None
    assert kind_of(replace(taken, description="Where your webhook listens.")) is None
    assert kind_of(port("/websites/*/url")) == "web site"


def test_numbers_and_texts_are_different_things() -> None:
    assert kind_of(port("/price", "number", tool="a__get_item")) == "price"
    assert kind_of(port("/price", "string", tool="a__get_item")) is None
    assert kind_of(port("/city", "integer")) is None
    assert kind_of(port("/zip", "integer")) == "postal code"
