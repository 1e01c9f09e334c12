"""Audits: what an agent may do to succeed at a task, tried; and what it must not, tried too.

Read `auditor` for what is tried and what follows from it, `right` for other right ways, `wrong` for
adversaries, `rehearsal` for how a variation of a solution is played, `replays` for tasks that are
held against one another.
"""

from envfactory.audit.auditor import Audit, Auditor
from envfactory.audit.replays import Replays

__all__ = ["Audit", "Auditor", "Replays"]
