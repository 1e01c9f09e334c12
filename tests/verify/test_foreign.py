from pathlib import Path

import orjson
import pytest

from envfactory.environment.foreign.adapt import adapt_module
from envfactory.errors import InputError
from envfactory.verify import CHECKS, Certificate, WarmReplays, verify
from tests.environment.foreign.modules import hidden
from tests.verify.foreign_modules import CLEAN, DEFECTS, SCENARIO, Defect


def package_of(folder: Path, text: str, scenario: object) -> Path:
    """Return a package for a module; its scenario is put there afterwards, so that any will do."""
    (folder / "module.py").write_text(text)
    (folder / "empty.json").write_text("{}")
    try:
        package = adapt_module(
            folder / "module.py", folder / "out", scenarios=[folder / "empty.json"]
        )
    except InputError:
        package = adapt_module(folder / "module.py", folder / "out")
    for file in (package / "scenarios").iterdir():
        file.unlink()
    (package / "scenarios" / "base.json").write_bytes(orjson.dumps(scenario))
    return package


@pytest.fixture(scope="module")
def replays() -> WarmReplays:
    """Processes that replay; they are kept for all packages."""
    return WarmReplays()


def found_in(certificate: Certificate) -> dict[str, list[str]]:
    return {
        result.id: [f"{finding.place}: {finding.message}" for finding in result.findings]
        for result in certificate.results
        if result.outcome in ("failed", "trouble")
    }


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, replays: WarmReplays) -> Certificate:
    return verify(package_of(tmp_path_factory.mktemp("clean"), CLEAN, SCENARIO), replays=replays)


def test_no_check_fires_on_a_clean_module(clean: Certificate) -> None:
    assert not found_in(clean)
    assert clean.level == "verified"
    assert clean.result("static").outcome == "not_applicable"


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_every_class_of_defect_is_found(
    defect: Defect, tmp_path: Path, replays: WarmReplays
) -> None:
    path = package_of(tmp_path, defect.source(), defect.scenario or SCENARIO)
    asked = [check for check in CHECKS if check.id == defect.check]
    certificate = verify(path, checks=asked, replays=replays)
    found = found_in(certificate)
    assert any(text.startswith(defect.place) for text in found.get(defect.check, ())), found
    assert certificate.level == defect.level, found


def test_state_that_is_not_saved_is_found(tmp_path: Path) -> None:
    certificate = verify(package_of(tmp_path, hidden("a global counter"), {"items": []}))
    assert certificate.level == "failed"
    assert certificate.result("persistence").outcome == "failed"
    assert certificate.result("isolation").passed
    assert certificate.result("atomicity").passed
