"""What each behaviour of a specification does, once it is written as Python and run."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from envfactory.compiler import compile_environment
from envfactory.compiler.code.codegen import write_code
from envfactory.environment import Environment
from envfactory.environment.package import execute
from envfactory.errors import DefinitionError
from envfactory.records import Json
from envfactory.spec import model as m
from envfactory.verify import verify
from tests.compiler.forge import forge, scenario


@pytest.fixture(scope="module")
def forge_class() -> type[Environment]:
    spec = forge()
    return execute(write_code(spec).encode(), spec.name, Path("environment.py"))


@pytest.fixture
def site(forge_class: type[Environment]) -> Environment:
    return forge_class.from_scenario(scenario())


def ok(site: Environment, tool: str, **arguments: object):
    result = site.call(tool, arguments)
    assert result.ok, result.error
    return result.value


def refused(site: Environment, tool: str, **arguments: object) -> tuple[str, str]:
    """Call a tool that refuses as its docstring says; the state stays as it was."""
    before = site.state_hash
    result = site.call(tool, arguments)
    assert result.error is not None, result.value
    assert site.state_hash == before
    name = result.error.code.title().replace("_", "")
    assert name == "InvalidArgument" or f"    {name}: If " in str(getattr(site, tool).__doc__)
    return result.error.code, result.error.message


def values(records: Json, field: str) -> list[Json]:
    assert isinstance(records, list)
    return [record[field] for record in records]


AT = {"owner": "bob", "name": "pipes"}


# ---------------------------------------------------------------------------------- reading
def test_a_list_has_the_order_that_the_operation_says_unless_the_caller_asks(
    site: Environment,
) -> None:
    def listed(**options: object) -> list[Json]:
        page = ok(site, "list_issues", repository_id="rep_1", limit=9, **options)
        return values(page["items"], "issue_id")

    assert listed() == ["iss_2", "iss_3", "iss_1"]
    assert listed(sort="weight", direction="asc") == ["iss_2", "iss_3", "iss_1"]
    assert listed(sort="title", direction="desc") == ["iss_2", "iss_3", "iss_1"]
    assert listed(sort="title") == ["iss_1", "iss_3", "iss_2"]
    assert listed(direction="asc") == ["iss_1", "iss_3", "iss_2"]


def test_pages_stay_consistent_while_records_come_and_go(site: Environment) -> None:
    first = ok(site, "list_issues", repository_id="rep_1")
    assert values(first["items"], "issue_id") == ["iss_2", "iss_3"]
    assert first["total"] == 3
    ok(site, "create_issues", repository_id="rep_1", issues=[{"title": "New"}])
    ok(site, "delete_issues", issue_ids=["iss_3"])
    rest = ok(site, "list_issues", repository_id="rep_1", after=first["next_cursor"])
    assert values(rest["items"], "issue_id") == ["iss_1"]
    assert rest["next_cursor"] is None
    code, message = refused(site, "list_issues", repository_id="rep_1", after="2")
    assert (code, "does not belong" in message) == ("invalid_argument", True)


def test_what_is_mine_and_what_is_constant_narrow_a_list(site: Environment) -> None:
    mine = ok(site, "list_my_heaviest_issues")
    assert values(mine, "issue_id") == ["iss_1", "iss_2"]
    ok(site, "close_issues", issue_ids=["iss_1"])
    assert values(ok(site, "list_my_heaviest_issues"), "issue_id") == ["iss_2"]


def test_the_members_of_a_list_of_another_record_are_listed(site: Environment) -> None:
    assert values(ok(site, "list_follows", login="eve"), "login") == ["ada", "bob"]
    assert values(ok(site, "list_follows", login="eve", limit=1), "login") == ["ada"]
    assert values(ok(site, "list_my_follows")["items"], "login") == ["bob"]
    assert refused(site, "list_follows", login="zoe") == ("not_found", "users has no 'zoe'")


def test_owners_of_a_list_have_to_belong_together(site: Environment) -> None:
    tool = "list_issues_of_repository"
    assert len(ok(site, tool, owner="ada", repository_id="rep_1")) == 3
    code, message = refused(site, tool, owner="bob", repository_id="rep_1")
    assert (code, message) == ("not_found", "repository rep_1 does not belong to owner bob")
    assert refused(site, tool, owner="zoe", repository_id="rep_1")[0] == "not_found"


def test_the_owner_of_a_list_may_be_one_of_several(site: Environment) -> None:
    assert len(ok(site, "list_assigned_issues", login="ada")) == 2
    assert ok(site, "list_assigned_issues", login="eve") == []
    assert refused(site, "list_assigned_issues", login="zoe")[0] == "not_found"


def test_the_key_of_a_new_record_names_no_other(site: Environment) -> None:
    (tool,) = [tool for tool in site.tools() if tool.name == "create_label"]
    assert "x-entity" not in tool.input_schema["properties"]["slug"]
    assert ok(site, "create_label", slug="new", color="pink")["slug"] == "new"
    assert refused(site, "create_label", slug="bug", color="pink")[0] == "conflict"


def test_counts(site: Environment) -> None:
    assert ok(site, "count_issues") == {"count": 4}
    assert ok(site, "count_issues", state="open", title="l") == {"count": 2}
    assert ok(site, "count_public_repositories") == {"count": 2}
    (spec,) = [tool for tool in site.tools() if tool.name == "count_issues"]
    assert spec.output_schema["properties"]["count"]["description"]


def test_picks(site: Environment) -> None:
    assert ok(site, "get_latest_issue", repository_id="rep_1")["issue_id"] == "iss_2"
    assert refused(site, "get_latest_issue", repository_id="rep_3")[0] == "not_found"
    drawn = [ok(site, "get_random_issue")["issue_id"] for _ in range(20)]
    assert len(set(drawn)) > 1
    again = type(site).from_scenario(scenario())
    assert drawn == [ok(again, "get_random_issue")["issue_id"] for _ in range(20)]
    assert ok(site, "get_random_issue", state="closed")["issue_id"] == "iss_3"


def test_one_record_is_found_by_values_as_the_only_one_or_as_me(site: Environment) -> None:
    assert ok(site, "get_repository", **AT)["repository_id"] == "rep_2"
    assert ok(site, "get_repository_of_owner", **AT)["repository_id"] == "rep_2"
    assert ok(site, "get_settings")["theme"] == "light"
    assert ok(site, "get_me")["login"] == "ada"
    assert ok(site, "get_place", country="PT", postal_code="4000")["town"] == "Porto"
    code, message = refused(site, "get_place", country="PT", postal_code="9")
    assert (code, message) == ("not_found", "no place with country PT and postal code 9")
    code, message = refused(site, "get_repository", owner="ada", name="pipes")
    assert (code, message) == ("not_found", "no repository with name pipes and owner ada")


def test_where_nobody_asks_nothing_is_mine(forge_class: type[Environment]) -> None:
    site = forge_class()
    for tool, message in (("get_me", "users has no ''"), ("get_settings", "settings is empty")):
        assert site.call(tool).error.message == message
    assert site.call("create_repository", {"name": "x"}).error.code == "not_found"


# ---------------------------------------------------------------------------------- creating
def test_what_is_created_belongs_to_me_and_its_identity_is_taken(site: Environment) -> None:
    made = ok(site, "create_repository", name="toaster")
    assert (made["owner"], made["private"]) == ("ada", False)
    code, message = refused(site, "create_repository", name="kettle")
    assert code == "conflict"
    assert "owner 'ada' and name 'kettle'" in message
    assert refused(site, "rename_repository", **AT, new_name="kettle")[0] == "conflict"
    assert ok(site, "rename_repository", **AT, new_name="pumps")["name"] == "pumps"


def test_several_are_created_or_none(site: Environment) -> None:
    made = ok(
        site,
        "create_issues",
        repository_id="rep_3",
        issues=[{"title": "One"}, {"title": "Two", "weight": 3}],
    )
    assert values(made, "issue_id") == ["iss_5", "iss_6"]
    assert values(made, "weight") == [1, 3]
    assert values(made, "created_at") == ["2026-03-02T09:00:00Z"] * 2
    broken = [{"title": "Fine"}, {"title": ""}]
    code, _ = refused(site, "create_issues", repository_id="rep_3", issues=broken)
    assert code == "invalid_argument"
    fine = [{"title": "Fine"}]
    assert refused(site, "create_issues", repository_id="rep_9", issues=fine)[0] == "not_found"


def test_copies_have_keys_and_names_of_their_own(site: Environment) -> None:
    copy = ok(site, "duplicate_repository", repository_id="rep_2")
    assert (copy["repository_id"], copy["name"]) == ("rep_4", "Copy of pipes")
    assert (copy["private"], copy["created_at"]) == (True, "2026-03-02T09:00:00Z")
    assert ok(site, "fork_repository", repository_id="rep_2")["owner"] == "ada"
    assert refused(site, "fork_repository", repository_id="rep_2")[0] == "conflict"
    assert refused(site, "fork_repository", repository_id="rep_9")[0] == "not_found"


# ---------------------------------------------------------------------------------- changing
def test_my_record_and_the_only_one_change(site: Environment) -> None:
    assert ok(site, "update_me", bio="Poet")["bio"] == "Poet"
    assert ok(site, "update_settings", theme="dark")["theme"] == "dark"
    assert ok(site, "update_settings", locale="pt")["theme"] == "dark"


def test_an_upsert_creates_or_changes(site: Environment) -> None:
    assert ok(site, "put_label", slug="bug", note="Broken")["color"] == "red"
    assert ok(site, "put_label", slug="new", color="pink")["note"] is None
    assert refused(site, "put_label", slug="odd") == (
        "invalid_argument",
        "a new label needs a color",
    )
    assert refused(site, "put_label", slug="NO")[0] == "invalid_argument"


def test_an_upsert_by_values_keeps_the_record_there_is(site: Environment) -> None:
    ok(site, "put_star", repository_id="rep_2", note="Neat")
    ok(site, "put_star", repository_id="rep_1")
    ok(site, "put_star", repository_id="rep_2")
    stars = site.to_scenario()["stars"]
    assert values(stars, "star_id") == ["str_1", "str_2"]
    assert values(stars, "note") == ["Neat", None]
    assert refused(site, "put_star", repository_id="rep_9")[0] == "not_found"
    assert ok(site, "delete_star", repository_id="rep_2") is None
    code, message = refused(site, "delete_star", repository_id="rep_2")
    assert (code, message) == ("not_found", "no star with user ada and repository rep_2")


def test_several_are_changed_or_none(site: Environment) -> None:
    closed = ok(site, "close_issues", issue_ids=["iss_1", "iss_2", "iss_1"])
    assert values(closed, "issue_id") == ["iss_1", "iss_2"]
    assert values(closed, "state") == ["closed", "closed"]
    assert refused(site, "close_issues", issue_ids=["iss_4", "iss_9"])[0] == "not_found"
    assert ok(site, "close_all_issues", repository_id="rep_2") == {"count": 1}
    assert ok(site, "close_all_issues", repository_id="rep_3") == {"count": 0}
    assert refused(site, "close_all_issues", repository_id="rep_9")[0] == "not_found"


def test_actions_on_a_record_that_values_name(site: Environment) -> None:
    assert ok(site, "archive_repository", **AT)["archived"] is True
    code, message = refused(site, "archive_repository", **AT)
    assert code == "conflict"
    assert message == "the repository with name pipes and owner bob is already archived"


def test_i_am_put_into_lists_and_others_into_mine(site: Environment) -> None:
    assert ok(site, "follow", login="eve")["follows"] == ["bob", "eve"]
    code, message = refused(site, "follow", login="eve")
    assert (code, message) == ("conflict", "user eve is already in the follows of user ada")
    assert refused(site, "follow", login="zoe")[0] == "not_found"
    assert ok(site, "unfollow", login="eve") is None
    assert refused(site, "unfollow", login="eve")[0] == "not_found"
    assert ok(site, "take_issue", issue_id="iss_4")["assignees"] == ["ada"]
    assert refused(site, "take_issue", issue_id="iss_4")[0] == "conflict"
    assert ok(site, "drop_issue", issue_id="iss_4")["assignees"] == []
    assert refused(site, "drop_issue", issue_id="iss_4")[0] == "not_found"


# ---------------------------------------------------------------------------------- deleting
def test_several_are_deleted_or_none(site: Environment) -> None:
    assert refused(site, "delete_issues", issue_ids=["iss_1", "iss_9"])[0] == "not_found"
    assert ok(site, "delete_issues", issue_ids=["iss_1", "iss_2", "iss_1"]) == {"count": 2}
    assert values(site.to_scenario()["issues"], "issue_id") == ["iss_3", "iss_4"]
    assert ok(site, "delete_closed_issues", most=1) is None
    assert ok(site, "count_issues") == {"count": 2}
    ok(site, "delete_closed_issues")
    assert ok(site, "count_issues") == {"count": 1}
    assert values(ok(site, "delete_labels", slugs=["idea", "idea"]), "slug") == ["idea"]
    assert refused(site, "delete_labels", slugs=["bug", "idea"])[0] == "not_found"


def test_one_is_deleted_by_values_or_as_me(site: Environment) -> None:
    assert ok(site, "delete_repository", **AT) is None
    assert refused(site, "delete_repository", **AT)[0] == "not_found"
    assert ok(site, "delete_me") is None
    assert site.call("get_me").error.message == "users has no 'ada'"
    again = type(site).from_scenario(site.to_scenario())
    assert again.state_hash == site.state_hash


# ---------------------------------------------------------------------------------- verified
def test_all_of_it_is_verified(tmp_path: Path) -> None:
    package = compile_environment(forge(), tmp_path, seed=1, scenario_count=1)
    for path in (package / "scenarios").iterdir():
        path.write_bytes(orjson.dumps(scenario()))
    certificate = verify(package)
    findings = [f.message for result in certificate.results for f in result.findings]
    assert certificate.level == "verified", findings


def test_what_cannot_be_written_is_left_out_and_told(tmp_path: Path) -> None:
    spec = forge()
    package = compile_environment(
        spec.model_copy(update={"persona": None}), tmp_path, seed=1, scenario_count=0
    )
    told = m.EnvironmentSpec.model_validate_json((package / "spec.json").read_bytes())
    reasons = {omission.reason for omission in told.omissions}
    assert reasons == {"is about who asks, and nobody does"}
    assert "get_me" not in {tool.name for tool in told.tools}
    assert len(told.tools) + len(told.omissions) == len(spec.tools)


def test_where_nothing_can_be_written_there_is_no_environment(tmp_path: Path) -> None:
    spec = forge()
    (only,) = [tool for tool in spec.tools if tool.name == "get_me"]
    with pytest.raises(DefinitionError, match="no tool can be written"):
        compile_environment(
            spec.model_copy(update={"persona": None, "tools": (only,)}), tmp_path, seed=1
        )
