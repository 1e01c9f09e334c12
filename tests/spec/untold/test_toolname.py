"""What the names of tools say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.spec.untold.toolname import Server, ToolName, read_name, server_prefix
from envfactory.spec.words.name import Nouns


@pytest.fixture(scope="module")
def nouns() -> Nouns:
    return Nouns()


def said(name: ToolName) -> tuple[str, str, str]:
    return name.doing, " ".join(name.noun), " ".join(name.owner)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("create_issue", ("create", "issue", "")),
        ("list_commits", ("list", "commit", "")),
        ("search_repositories", ("search", "repository", "")),
        ("get_file_contents", ("get", "file content", "")),
        ("add_issue_comment", ("create", "issue comment", "")),
        ("create_or_update_file", ("upsert", "file", "")),
        ("mark_notification_as_read", ("act", "notification", "")),
        ("mark_task_done", ("act", "task", "")),
        ("assign_task", ("relate", "task", "")),
        ("send_message", ("create", "message", "")),
        ("add_tasks_to_request", ("create", "task", "request")),
        ("getStoryWithComments", ("get", "story", "")),
        ("package_search", ("search", "package", "")),
        ("article_getter", ("get", "article", "")),
        ("close-issue", ("act", "issue", "")),
        ("CreateQueue", ("create", "queue", "")),
        ("calculate_tip", ("compute", "tip", "")),
        ("convert_time", ("compute", "time", "")),
        ("generate_report", ("create", "report", "")),
        ("generate_summary", ("compute", "summary", "")),
        ("click", ("outside", "", "")),
        ("thing_of_beauty", ("", "thing", "beauty")),
    ],
)
def test_verb_noun_and_owner(nouns: Nouns, name: str, expected: tuple[str, str, str]) -> None:
    assert said(read_name(name, "", nouns, Server())) == expected


def test_what_is_marked_leads_to_a_known_action(nouns: Nouns) -> None:
    assert read_name("mark_task_done", "", nouns, Server()).verb == ("complete",)
    assert read_name("mark_mail_read", "", nouns, Server()).verb == ("read",)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("versions", "Get all available versions of a package", ("get", "version", "")),
        ("search", "Search for stories and comments on a site", ("search", "story", "")),
        ("fetch", "Retrieves the contents of an article", ("get", "article", "")),
        ("copy_document", "Create a copy of a document", ("", "copy document", "")),
        ("commit", "Records changes to the repository", ("", "commit", "")),
    ],
)
def test_descriptions_help_where_a_name_has_no_verb(
    nouns: Nouns, name: str, text: str, expected: tuple[str, str, str]
) -> None:
    assert said(read_name(name, text, nouns, Server())) == expected


def test_names_of_the_server_are_no_part_of_the_noun(nouns: Nouns) -> None:
    names = ["git_status", "git_create_branch", "git_log", "git_show"]
    assert server_prefix(names) == ("git",)
    assert server_prefix(["get_user", "get_order", "get_item"]) == ()
    server = Server(server_prefix(names))
    assert said(read_name("git_create_branch", "", nouns, server)) == ("create", "branch", "")
    called = Server(called=frozenset({"arxiv"}))
    assert said(read_name("search_arxiv_papers", "", nouns, called)) == ("search", "paper", "")


@given(name=st.text(max_size=60), text=st.text(max_size=200))
def test_every_name_is_read_the_same_way_twice(nouns: Nouns, name: str, text: str) -> None:
    first = read_name(name, text, nouns, Server(server_prefix([name] * 3)))
    assert first == read_name(name, text, nouns, Server(server_prefix([name] * 3)))
