"""Repair: what verification found becomes feedback, and a writer's answers are tried.

`repair` is the loop, `Writer` what it asks (rules here, a language model elsewhere), `Feedback`
what a writer is told. Nothing a writer proposes is believed: it is kept if the checks say so.
"""

from envfactory.verify.repair.feedback import Feedback, feedback_of
from envfactory.verify.repair.loop import Attempt, Repair, repair
from envfactory.verify.repair.regenerate import Regenerate
from envfactory.verify.repair.rules import RULES, ByRules
from envfactory.verify.repair.writer import Proposal, Writer, offline_writers

__all__ = [
    "RULES",
    "Attempt",
    "ByRules",
    "Feedback",
    "Proposal",
    "Regenerate",
    "Repair",
    "Writer",
    "feedback_of",
    "offline_writers",
    "repair",
]
