"""What verification writes: `Certificate`, made of one `CheckResult` per check.

A certificate says what was tried and what was found, as data that anybody can replay: calls are
kept with their arguments, findings with the shortest failing sequence. It holds no times and no
paths, so the same package, seed and checks give the same bytes on every machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import orjson
from pydantic import Field, ValidationError

from envfactory.environment.package import CERTIFICATE, Package
from envfactory.errors import InputError
from envfactory.records import Json, Stored, write_atomic

CHECKS_VERSION = 8
"""Rises whenever a check finds other things than before: older certificates are then void."""

EFFORT = 60
"""The usual effort, in nominal seconds: two seeded faults each. It counts work, not time, so that
the same effort finds the same things on every machine."""

Severity = Literal["must", "should", "note"]
Outcome = Literal["passed", "failed", "not_run", "trouble", "not_applicable"]
Level = Literal["strong", "verified", "failed", "undecided"]


class Call(Stored):
    """One tool call of a sequence."""

    tool: str
    arguments: Json = None
    python: str | None = Field(
        default=None,
        description="The arguments as a Python expression, where JSON has no form for them or "
        "where they are long; `arguments` is then null.",
    )


class Finding(Stored):
    """Something that is wrong with a package."""

    id: str = Field(default="", description="The check's id and a number: 'behaviour.1'.")
    place: str = Field(description="'tool cancel_order', 'environment.py:12', 'scenario base'…")
    message: str
    scenario: str | None = Field(default=None, description="Where the calls start.")
    calls: tuple[Call, ...] = Field(
        default=(), description="The shortest failing sequence; the last call shows it."
    )
    expected: Json = None
    actual: Json = None
    replay: str = Field(default="", description="The command that shows it once more.")


class Detail(Stored):
    """What a check counted at one place: a tool, a scenario, a kind of fault."""

    place: str
    says: str = Field(default="", description="A sentence about the place, where there is one.")
    counts: dict[str, int] = Field(default={})


class Evidence(Stored):
    """Something that was shown to work: a sequence whose last call succeeds."""

    place: str
    scenario: str
    calls: tuple[Call, ...]
    tries: int = Field(description="How many calls of the tool were tried until it succeeded.")


class CheckResult(Stored):
    """What one check came to.

    `not_run` says that an earlier failure made the check impossible, `trouble` that the check
    itself broke, which says nothing about the package, `not_applicable` that the question does not
    arise for a package of this kind.
    """

    id: str
    title: str
    severity: Severity
    outcome: Outcome
    tried: dict[str, int] = Field(default={}, description="What was tried how often, by name.")
    findings: tuple[Finding, ...] = ()
    left_out: int = Field(default=0, description="Further findings of the same kinds.")
    evidence: tuple[Evidence, ...] = ()
    details: tuple[Detail, ...] = Field(default=(), description="Counts by place.")
    seed: int = 0

    @property
    def passed(self) -> bool:
        """Whether the check ran and found nothing."""
        return self.outcome == "passed"

    @property
    def clear(self) -> bool:
        """Whether nothing is held against the package: the check passed, or does not apply."""
        return self.outcome in ("passed", "not_applicable")


class Lead(Stored):
    """A sequence of calls of which somebody says that it shows something: to be made again."""

    check: str = Field(description="The id of the check whose question the last call answers.")
    scenario: str = Field(description="Where the calls start.")
    calls: tuple[Call, ...]


class Hunt(Stored):
    """What was tried before the checks ran, by whatever means, and what of it they saw as well.

    Nobody can make the search again, byte for byte; what it came to are sequences of calls, and
    those anybody can. So the numbers are told, and the leads are shown.
    """

    examples: int = Field(description="Sequences of calls that were tried.")
    seed: int
    reported: int = Field(description="Failures that the search reported, each once.")
    stopped: str = Field(default="", description="Why it ended early, if it did.")
    leads: tuple[Lead, ...] = Field(
        default=(), description="Those that came to the same when they were made again."
    )


class Certificate(Stored):
    """What verification found on one package, bound to its content.

    `level` is verified if every check that must pass has passed, strong if those that should pass
    have passed too, among them the ones that measure coverage and seed faults; failed if one that
    must pass found something, undecided if none did but one broke. Checks that only note something
    decide nothing.
    """

    schema_version: Literal[1] = 1
    package: str = Field(description="The package's name.")
    identity: str = Field(description="Content hash of the package's files.")
    checks_version: int = CHECKS_VERSION
    seed: int
    effort: int = Field(default=EFFORT, description="How much was tried beyond what all are asked.")
    level: Level
    results: tuple[CheckResult, ...]
    hunt: Hunt | None = Field(default=None, description="What was tried besides; None if nothing.")
    summary: dict[str, int] = Field(description="Counts: checks by outcome, tools, calls…")

    @property
    def verified(self) -> bool:
        """Whether every check that must pass has passed."""
        return self.level in ("verified", "strong")

    @property
    def quick(self) -> bool:
        """Whether what says how much the checks see was left out: seeded faults and coverage."""
        return not {"mutants", "coverage"} <= {result.id for result in self.results}

    def valid_for(self, package: Package) -> bool:
        """Return whether this certificate speaks of that very package and of today's checks."""
        return self.identity == package.identity and self.checks_version == CHECKS_VERSION

    def result(self, check: str) -> CheckResult:
        """Return what the check with that id came to.

        Raises:
            KeyError: If there is none.
        """
        for result in self.results:
            if result.id == check:
                return result
        raise KeyError(f"the certificate has no check {check!r}")

    def to_bytes(self) -> bytes:
        """Return the file content: indented JSON that ends with a line end."""
        return orjson.dumps(
            self.model_dump(mode="json", exclude_defaults=False),
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        )

    def save(self, package: Path) -> Path:
        """Write `certificate.json` into a package's folder and return its path.

        Raises:
            OutputError: If it cannot be written.
        """
        path = package / CERTIFICATE
        write_atomic(path, self.to_bytes())
        return path

    @classmethod
    def load(cls, package: Path) -> Certificate:
        """Read the `certificate.json` of a package's folder.

        Raises:
            InputError: If there is none or it is not a certificate.
        """
        path = package / CERTIFICATE
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(
                str(path), error.strerror or str(error), "run envfactory verify on the package"
            ) from error
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = "/".join(str(part) for part in first["loc"])
            raise InputError(
                str(path), f"not a certificate: {place} {first['msg']}".strip()
            ) from error
