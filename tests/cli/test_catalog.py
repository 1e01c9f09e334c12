"""`envfactory corpus` and `envfactory catalog`, from sources to a page."""

import json
from pathlib import Path

import pytest

from envfactory.cli import main
from envfactory.cli.corpus import size
from envfactory.errors import InputError
from tests.pipeline.corpus.corpora import api, write


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write(folder / "sources", "books.org/api.json", api("Book shelf", "book"))
    write(folder / "sources", "dogs.com/api.json", api("Kennel", "dog", 6))
    return folder / "out"


@pytest.fixture
def envfactory(capsys: pytest.CaptureFixture[str]):
    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return caught.value.code, output.out, output.err

    return call


@pytest.fixture
def built(out: Path, envfactory) -> Path:
    code, output, error = envfactory("corpus", out.parent / "sources", "--out", out, "--workers", 2)
    assert code == 0, error
    assert "2 of 2 (100.0%)" in output
    return out


def test_a_corpus_is_built_once(built: Path, envfactory) -> None:
    arguments = ("corpus", built.parent / "sources", "--out", built)
    code, output, _ = envfactory(*arguments, "--json", "--quiet")
    assert code == 0
    told = json.loads(output)
    assert (told["verified"], told["worked_on"], told["environments_per_minute"]) == (2, 0, None)
    code, _, error = envfactory(*arguments, "--sample", 1)
    assert code == 2
    assert "sample was None and is 1 now" in error


def test_a_catalog_lists_filters_and_searches(built: Path, envfactory) -> None:
    code, output, _ = envfactory("catalog", "list", built, "--json")
    assert code == 0
    listed = json.loads(output)
    assert [each["name"] for each in listed["environments"]] == ["book_shelf", "kennel"]
    assert listed["problems"] == []
    code, output, _ = envfactory("catalog", "list", built, "--min-tools", 5, "--writes")
    assert "kennel" in output
    assert "book_shelf" not in output
    for option in ([], ["--words-only"]):
        code, output, _ = envfactory("catalog", "search", "books", built, "--json", *option)
        (best, *_) = json.loads(output)["environments"]
        assert (best["name"], best["found_by"]) == ("book_shelf", "books")
    code, output, _ = envfactory("catalog", "search", "books", built)
    assert "found by" in output
    code, output, _ = envfactory("catalog", "list", built, "--tool", "create dog")
    assert "1 environment of 2" in output
    code, output, _ = envfactory("catalog", "list", built, "--min-tools", 99)
    assert output == "0 environments of 2\n"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--domain", "astrology"], "use a word of: media and knowledge"),
        (["--level", "bogus"], "is not one of 'verified'"),
    ],
)
def test_what_no_environment_can_be_is_refused(
    built: Path, envfactory, arguments: list[str], problem: str
) -> None:
    code, _, error = envfactory("catalog", "list", built, *arguments)
    assert code == 2
    assert problem in error


def test_an_environment_is_shown_on_a_page(built: Path, envfactory, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    code, output, _ = envfactory("catalog", "show", "kennel", built, "--html", page)
    assert code == 0
    assert "create_dog(" in output
    assert "<svg" in page.read_text()
    code, shown, _ = envfactory("show", built / "environments" / "kennel", "--json")
    code, output, _ = envfactory("catalog", "show", "kennel", built, "--json")
    path = json.loads(output).pop("path")
    assert Path(path) == built / "environments" / "kennel"
    assert {**json.loads(shown), "path": path} == json.loads(output)
    code, _, error = envfactory("catalog", "show", "kenel", built)
    assert code == 2
    assert "did you mean kennel?" in error


def test_damage_is_named_and_the_rest_is_shown(built: Path, envfactory) -> None:
    hidden = built / "environments" / "kennel"
    code = hidden / "environment.py"
    whole = code.read_bytes()
    code.write_bytes(whole + b"\n# another hand\n")
    try:
        _, output, _ = envfactory("catalog", "list", built, "--check", "--json")
        (problem,) = json.loads(output)["problems"]
        assert problem == {"where": str(hidden), "problem": "changed since it was listed"}
        _, output, error = envfactory("catalog", "show", "kennel", built)
        assert "has changed since it was listed" in error
        assert "changed since it was verified" in output
    finally:
        code.write_bytes(whole)
    away = hidden.with_name("away")
    hidden.rename(away)
    try:
        _, output, _ = envfactory("catalog", "list", built, "--json")
        told = json.loads(output)
        assert len(told["environments"]) == 2
        assert told["problems"] == [{"where": str(hidden), "problem": "missing"}]
    finally:
        away.rename(hidden)


def test_a_corpus_build_is_reported_on(built: Path, envfactory) -> None:
    code, output, _ = envfactory("catalog", "report", built)
    assert code == 0
    assert "operations covered in those, median" in output
    code, _, error = envfactory("catalog", "report", built / "environments")
    assert code == 2
    assert "name the folder of a corpus build that has ended" in error


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2GB", 2 << 30), ("500 MiB", 500 << 20), ("1.5g", 3 << 29), ("4096", 4096)],
)
def test_sizes_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert size(text) == expected


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0", "GB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="give a size such as 2GB or 500MB"):
        size(text)
