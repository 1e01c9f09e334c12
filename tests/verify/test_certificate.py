"""Certificates: the same everywhere, bound to the package, honest about trouble."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from envfactory.environment import Package
from envfactory.errors import InputError, OutputError
from envfactory.verify import CHECKS, Certificate, CheckResult, Subject, verify


def test_a_certificate_is_saved_loaded_and_bound(write) -> None:
    path = write()
    certificate = verify(path, seed=3)
    assert certificate.level == "verified"
    assert certificate.save(path).read_bytes() == certificate.to_bytes()
    assert Certificate.load(path) == certificate
    assert certificate.valid_for(Package.load(path))
    scenario = path / "scenarios" / "base.json"
    scenario.write_text(scenario.read_text().replace("Buy tea", "Buy milk"))
    assert not certificate.valid_for(Package.load(path))


def test_a_certificate_of_older_checks_is_void(write) -> None:
    path = write()
    certificate = verify(path, checks=())
    assert certificate.valid_for(Package.load(path))
    old = certificate.model_copy(update={"checks_version": 0})
    assert not old.valid_for(Package.load(path))


def test_the_same_bytes_wherever_it_is_made(write, tmp_path: Path) -> None:
    """Other hash seeds, zones, folders and working directories give the same certificate."""
    path = write()
    here = verify(path, seed=5).to_bytes()
    moved = tmp_path / "elsewhere"
    path.rename(moved)
    script = (
        "import sys, pathlib; from envfactory.verify import verify\n"
        "sys.stdout.buffer.write(verify(pathlib.Path(sys.argv[1]), seed=5).to_bytes())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script, "elsewhere"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Pacific/Chatham"},
        capture_output=True,
        check=True,
    ).stdout
    assert here == there
    assert str(tmp_path).encode() not in here


def test_seeds_differ(write) -> None:
    path = write()
    assert verify(path, seed=1, checks=CHECKS[2:3]) != verify(path, seed=2, checks=CHECKS[2:3])


@dataclass(frozen=True)
class Broken:
    """A check that breaks."""

    id: str = "broken"
    title: str = "Nothing"
    severity: str = "must"

    def run(self, subject: Subject) -> CheckResult:
        raise KeyError("a mistake in the check")


def test_a_check_that_breaks_is_trouble_of_the_verifier(write) -> None:
    certificate = verify(write(), checks=(Broken(),))
    result = certificate.result("broken")
    assert result.outcome == "trouble"
    assert "a mistake in the check" in result.findings[0].message
    assert certificate.level == "undecided"
    assert certificate.summary["trouble"] == 1


def test_a_should_does_not_fail_the_package(write) -> None:
    code = '''
    @tool
    def rename(self, list_id: Annotated[str, Ref("lists"), "Which"], title: str) -> List:
        """Give a list another title."""
        return self.lists.update(list_id, title=title)
    '''
    certificate = verify(write(code))
    assert certificate.result("descriptions").outcome == "failed"
    assert certificate.level == "verified"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1", "0 environments"),
        ("def f(:", "invalid syntax"),
        (
            "from envfactory.environment import Environment\n\nclass A(Environment):\n    '''A.'''",
            "no tools",
        ),
        (
            "from envfactory.environment import Environment, Table\n\n"
            "class A(Environment):\n    items: Table[int]",
            "derived from Record",
        ),
    ],
)
def test_a_package_that_does_not_load(code: str, message: str, write) -> None:
    certificate = verify(write(code=code))
    assert certificate.level == "failed"
    findings = [f.message for result in certificate.results for f in result.findings]
    assert len(findings) == 1
    assert message in findings[0]


def test_a_folder_that_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an environment package is a folder with"):
        verify(tmp_path / "missing")


def test_a_certificate_that_cannot_be_read_or_written(write, tmp_path: Path) -> None:
    path = write()
    with pytest.raises(InputError, match="run envfactory verify"):
        Certificate.load(path)
    (path / "certificate.json").write_text('{"level": "excellent"}')
    with pytest.raises(InputError, match="not a certificate"):
        Certificate.load(path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OutputError):
        verify(path, checks=()).save(blocked)
