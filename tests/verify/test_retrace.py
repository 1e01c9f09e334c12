"""Findings made once more, and certificates put to the test."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envfactory.errors import InputError
from envfactory.verify import Certificate, confirm, html_report, retrace, verify
from envfactory.verify.check import call, expression, read_expression
from envfactory.verify.retrace import arguments_of

Write = Callable[..., Path]

BREAKS = """
@tool
def divide(self, number: Annotated[int, "By what"]) -> int:
    '''Divide a hundred.'''
    return 100 // number
"""

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.just("A" * 100_000),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_arguments_of_any_kind_come_back_from_a_certificate(value: Any) -> None:
    assert arguments_of(call("tool", value)) == value
    assert read_expression(expression(value)) == value


def test_arguments_that_are_no_json_come_back() -> None:
    nan = read_expression(expression({"at": float("nan")}))["at"]
    assert nan != nan
    assert read_expression(expression(object)) is object
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    assert read_expression(expression({"list": deep})) == {"list": deep}
    assert arguments_of(call("tool", {"list": deep})) == {"list": deep}


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "(lambda: 1)()",
        "'A' * 10 ** 9",
        "deep(10 ** 9, [])",
        "open",
        "[x for x in ()]",
        "{**{}}",
        "1 +",
        "f'{1}'",
        "(" * 5_000,
    ],
)
def test_nothing_else_is_read_and_nothing_is_executed(text: str) -> None:
    with pytest.raises(InputError):
        read_expression(text)


def test_a_finding_is_made_once_more(write: Write) -> None:
    path = write(BREAKS)
    certificate = verify(path)
    finding = certificate.result("faults").findings[0]
    assert finding.replay == "envfactory verify notes --replay faults.1"
    found = retrace(path, certificate, "faults.1")
    assert found.steps[-1].outcome.faulted
    assert found.same


def test_a_finding_that_is_gone_is_said_to_be(write: Write) -> None:
    path = write(BREAKS)
    certificate = verify(path)
    code = path / "environment.py"
    code.write_text(code.read_text().replace("100 // number", "number"))
    assert retrace(path, certificate, "faults.1").same is False


def test_a_finding_about_code_shows_the_lines(write: Write) -> None:
    path = write(head="import os")
    found = retrace(path, verify(path), "static.1")
    assert any("import os" in line for _, line in found.code)
    assert not found.steps


def test_code_that_breaks_the_rules_is_not_executed(write: Write) -> None:
    path = write(BREAKS)
    certificate = verify(path)
    code = path / "environment.py"
    code.write_text("import os\nraise RuntimeError\n" + code.read_text())
    with pytest.raises(InputError, match="breaks the static rules"):
        retrace(path, certificate, "faults.1")


def test_what_was_not_found_cannot_be_shown(write: Write) -> None:
    path = write()
    with pytest.raises(InputError, match="none: nothing was found"):
        retrace(path, verify(path), "faults.1")


# ------------------------------------------------------------------------------ confirming
def certified(path: Path, **changes: Any) -> Path:
    certificate = verify(path, seed=4)
    certificate.model_copy(update=changes).save(path)
    return path


def test_a_certificate_is_confirmed(write: Write) -> None:
    found = confirm(certified(write()))
    assert found.verdict == "confirmed", found.reasons
    assert found.sequences >= 4
    assert {"static", "load", "scenarios"} < set(found.checks)


def test_also_one_that_failed(write: Write) -> None:
    assert confirm(certified(write(BREAKS)), everything=True).verdict == "confirmed"


def test_another_content_or_other_checks_make_it_void(write: Write) -> None:
    path = certified(write())
    scenario = path / "scenarios" / "base.json"
    scenario.write_text(scenario.read_text().replace("Buy tea", "Buy milk"))
    found = confirm(path)
    assert found.verdict == "void"
    assert "another hash" in found.reasons[0]
    assert confirm(certified(write(), checks_version=1)).verdict == "void"


def test_another_level_is_contradicted(write: Write) -> None:
    found = confirm(certified(write(BREAKS), level="strong"))
    assert found.verdict == "contradicted"
    assert "says strong where its results come to failed" in found.reasons


def forged(certificate: Certificate, check: str, **changes: Any) -> Certificate:
    results = tuple(
        r.model_copy(update=changes) if r.id == check else r for r in certificate.results
    )
    return certificate.model_copy(update={"results": results, "level": "verified"})


def test_a_result_that_was_made_up_is_contradicted(write: Write) -> None:
    path = write(BREAKS)
    certificate = verify(path)
    made_up = {"outcome": "passed", "findings": ()}
    forged(certificate, "faults", **made_up).save(path)
    assert confirm(path, everything=True).verdict == "contradicted"
    samples = [confirm(path, seed=seed).verdict for seed in range(12)]
    assert "contradicted" in samples, "some sample has the check in it"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"severity": "note"}, "severity"),
        ({"title": "All is well"}, "question"),
        ({"id": "other"}, "no result of the check faults"),
        ({"outcome": "passed"}, "in spite of findings"),
        ({"seed": 9}, "another seed"),
    ],
)
def test_parts_that_do_not_fit_are_contradicted(
    changes: dict[str, Any], reason: str, write: Write
) -> None:
    path = write(BREAKS)
    forged(verify(path), "faults", **changes).save(path)
    found = confirm(path)
    assert found.verdict == "contradicted"
    assert any(reason in one for one in found.reasons)


def test_evidence_that_shows_nothing_is_contradicted(write: Write) -> None:
    path = write()
    certificate = verify(path)
    shown = certificate.result("reachability").evidence
    empty = shown[0].calls[-1].model_copy(update={"arguments": {}, "tool": "get_note"})
    wrong = (shown[0].model_copy(update={"calls": (empty,)}), *shown[1:])
    forged(certificate, "reachability", evidence=wrong).save(path)
    found = confirm(path)
    assert found.verdict == "contradicted"
    assert any("does not succeed by the calls" in reason for reason in found.reasons)


# ------------------------------------------------------------------------------ the page
def test_the_page_shows_what_was_found_and_loads_nothing(write: Write) -> None:
    page = html_report([verify(write(BREAKS))])
    assert "divide(number=0)" in page
    assert "What must hold does not: No call breaks the environment" in page
    assert "--replay faults.1" in page
    assert "src=" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_escapes_what_packages_say(write: Write) -> None:
    path = write(BREAKS.replace("Divide a hundred.", "<script>x</script>"))
    name = path / "environment.toml"
    name.write_text('name = "notes"\ntitle = "<script>alert(1)</script>"\n')
    assert "<script>" not in html_report([verify(path)])
