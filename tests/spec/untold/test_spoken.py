"""Reads whose answer nothing but their text describes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.source import ApiDescription
from envfactory.spec import EnvironmentSpec, NoTools, infer
from envfactory.spec.model import GetRecord, ListRecords, Order, PickRecord, ToolDesign
from tests.spec.conftest import describe, operation

TEXT = {"type": "string"}
COUNT = {"type": "integer"}
PET = {"type": "object", "properties": {"id": TEXT, "name": TEXT, "age": COUNT}}


def api(*operations: object) -> ApiDescription:
    """Return an API with one kind of described records beside the given operations."""
    made: ApiDescription = describe(
        operation("GET /pets", {"type": "array", "items": PET}), *operations
    )
    return made


def spoken(spec: EnvironmentSpec) -> dict[str, ToolDesign]:
    return {tool.operation: tool for tool in spec.tools if tool.operation != "GET /pets"}


def one(line: str, summary: str, **query: object) -> ToolDesign | None:
    spec = infer(api(operation(line, None, query=query, summary=summary)))
    return spoken(spec).get(line)


def test_a_hierarchy_of_bare_parameters_lists_what_the_text_says() -> None:
    spec = infer(
        describe(
            operation("GET /{country}", summary="Returns all regions present in a country"),
            operation("GET /{country}/{region}", summary="Returns all districts in region"),
        )
    )
    tool = spoken(spec)["GET /{country}/{region}"]
    assert tool.name == "list_districts"
    assert isinstance(tool.behaviour, ListRecords)
    assert [match.parameter for match in tool.behaviour.matches] == ["country", "region"]
    assert all(parameter.required for parameter in tool.parameters)
    assert "no response describes the record" in tool.inferred


@pytest.mark.parametrize(
    ("line", "summary", "name"),
    [
        ("GET /svc/listChangesets", "List of changesets from a repository.", "list_changesets"),
        ("GET /place", "Lists the jurisdictions publishing data here.", "list_jurisdictions"),
        ("GET /soon", "Return a list of upcoming pets", "list_upcoming_pets"),
        ("GET /chain", "Get a list of supported blockchains", "list_blockchains"),
        ("GET /spaces/getall", "List all known namespaces.", "list_namespaces"),
        ("GET /all", "Used to obtain all advisories in a common format.", "list_advisories"),
        ("GET /a/title-search", "Search for any product using title", "list_products"),
    ],
)
def test_a_sentence_names_the_records(line: str, summary: str, name: str) -> None:
    tool = one(line, summary)
    assert tool is not None
    assert tool.name == name
    assert tool.behaviour.kind == "list"


def test_a_search_result_is_what_is_searched_for() -> None:
    tool = one("GET /movie/search/{movie_title}", "Return movie details search result")
    assert tool is not None
    assert isinstance(tool.behaviour, ListRecords)
    assert [match.field for match in tool.behaviour.matches] == ["movie_title"]
    assert tool.parameters[0].required
    assert one("GET /movie/searchall/{param}", "Return movie search result") is None


@pytest.mark.parametrize(
    ("line", "summary", "name"),
    [
        ("GET /block/{id}", "Get information about particular block", "get_block"),
        ("GET /transfer/{hash}", "Get a transfer by the hash value", "get_transfer"),
        ("GET /account/{id}", "Get account history", None),
        ("GET /block/{id}/transfer/{index}", "Get a transfer of a block", None),
        ("GET /lookup/{uuid}", "Get all known UUIDs", None),
    ],
)
def test_a_word_before_a_parameter_may_name_the_one_record(
    line: str, summary: str, name: str | None
) -> None:
    tool = one(line, summary)
    assert (tool and (tool.name, tool.behaviour.kind)) == (name and (name, "get"))


def test_what_is_related_to_a_record_is_its_own() -> None:
    tool = one("GET /tag/related", "Gets related hashtags for a show.", **{"showID!": TEXT})
    assert tool is not None
    assert tool.name == "list_hashtags"
    assert [parameter.name for parameter in tool.parameters if parameter.required] == ["show_id"]
    assert one("GET /tag/related", "Gets related tags for a tag.", **{"tagID!": TEXT}) is None
    assert one("GET /tag/related", "Gets related hashtags for a show.") is None


def test_a_path_may_say_how_to_cut_a_list() -> None:
    tool = one("GET /children/{sha1}/{count}/{cursor}", "Return children from a given SHA1.")
    assert tool is not None
    assert isinstance(tool.behaviour, ListRecords)
    assert [match.field for match in tool.behaviour.matches] == ["sha1"]
    assert tool.behaviour.paging is not None
    assert tool.behaviour.paging.style == "cursor"
    assert one("GET /latest/{number}", "Return advisories given a number.") is None


def test_the_newest_are_so_many_as_the_text_says_or_just_one() -> None:
    spec = infer(
        describe(
            operation("GET /get/stored/notes/for/{thing}", summary="Read all notes for a thing."),
            operation("GET /get/notes/for/{thing}", summary="Read the last 5 notes for a thing."),
            operation(
                "GET /get/latest/note/for/{thing}", summary="Read the latest note of a thing."
            ),
        )
    )
    found = spoken(spec)
    several = found["GET /get/notes/for/{thing}"].behaviour
    assert isinstance(several, ListRecords)
    assert several.at_most == 5
    assert several.order == Order(field="created_at", descending=True)
    single = found["GET /get/latest/note/for/{thing}"]
    assert isinstance(single.behaviour, PickRecord)
    assert single.behaviour.order == several.order
    assert [match.parameter for match in single.behaviour.matches] == ["thing"]


@pytest.mark.parametrize(
    ("line", "query"), [("GET /ios", {"version!": TEXT}), ("GET /latest/{number}", {})]
)
def test_what_an_input_selects_that_no_field_tells_stays_left_out(
    line: str, query: dict[str, object]
) -> None:
    assert (
        one(line, "Used to obtain all advisories that affect the given version.", **query) is None
    )


def test_an_answer_of_unspecified_parts_is_told_by_its_text() -> None:
    unspecified = {"type": "object", "additionalProperties": {}}
    spec = infer(api(operation("GET /houses/{id}/visits", unspecified, summary="List visits")))
    assert spoken(spec)["GET /houses/{id}/visits"].behaviour.kind == "list"


def test_what_lies_at_the_root_is_listed_by_its_name_there() -> None:
    answer = {"type": "object", "properties": {"pets": {"type": "array", "items": PET}}}
    answer["properties"]["info"] = TEXT
    spec = infer(api(operation("GET /", answer, summary="Get all pets")))
    assert spoken(spec)["GET /"].result.shape in ("list", "page")


def test_one_record_is_read_by_the_parameter_that_names_it() -> None:
    tool = one("GET /store-v1/{repository}", "Get the information about a repository.")
    assert tool is not None
    assert isinstance(tool.behaviour, GetRecord)
    assert tool.behaviour.by == "key"


def test_records_that_a_path_describes_are_the_same_records() -> None:
    spec = infer(api(operation("GET /kennel/{kennel}/stock", None, summary="List all pets")))
    tables = {tool.result.table for tool in spec.tools}
    assert tables == {"pets"}


@pytest.mark.parametrize(
    "summary",
    [
        "Search for similar products by providing a link",
        "Returns products' hierarchical tree",
        "Returns random users",
        "Download all reports as CSV",
        "Returns the number of users",
        "Lists places within a radius",
        "Return a list of coming hackathons",
        "Listen for dweets from a thing",
        "Lists the files of the given project",
        "Gets the last 100 statuses for this show",
        "",
    ],
)
def test_what_no_stored_record_answers_stays_left_out(summary: str) -> None:
    assert one("GET /svc/thing", summary) is None


def test_answers_that_are_described_or_files_are_left_as_they_are() -> None:
    described = operation("GET /svc/users", {"type": "string"}, summary="List all users")
    assert spoken(infer(api(described))) == {}


@given(st.text(max_size=80))
def test_any_text_is_read(summary: str) -> None:
    try:
        infer(describe(operation("GET /svc/thing/{id}", None, summary=summary)))
    except NoTools:
        return
