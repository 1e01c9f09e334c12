"""Verification: checks, each with evidence, and the certificate that they add up to.

Read `rules` for what code may do, `explore` for how tools are made to succeed, `checks` for what
is looked at, `model` for what a certificate says.
"""

from envfactory.verify.certify import verify
from envfactory.verify.check import Check
from envfactory.verify.checks import CHECKS, THOROUGH
from envfactory.verify.confined import Confined, SandboxWarning
from envfactory.verify.confirm import Confirmation, confirm
from envfactory.verify.model import (
    CHECKS_VERSION,
    EFFORT,
    Call,
    Certificate,
    CheckResult,
    Detail,
    Evidence,
    Finding,
    Hunt,
    Lead,
)
from envfactory.verify.page import html_report, hunted, share, shown, why
from envfactory.verify.retrace import Retrace, Retraced, retrace
from envfactory.verify.subject import Subject
from envfactory.verify.trust import is_confined, is_known_code, load_package
from envfactory.verify.warm import WarmReplays

__all__ = [
    "CHECKS",
    "CHECKS_VERSION",
    "EFFORT",
    "THOROUGH",
    "Call",
    "Certificate",
    "Check",
    "CheckResult",
    "Confined",
    "Confirmation",
    "Detail",
    "Evidence",
    "Finding",
    "Hunt",
    "Lead",
    "Retrace",
    "Retraced",
    "SandboxWarning",
    "Subject",
    "WarmReplays",
    "confirm",
    "html_report",
    "hunted",
    "is_confined",
    "is_known_code",
    "load_package",
    "retrace",
    "share",
    "shown",
    "verify",
    "why",
]
