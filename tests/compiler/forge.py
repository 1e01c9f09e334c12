"""A code forge: repositories, issues, stars; every behaviour at least once, and who asks."""

from __future__ import annotations

from envfactory.records import Json
from envfactory.spec import model as m
from tests.compiler.designing import (
    PROVENANCE,
    design,
    field,
    match,
    optional,
    parameter,
    scalar,
    take,
    text,
    to,
)

STATE = text(choices=("open", "closed"))


def me(field_name: str, op: str = "eq") -> m.Match:
    return m.Match(source="me", field=field_name, op=op)


def fixed(field_name: str, constant: Json, op: str = "eq") -> m.Match:
    return m.Match(source="constant", constant=constant, field=field_name, op=op)


def mine(field_name: str) -> m.Assign:
    return m.Assign(field=field_name, source="me")


def constant(field_name: str, value: Json) -> m.Assign:
    return m.Assign(field=field_name, source="constant", constant=value)


LOGIN = parameter("login", required=True, reference=to("users"))
OWNER = parameter("owner", required=True, reference=to("users"))
NAME = parameter("name", required=True)
REPOSITORY = parameter("repository_id", required=True, reference=to("repositories"))
ISSUE = parameter("issue_id", required=True, reference=to("issues"))
ISSUES = parameter("issue_ids", m.ListOf(item=text()), required=True, reference=to("issues"))
SLUG = parameter("slug", text(pattern="^[a-z]{2,9}$"), required=True)

USERS = m.EntitySpec(
    name="User",
    table="users",
    fields=(
        field("login", role="key"),
        optional("bio"),
        field(
            "follows",
            m.ListOf(item=text()),
            reference=to("users", on_delete="set_null"),
            has_default=True,
            default=[],
        ),
    ),
    key="login",
    key_style="natural",
)
REPOSITORIES = m.EntitySpec(
    name="Repository",
    table="repositories",
    fields=(
        field("repository_id", role="key"),
        field("owner", reference=to("users", on_delete="cascade")),
        field("name", role="title"),
        optional("homepage"),
        field("private", scalar("boolean"), has_default=True, default=False),
        field("archived", scalar("boolean"), has_default=True, default=False, role="status"),
        field("created_at", scalar("datetime"), role="created_at"),
    ),
    key="repository_id",
    key_prefix="rep",
    title="name",
    parent="owner",
    identity=("owner", "name"),
)
ISSUES_OF = m.EntitySpec(
    name="Issue",
    table="issues",
    fields=(
        field("issue_id", role="key"),
        field("repository_id", reference=to("repositories", on_delete="cascade")),
        field("title", text(min_length=1), role="title"),
        field("state", STATE, has_default=True, default="open", role="status"),
        field("weight", scalar("integer"), has_default=True, default=1),
        optional("parent_id", reference=to("issues", on_delete="cascade")),
        field(
            "assignees",
            m.ListOf(item=text()),
            reference=to("users", on_delete="set_null"),
            has_default=True,
            default=[],
        ),
        field("created_at", scalar("datetime"), role="created_at"),
        optional("updated_at", scalar("datetime"), role="updated_at"),
    ),
    key="issue_id",
    key_prefix="iss",
    title="title",
    parent="repository_id",
)
LABELS = m.EntitySpec(
    name="Label",
    table="labels",
    fields=(
        field("slug", text(pattern="^[a-z]{2,9}$"), role="key"),
        field("color"),
        optional("note"),
    ),
    key="slug",
    key_style="natural",
)
STARS = m.EntitySpec(
    name="Star",
    table="stars",
    fields=(
        field("star_id", role="key"),
        field("login", reference=to("users", on_delete="cascade")),
        field("repository_id", reference=to("repositories", on_delete="cascade")),
        optional("note"),
        field("starred_at", scalar("datetime"), role="created_at"),
    ),
    key="star_id",
    key_prefix="str",
    identity=("login", "repository_id"),
    inferred=True,
)
SETTINGS = m.EntitySpec(
    name="Settings",
    table="settings",
    fields=(
        field("settings_id", role="key"),
        field("theme", text(choices=("light", "dark")), has_default=True, default="light"),
        optional("locale"),
    ),
    key="settings_id",
    key_prefix="set",
    singleton=True,
)
PLACES = m.EntitySpec(
    name="Place",
    table="places",
    fields=(
        field("place_id", role="key"),
        field("country"),
        field("postal_code"),
        field("town"),
    ),
    key="place_id",
    key_prefix="pla",
    identity=("country", "postal_code"),
    looked_up=True,
)
NEW_ISSUE = m.ObjectSpec(
    name="NewIssue",
    fields=(field("title", text(min_length=1)), optional("weight", scalar("integer"))),
)
AT = (match("owner"), match("name"))
PAIR = (me("login"), match("repository_id"))

READS = (
    design(
        "list_issues",
        "List the issues of a repository, newest first.",
        m.ListRecords(
            table="issues",
            matches=(match("repository_id"), match("state")),
            paging=m.Paging(style="cursor", limit="limit", position="after"),
            sorting=m.Sorting(
                parameter="sort", fields=("weight", "title"), direction_parameter="direction"
            ),
            order=m.Order(field="created_at", descending=True),
        ),
        REPOSITORY,
        parameter("state", STATE),
        parameter("sort"),
        parameter("direction"),
        parameter("limit", scalar("number"), default=2.0),
        parameter("after", scalar("integer")),
        shape="page",
    ),
    design(
        "list_my_heaviest_issues",
        "List the three heaviest open issues that are assigned to you.",
        m.ListRecords(
            table="issues",
            matches=(me("assignees", "contains"), fixed("state", "open")),
            order=m.Order(field="weight", descending=True),
            at_most=3,
        ),
        shape="list",
    ),
    design(
        "list_follows",
        "List whom a user follows.",
        m.ListRecords(
            table="users",
            through=m.Through(table="users", field="follows", key="login"),
            paging=m.Paging(style="offset", limit="limit"),
        ),
        LOGIN,
        parameter("limit", scalar("integer")),
        shape="list",
    ),
    design(
        "list_my_follows",
        "List whom you follow.",
        m.ListRecords(table="users", through=m.Through(table="users", field="follows", by="me")),
        shape="page",
    ),
    design(
        "list_issues_of_repository",
        "List the issues of an owner's repository.",
        m.ListRecords(
            table="issues",
            matches=(match("repository_id"),),
        ),
        OWNER,
        REPOSITORY,
        shape="list",
    ).model_copy(update={"operation": "GET /{owner}/{repository_id}/issues"}),
    design(
        "list_assigned_issues",
        "List the issues that somebody works on.",
        m.ListRecords(table="issues", matches=(match("login", "contains", "assignees"),)),
        LOGIN,
        shape="list",
    ),
    design(
        "count_issues",
        "Say how many issues there are.",
        m.CountRecords(table="issues", matches=(match("state"), match("title", "contains"))),
        parameter("state", STATE),
        parameter("title"),
        shape="count",
    ),
    design(
        "count_public_repositories",
        "Say how many repositories anybody can see.",
        m.CountRecords(table="repositories", matches=(fixed("private", False),)),
        shape="count",
    ),
    design(
        "get_latest_issue",
        "Get the newest issue of a repository.",
        m.PickRecord(
            table="issues",
            matches=(match("repository_id"),),
            order=m.Order(field="created_at", descending=True),
        ),
        REPOSITORY,
    ),
    design(
        "get_random_issue",
        "Get any issue.",
        m.PickRecord(table="issues", matches=(match("state"),)),
        parameter("state", STATE),
    ),
    design("get_me", "Get who you are.", m.GetRecord(table="users", by="me")),
    design("get_settings", "Get the settings.", m.GetRecord(table="settings", by="only")),
    design(
        "get_repository",
        "Get a repository.",
        m.GetRecord(table="repositories", by="scope", scope=AT),
        OWNER,
        NAME,
    ),
    design(
        "get_repository_of_owner",
        "Get a repository of an owner by its name.",
        m.GetRecord(table="repositories", key="name", field="name", scope=(match("owner"),)),
        OWNER,
        NAME,
    ),
    design(
        "get_place",
        "Look up a postal code.",
        m.GetRecord(table="places", by="scope", scope=(match("country"), match("postal_code"))),
        parameter("country", required=True),
        parameter("postal_code", required=True),
    ),
)
WRITES = (
    design(
        "create_repository",
        "Create a repository of your own.",
        m.CreateRecord(table="repositories", assigns=(mine("owner"), *take("name", "homepage"))),
        NAME,
        parameter("homepage"),
    ),
    design(
        "create_issues",
        "Open several issues at once.",
        m.CreateRecords(
            table="issues",
            items="issues",
            fields=("title", "weight"),
            assigns=take("repository_id"),
        ),
        REPOSITORY,
        parameter("issues", m.ListOf(item=m.Nested(name="NewIssue")), required=True),
        shape="list",
    ),
    design(
        "fork_repository",
        "Copy a repository to your account.",
        m.CopyRecord(table="repositories", key="repository_id", assigns=(mine("owner"),)),
        REPOSITORY,
    ),
    design(
        "duplicate_repository",
        "Copy a repository beside itself.",
        m.CopyRecord(
            table="repositories",
            key="repository_id",
            assigns=(constant("private", True),),
        ),
        REPOSITORY,
    ),
    design(
        "update_me",
        "Change what others read about you.",
        m.UpdateRecord(table="users", by="me", assigns=take("bio")),
        parameter("bio"),
    ),
    design(
        "update_settings",
        "Change the settings.",
        m.UpdateRecord(table="settings", by="only", assigns=take("theme", "locale")),
        parameter("theme", text(choices=("light", "dark"))),
        parameter("locale"),
    ),
    design(
        "rename_repository",
        "Give a repository another name.",
        m.UpdateRecord(
            table="repositories",
            by="scope",
            scope=AT,
            assigns=(m.Assign(field="name", source="parameter", parameter="new_name"),),
        ),
        OWNER,
        NAME,
        parameter("new_name", required=True),
    ),
    design(
        "create_label",
        "Create a label.",
        m.CreateRecord(table="labels", assigns=take("slug", "color")),
        SLUG.model_copy(update={"reference": to("labels")}),
        parameter("color", required=True),
    ),
    design(
        "put_label",
        "Set a label, new or not.",
        m.UpdateRecord(table="labels", key="slug", assigns=take("color", "note"), or_create=True),
        SLUG,
        parameter("color"),
        parameter("note"),
    ),
    design(
        "put_star",
        "Star a repository, or change the note on it.",
        m.UpdateRecord(table="stars", by="scope", scope=PAIR, assigns=take("note"), or_create=True),
        REPOSITORY,
        parameter("note"),
        shape="none",
    ),
    design(
        "close_issues",
        "Close several issues.",
        m.UpdateRecords(table="issues", keys="issue_ids", assigns=(constant("state", "closed"),)),
        ISSUES,
        shape="list",
    ),
    design(
        "close_all_issues",
        "Close every issue of a repository.",
        m.UpdateRecords(
            table="issues",
            matches=(match("repository_id"),),
            assigns=(constant("state", "closed"),),
        ),
        REPOSITORY,
        shape="count",
    ),
    design(
        "archive_repository",
        "Archive a repository.",
        m.ActOnRecord(table="repositories", by="scope", scope=AT, field="archived", target=True),
        OWNER,
        NAME,
    ),
    design(
        "follow",
        "Follow somebody.",
        m.RelateRecords(table="users", by="me", field="follows", member="login", change="add"),
        LOGIN,
    ),
    design(
        "unfollow",
        "Follow somebody no more.",
        m.RelateRecords(table="users", by="me", field="follows", member="login", change="remove"),
        LOGIN,
        shape="none",
    ),
    design(
        "take_issue",
        "Take an issue on.",
        m.RelateRecords(table="issues", key="issue_id", field="assignees", change="add"),
        ISSUE,
    ),
    design(
        "drop_issue",
        "Leave an issue to others.",
        m.RelateRecords(table="issues", key="issue_id", field="assignees", change="remove"),
        ISSUE,
    ),
    design(
        "delete_star",
        "Take your star back.",
        m.DeleteRecord(table="stars", by="scope", scope=PAIR),
        REPOSITORY,
        shape="none",
    ),
    design(
        "delete_repository",
        "Delete a repository and all it holds.",
        m.DeleteRecord(table="repositories", by="scope", scope=AT),
        OWNER,
        NAME,
        shape="none",
    ),
    design(
        "delete_issues",
        "Delete several issues and those below them.",
        m.DeleteRecords(table="issues", keys="issue_ids"),
        ISSUES,
        shape="count",
    ),
    design(
        "delete_closed_issues",
        "Delete the closed issues that weigh little.",
        m.DeleteRecords(
            table="issues", matches=(fixed("state", "closed"), match("most", "lte", "weight"))
        ),
        parameter("most", scalar("integer")),
        shape="none",
    ),
    design(
        "delete_labels",
        "Delete labels.",
        m.DeleteRecords(table="labels", keys="slugs"),
        parameter("slugs", m.ListOf(item=text()), required=True, reference=to("labels")),
        shape="list",
    ),
    design(
        "delete_me", "Close your account.", m.DeleteRecord(table="users", by="me"), shape="none"
    ),
)


def forge() -> m.EnvironmentSpec:
    """Every behaviour of the model, with who asks."""
    return m.EnvironmentSpec(
        name="forge",
        class_name="Forge",
        title="Forge",
        description="Repositories, their issues and those who work on them.",
        domain="developer and data tools",
        objects=(NEW_ISSUE,),
        entities=(USERS, REPOSITORIES, ISSUES_OF, LABELS, STARS, SETTINGS, PLACES),
        tools=(*READS, *WRITES),
        persona=m.Persona(table="users", value="current_login"),
        provenance=PROVENANCE,
    )


def scenario() -> dict[str, Json]:
    """Two people, three repositories, four issues."""
    moments = [f"2026-02-0{day}T09:00:00Z" for day in range(1, 8)]
    return {
        "now": "2026-03-02T09:00:00Z",
        "seed": 7,
        "current_login": "ada",
        "users": [
            {"login": "ada", "follows": ["bob"]},
            {"login": "bob", "bio": "Plumber", "follows": []},
            {"login": "eve", "follows": ["ada", "bob"]},
        ],
        "repositories": [
            {"repository_id": "rep_1", "owner": "ada", "name": "kettle", "created_at": moments[0]},
            {"repository_id": "rep_2", "owner": "bob", "name": "pipes", "created_at": moments[1]},
            {
                "repository_id": "rep_3",
                "owner": "bob",
                "name": "kettle",
                "private": True,
                "created_at": moments[2],
            },
        ],
        "issues": [
            {
                "issue_id": "iss_1",
                "repository_id": "rep_1",
                "title": "Leaks",
                "weight": 5,
                "assignees": ["ada", "bob"],
                "created_at": moments[3],
            },
            {
                "issue_id": "iss_2",
                "repository_id": "rep_1",
                "title": "Whistles late",
                "parent_id": "iss_1",
                "assignees": ["ada"],
                "created_at": moments[5],
            },
            {
                "issue_id": "iss_3",
                "repository_id": "rep_1",
                "title": "Too red",
                "state": "closed",
                "weight": 2,
                "created_at": moments[4],
            },
            {
                "issue_id": "iss_4",
                "repository_id": "rep_2",
                "title": "Rust",
                "created_at": moments[6],
            },
        ],
        "labels": [{"slug": "bug", "color": "red"}, {"slug": "idea", "color": "blue"}],
        "stars": [
            {"star_id": "str_1", "login": "ada", "repository_id": "rep_2", "starred_at": moments[6]}
        ],
        "settings": [{"settings_id": "set_1"}],
        "places": [
            {"place_id": "pla_1", "country": "PT", "postal_code": "4000", "town": "Porto"},
            {"place_id": "pla_2", "country": "DE", "postal_code": "4000", "town": "Nowhere"},
        ],
    }
