import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import envfactory.pipeline.corpus.build as build_module
from envfactory.catalog import CatalogEntry, CorpusReport
from envfactory.environment import Package
from envfactory.errors import InputError
from envfactory.pipeline.corpus import CorpusSettings, CorpusSource, CorpusSources
from envfactory.pipeline.corpus.outcome import SourceOutcome
from envfactory.pipeline.corpus.reading import OUTSIDE, UNREADABLE, Reading
from envfactory.pipeline.corpus.selection import Selection
from envfactory.records import read_lines
from envfactory.source.finder import NO_SOURCE
from envfactory.verify import Certificate
from tests.pipeline.apis import api
from tests.pipeline.corpus.corpora import (
    Spoilt,
    SpoiltLater,
    build,
    build_until,
    contents,
    corpus,
    write,
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def built(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus") / "out"
    build(sources, out)
    return out


def outcomes(out: Path) -> dict[str, SourceOutcome]:
    return {o.source: o for o in read_lines(out / "sources.jsonl", SourceOutcome)}


# ------------------------------------------------------------------------------ what is made
def test_every_source_is_made_or_left_out_with_a_reason(built: Path) -> None:
    report = CorpusReport.load(built)
    assert (report.given, report.doubles, report.no_source, report.outside) == (8, 1, 1, 1)
    assert report.sources == 5
    assert (report.understood, report.verified, report.with_enough_tools) == (3, 3, 3)
    assert {r.reason: r.count for r in report.left_out} == {
        UNREADABLE: 1,
        "no tool has a meaning by rules": 1,
    }
    assert report.coverage is not None
    assert report.coverage.median == 1.0
    assert (report.stating_writes, report.writing) == (3, 3)
    assert report.distinct_apis == 2
    assert report.licences == {"MIT": 3}
    assert sum(report.domains.values()) == 3
    assert sum(r.count for r in report.operations_left_out) == 4


def test_packages_have_certificates_and_names_of_their_own(built: Path) -> None:
    entries = list(read_lines(built / "catalog.jsonl", CatalogEntry))
    assert [e.source for e in entries] == [
        "books.org/1/api.json",
        "books.org/2/api.json",
        "dogs.com/api.json",
    ]
    assert [e.name for e in entries] == ["book_shelf", "book_shelf_2", "kennel"]
    for entry in entries:
        package = Package.load(built / "environments" / entry.name)
        assert Certificate.load(package.path).valid_for(package)
        assert entry.identity == package.identity
        assert entry.entities == tuple(package.environment.key_fields())
        assert set(entry.tools) == {tool.name for tool in package.environment.tools()}
        assert (entry.level, entry.coverage) == ("verified", 1.0)
        assert entry.reads == 2


def test_what_became_of_each_source_is_told(built: Path) -> None:
    found = outcomes(built)
    assert found["dogs.com/api.json"].environment == "kennel"
    assert found["small.com/api.json"].reason == OUTSIDE
    assert found["readme.md"].reason == NO_SOURCE
    assert found["broken.com/api.json"].reason == UNREADABLE
    assert "#/paths" in found["broken.com/api.json"].detail
    assert sum(found["vague.com/api.json"].left_out.values()) == 4
    assert "twin.com/api.json" not in found
    dropped = [json.loads(line) for line in (built / "dropped.jsonl").read_text().splitlines()]
    (twin,) = (d for d in dropped if d["item"] == "twin.com/api.json")
    assert (twin["reason"], twin["detail"]) == (
        "same content as another source",
        "dogs.com/api.json",
    )


def test_a_finished_build_is_left_as_it_is(sources: Path, built: Path) -> None:
    before = contents(built)
    again = build(sources, built)
    assert again.worked_on == 0
    assert contents(built) == before


def test_other_settings_and_other_files_are_refused(
    sources: Path, built: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="a corpus build with other settings: seed was 0 and is 3"):
        build(sources, built, seed=3)
    other = corpus(tmp_path / "other")
    write(other, "new.com/api.json", api("New", "box"))
    with pytest.raises(InputError, match="1 sources are new"):
        build(other, built)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match=r"holds thesis\.txt but no corpus build"):
        build(sources, tmp_path / "full", fresh=True)


# ------------------------------------------------------------------------------ isolation
@pytest.mark.slow
def test_sources_that_hang_crash_or_eat_memory_cost_only_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "sources"
    for number, name in enumerate(["a", "hang", "crash", "greedy", "fault", "z"]):
        write(sources, f"{name}.com/api.json", api(f"Plain {number}", "thing"))
    for number, name in enumerate(["hang made", "fault made"]):
        write(sources, f"late{number}.com/api.json", api(name, "thing"))
    monkeypatch.setattr(build_module, "Read", Spoilt)
    monkeypatch.setattr(build_module, "Make", SpoiltLater)
    report = build(sources, tmp_path / "out", seconds=8.0, memory=600 << 20).report
    found = {name: outcome.reason for name, outcome in outcomes(tmp_path / "out").items()}
    assert found == {
        "a.com/api.json": "",
        "z.com/api.json": "",
        "hang.com/api.json": "time limit",
        "crash.com/api.json": "worker died",
        "greedy.com/api.json": "memory limit",
        "fault.com/api.json": "envfactory broke",
        "late0.com/api.json": "time limit",
        "late1.com/api.json": "envfactory broke",
    }
    figures = dict(report.figures())
    assert figures["crashed"] == "3"
    assert (figures["took too long"], figures["took too much memory"]) == ("2", "1")
    assert figures["left out without a reason"] == "0"
    assert sorted(p.name for p in (tmp_path / "out" / ".state").iterdir()) == [
        "1-sources.json",
        "2-environments.json",
        "lock",
        "readings.jsonl",
    ]


# ------------------------------------------------------------------------------ resuming
def test_the_number_of_workers_does_not_change_a_byte(
    sources: Path, built: Path, tmp_path: Path
) -> None:
    build(sources, tmp_path / "out", workers=1)
    assert contents(tmp_path / "out") == contents(built)


@pytest.mark.slow
def test_a_build_killed_again_and_again_ends_as_one_that_was_not(
    sources: Path, built: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    kills = 0
    for number in (1, 3, 5, 4, 6):
        if build_until(sources, out, number):
            break
        kills += 1
    while not build_until(sources, out, 1 << 20):
        raise AssertionError("was killed without being asked to")
    assert kills >= 4
    assert contents(out) == contents(built)


# ------------------------------------------------------------------------------ selection
def _settings(sizes: dict[str, list[int]], **asked) -> tuple[CorpusSettings, dict[str, Reading]]:
    found, readings = [], {}
    for provider, operations in sizes.items():
        for number, count in enumerate(operations):
            label = f"{provider}/{number}"
            found.append(CorpusSource(label=label, provider=provider, sha256=label))
            fits = 4 <= count <= 60
            readings[label] = Reading(
                source=label, provider=provider, operations=count, reason="" if fits else OUTSIDE
            )
    return CorpusSettings(sources=tuple(found), **asked), readings


def _select(asked: CorpusSettings, readings: dict[str, Reading]) -> tuple[list[str], int]:
    selection, read, rounds = Selection(asked), {}, 0
    while wanted := selection.wanted(read):
        rounds += 1
        assert not set(read) & {s.label for s in wanted}
        read |= {s.label: readings[s.label] for s in wanted}
    return [r.source for r in selection.chosen(read)], len(read)


corpora = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(st.integers(0, 80), min_size=1, max_size=6), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(corpora, st.integers(1, 4), st.integers(1, 8), st.integers(0, 3))
def test_a_sample_holds_what_it_should_and_depends_on_the_seed_alone(
    sizes: dict[str, list[int]], quota: int, sample: int, seed: int
) -> None:
    asked, readings = _settings(sizes, per_provider=quota, sample=sample, seed=seed)
    chosen, _ = _select(asked, readings)
    fitting = {p: sum(4 <= n <= 60 for n in counts) for p, counts in sizes.items()}
    assert len(chosen) == min(sample, sum(min(quota, n) for n in fitting.values()))
    assert all(readings[label].counts for label in chosen)
    for provider in sizes:
        assert sum(label.startswith(provider) for label in chosen) <= quota
    everything = Selection(asked)
    assert [r.source for r in everything.chosen(readings)] == chosen


def test_no_more_is_read_than_a_sample_needs() -> None:
    asked, readings = _settings({f"p{n}": [10] * 5 for n in range(50)}, per_provider=1, sample=7)
    chosen, read = _select(asked, readings)
    assert (len(chosen), read) == (7, 7)
    other, _ = _select(asked.model_copy(update={"seed": 1}), readings)
    assert other != chosen


def test_without_a_sample_every_source_is_read() -> None:
    asked, readings = _settings({"a": [1, 5, 70], "b": [60]})
    assert _select(asked, readings) == (["a/1", "b/0"], 4)


# ------------------------------------------------------------------------------ sources
def test_sources_are_named_by_their_place_below_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "package/api/b.com/1/x.json", "{}")
    write(tmp_path, "package/api/a.com/x.yaml", "a: 1")
    write(tmp_path, "alone.json", "{}")
    found = CorpusSources.find(
        [tmp_path / "package", tmp_path / "alone.json", tmp_path / "package" / "api"]
    )
    assert [(s.label, s.provider) for s in found.sources] == [
        ("a.com/x.yaml", "a.com"),
        ("alone.json", "alone"),
        ("b.com/1/x.json", "b.com"),
    ]
    with pytest.raises(InputError, match="none is given"):
        CorpusSources.find([])
    with pytest.raises(InputError, match="No such file"):
        CorpusSources.find([tmp_path / "nowhere.json"])


def test_a_file_of_several_servers_is_a_source_for_each(tmp_path: Path) -> None:
    tools = [
        {
            "name": f"{verb}_note",
            "description": f"{verb.capitalize()} a note.",
            "inputSchema": {
                "type": "object",
                "properties": {"note_id": {"type": "string"}, "title": {"type": "string"}},
                "required": ["title"] if verb == "create" else ["note_id"],
            },
        }
        for verb in ("create", "get", "update", "delete")
    ]
    servers = [{"server_name": name, "tools": tools} for name in ("notes", "memos")]
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "servers.json").write_text(json.dumps(servers))
    found = CorpusSources.find([tmp_path / "given"])
    assert [(s.label, s.provider) for s in found.sources] == [
        ("servers.json#memos", "servers"),
        ("servers.json#notes", "servers"),
    ]
    assert len({s.sha256 for s in found.sources}) == 2
    build(tmp_path / "given", tmp_path / "out")
    report = CorpusReport.load(tmp_path / "out")
    assert (report.given, report.sources, report.verified) == (2, 2, 2)
