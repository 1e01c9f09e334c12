"""Files, folders and package data: what is a source is told by content, in one order."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from envfactory.errors import InputError
from envfactory.source import find_sources, finder, read_source

API = b'{"openapi": "3.0.0", "info": {"title": "A"}, "paths": {"/a": {"get": {}}}}'


def put(folder: Path, name: str, data: bytes = API) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def test_a_folder_stands_for_the_sources_in_it(tmp_path: Path) -> None:
    put(tmp_path, "b/api.json")
    put(tmp_path, "a/anything", b"openapi: 3.0.0\npaths: {/a: {get: {}}}")
    put(tmp_path, "a/packed.json.gz", gzip.compress(API))
    put(tmp_path, "README.md", b"# Not a source\n\n- no: `yaml`")
    put(tmp_path, "schema.json", b'{"type": "object"}')
    put(tmp_path, "logo.png", b"\x89PNG\r\n\x1a\n\0\0")
    put(tmp_path, ".hidden/api.json")
    put(tmp_path, "node_modules/x/api.json")
    found = find_sources([tmp_path, tmp_path / "b" / "api.json", str(tmp_path)])
    assert [place.label for place in found.places] == [
        "a/anything",
        "a/packed.json.gz",
        "b/api.json",
    ]
    assert [(other.name, other.reason) for other in found.passed] == [
        ("README.md", "no API description"),
        ("logo.png", "no API description"),
        ("schema.json", "no API description"),
    ]
    for place in found.places:
        description = read_source(place)
        assert description.operations
        assert description.provenance.location == place.label.rpartition("/")[2]
        assert str(tmp_path).encode() not in description.to_line()


@pytest.mark.parametrize(
    "data",
    [
        b'{"openapi": "3.0.0", "paths": ',
        b"info: 1\nopenapi: 3\n a: b",
        b"def get_book(book_id: str) -> Book\n    pass",
    ],
)
def test_a_damaged_source_is_not_passed_over(tmp_path: Path, data: bytes) -> None:
    put(tmp_path, "api", data)
    (place,) = find_sources([tmp_path]).places
    with pytest.raises(InputError, match="malformed"):
        read_source(place)


def test_links_out_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "outside.json")
    put(tmp_path, "home/api.json")
    (tmp_path / "home" / "link.json").symlink_to(tmp_path / "outside.json")
    (tmp_path / "home" / "again").symlink_to(tmp_path / "home")
    found = find_sources([tmp_path / "home"])
    assert [place.label for place in found.places] == ["api.json"]
    assert [other.reason for other in found.passed] == ["a link that leads out of the folder"]


def test_a_folder_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        put(tmp_path, f"{number}.json")
    monkeypatch.setattr(finder, "MAX_FILES", 3)
    with pytest.raises(InputError, match="holds more than 3 files"):
        find_sources([tmp_path])


def test_nothing_and_nowhere(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none is given"):
        find_sources([])
    with pytest.raises(InputError, match="the folder holds no API description"):
        find_sources([tmp_path])
    (place,) = find_sources([tmp_path / "none.json"]).places
    with pytest.raises(InputError, match="no such file"):
        read_source(place)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    name = "envfactory_test_data"
    put(tmp_path, f"{name}/__init__.py", b"raise RuntimeError('imported')")
    put(tmp_path, f"{name}/data/a.json")
    put(tmp_path, f"{name}/data/b.json")
    facts = (
        b"Metadata-Version: 2.4\nName: envfactory-test-data\nVersion: 1\nLicense-Expression: MIT\n"
    )
    put(tmp_path, f"{name}-1.dist-info/METADATA", facts)
    put(tmp_path, f"{name}-1.dist-info/top_level.txt", name.encode())
    put(tmp_path, "secret.json")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_package_data_is_found_without_importing_the_package(package: str) -> None:
    found = find_sources([f"package:{package}/data"])
    assert [place.name for place in found.places] == [
        f"package:{package}/data/a.json",
        f"package:{package}/data/b.json",
    ]
    assert package not in sys.modules
    provenance = read_source(found.places[0]).provenance
    assert provenance.location == f"package:{package}/data/a.json"
    assert provenance.licence == "MIT"
    (one,) = find_sources([f"package:{package}/data/b.json"]).places
    assert one.name == f"package:{package}/data/b.json"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("package:", "is no place in a package"),
        ("package:/etc/passwd", "is no place in a package"),
        ("package:{package}//etc/passwd", "is no place in a package"),
        ("package:{package}/../secret.json", "is no place in a package"),
        ("package:{package}/data/../../secret.json", "is no place in a package"),
        ("package:a.b/data", "is no place in a package"),
        ("package:{package}/link.json", "leads out of the package"),
        ("package:{package}/none.json", "holds nothing there"),
        ("package:no_such_package_here/data", "is installed here"),
        ("package:sys/data", "is no folder of files"),
        ("package:textwrap/data", "is no folder of files"),
    ],
)
def test_other_places_of_packages_are_refused(
    package: str, tmp_path: Path, given: str, words: str
) -> None:
    (tmp_path / package / "link.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(InputError, match=words):
        find_sources([given.replace("{package}", package)])
    assert package not in sys.modules


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_with_the_tools_of_several_servers_is_one_source_for_each(
    tmp_path: Path, packed: bool
) -> None:
    servers = [
        {"server_name": name, "tools": [{"name": f"get_{noun}", "description": "Get."}]}
        for name, noun in (("my mail", "message"), ("files/1", "file"), ("", "note"))
    ]
    data = json.dumps(servers).encode()
    file = put(tmp_path, "bench.json", gzip.compress(data) if packed else data)
    named = find_sources([file, str(file)]).places
    assert [place.name for place in named] == [
        "bench.json#my-mail",
        "bench.json#files-1",
        "bench.json#3",
    ]
    inside = find_sources([tmp_path]).places
    assert [place.label for place in inside] == [place.name for place in named]
    described = [read_source(place) for place in named]
    assert [one.title for one in described[:2]] == ["my mail", "files/1"]
    assert [one.operations[0].id for one in described] == ["get_message", "get_file", "get_note"]
    assert len({one.provenance.sha256 for one in described}) == 3
    assert described[0].provenance.location == "bench.json#my-mail"


@pytest.mark.parametrize("data", [b"[", b"[]", b'[{"server_name": "a", "tools": []}]', b"[1, 2]"])
def test_a_list_that_holds_no_several_servers_is_one_source(tmp_path: Path, data: bytes) -> None:
    file = put(tmp_path, "list.json", data)
    assert [place.path for place in find_sources([file]).places] == [file]


def test_lists_of_servers_in_a_folder_are_split_unlooked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = {"name": "list_cats", "description": "List cats.", "inputSchema": {"type": "object"}}
    servers = [{"server_name": name, "tools": [tool]} for name in ("Cats", "Dogs")]
    (tmp_path / "a.json").write_text(json.dumps(servers))
    (tmp_path / "b.json").write_text("[1, 2")
    (tmp_path / "c.txt").write_text("no source")
    found = find_sources([tmp_path], look=False)
    assert [place.label for place in found.places] == [
        "a.json#Cats",
        "a.json#Dogs",
        "b.json",
        "c.txt",
    ]
    monkeypatch.setattr(finder, "_SMALL", 10)
    found = find_sources([tmp_path], look=False)
    assert [place.label for place in found.places] == ["a.json", "b.json", "c.txt"]
