import json
from pathlib import Path
from typing import Any

import pytest

from envfactory.graph import Port
from envfactory.graph.providable import judge
from envfactory.graph.words import changes_state, removes, words

LABELS = Path(__file__).parent / "data" / "sayable.jsonl"


def port(name: str, **fields: Any) -> Port:
    return Port(
        tool="t", side="input", path=f"/{name}", type=fields.pop("type", "string"), **fields
    )


@pytest.mark.parametrize(
    ("given", "allowed", "reason"),
    [
        (port("query"), True, "free text"),
        (port("title"), True, "a name"),
        (port("startDate", format="date"), True, "a date or time"),
        (port("due_date"), True, "a date or time"),
        (port("amount", type="number"), True, "a number"),
        (port("page", type="integer"), True, "paging"),
        (port("per_page", type="integer"), True, "paging"),
        (port("urgent", type="boolean"), True, "a choice"),
        (port("status", choices=("open", "closed")), True, "a choice"),
        (port("email", format="email"), True, "contact detail"),
        (port("homepage", format="uri"), True, "a link"),
        (port("userId"), False, "internal id"),
        (port("ID"), False, "internal id"),
        (port("tag_ids"), False, "internal id"),
        (port("thing", format="uuid"), False, "internal id"),
        (port("pageToken"), False, "secret or opaque token"),
        (port("next_cursor"), False, "secret or opaque token"),
        (port("api_key"), False, "secret or opaque token"),
        (port("password", format="password"), False, "secret or opaque token"),
        (port("etag"), False, "secret or opaque token"),
        (port("file", format="binary"), False, "binary content"),
        (port("payload", type="object"), False, "data without a described shape"),
        (port("order", entity="orders"), False, "internal id"),
        (port("order_id", type="integer", entity="orders"), False, "internal id"),
        (port("username", entity="users"), True, "natural key"),
        (port("country_code", entity="countries"), True, "natural key"),
        (port("slug", entity="repos"), True, "natural key"),
        (port("country_code_id", entity="countries"), False, "internal id"),
        (port("owner", entity="people"), True, "natural key"),
        (port("identity", description="What uniquely identifies the user."), False, "internal id"),
        (port("serverid"), False, "internal id"),
        (port("amount_paid"), True, "free text"),
        (port("cve_id"), True, "a public id"),
        (port("barcode"), True, "a name"),
        (port("reply", description="What to say. Not an id."), True, "free text"),
        (port("sites", description="Sites by id."), False, "internal id"),
        (port("team", description="Name or id of the team."), True, "free text"),
        (port("dataset", description="Format: projects/{project}"), False, "internal id"),
        (port("logo", description="Base64 encoded."), False, "binary content"),
        (port("logo_name"), True, "a name"),
        (port("image_data"), False, "binary content"),
        (port("source", description="JavaScript code to run."), False, "code or markup"),
        (port("repository_url"), True, "a link"),
        (port("access_key"), False, "secret or opaque token"),
        (port("session"), False, "secret or opaque token"),
        (port("session_name"), True, "a name"),
        (port("pid", entity="people"), False, "internal id"),
        (port("isbn", is_key=True, entity="books"), True, "a new key"),
    ],
)
def test_rules(given: Port, allowed: bool, reason: str) -> None:
    verdict = judge(given, natural_entities=("people",))
    assert (verdict.allowed, verdict.reason) == (allowed, reason)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("customerId", ("customer", "id")),
        ("HTTPServer_id2", ("http", "server", "id", "2")),
        ("größe-in-cm", ("gr", "öß", "e", "in", "cm")),
        ("", ()),
    ],
)
def test_words(name: str, parts: tuple[str, ...]) -> None:
    assert words(name) == parts


@pytest.mark.parametrize(
    ("tool", "changes"),
    [
        ("list_orders", False),
        ("cancelOrder", True),
        ("get_or_create", False),
        ("users_delete", True),
        ("frobnicate", None),
    ],
)
def test_verbs_tell_whether_state_changes(tool: str, changes: bool | None) -> None:
    assert changes_state(tool) is changes


def test_only_a_leading_verb_removes() -> None:
    assert removes("delete_order")
    assert not removes("list_deleted_orders")


def test_inputs_labelled_by_hand() -> None:
    rows = [json.loads(line) for line in LABELS.read_text().splitlines()]
    said = []
    for row in rows:
        told = {name: row[name] for name in ("type", "format", "description")}
        said.append(judge(Port(tool="t", side="input", path=row["path"], **told)).allowed)
    hits = sum(a and row["said"] for a, row in zip(said, rows, strict=True))
    assert hits / sum(said) >= 0.92
    assert hits / sum(row["said"] for row in rows) >= 0.95
