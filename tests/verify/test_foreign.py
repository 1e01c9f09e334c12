from pathlib import Path

import orjson

from envfactory.environment.foreign.adapt import adapt_module
from envfactory.verify import Certificate, verify
from tests.environment.foreign.modules import CLEAN, SCENARIO, hidden


def verified(folder: Path, text: str, scenario: object) -> Certificate:
    (folder / "module.py").write_text(text)
    (folder / "base.json").write_bytes(orjson.dumps(scenario))
    package = adapt_module(folder / "module.py", folder / "out", scenarios=[folder / "base.json"])
    return verify(package)


def test_a_clean_module_is_verified(tmp_path: Path) -> None:
    certificate = verified(tmp_path, CLEAN, SCENARIO)
    assert certificate.result("static").outcome == "not_applicable"
    bad = {r.id: r.findings for r in certificate.results if r.outcome in ("failed", "trouble")}
    assert not bad
    assert certificate.level == "verified"


def test_state_that_is_not_saved_is_found(tmp_path: Path) -> None:
    certificate = verified(tmp_path, hidden("a global counter"), {"items": []})
    assert certificate.level == "failed"
    assert certificate.result("persistence").outcome == "failed"
    assert certificate.result("isolation").passed
    assert certificate.result("atomicity").passed


def test_a_crash_is_found(tmp_path: Path) -> None:
    careful = '    if user_id not in state["users"]:\n        raise'
    careless = CLEAN.replace(careful, '    state["users"][user_id]\n    if False:\n        raise')
    assert careless != CLEAN
    certificate = verified(tmp_path, careless, SCENARIO)
    assert certificate.result("faults").outcome == "failed"
    assert certificate.result("atomicity").passed
