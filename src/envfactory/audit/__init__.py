"""Audits: what an agent may do to succeed at a task, tried; and what it must not, tried too.

Read `auditor` for what is tried and what follows from it, `right` for other right ways, `wrong` for
adversaries, `rehearsal` for how a variation of a solution is played.
"""

from envfactory.audit.auditor import Audit, Auditor

__all__ = ["Audit", "Auditor"]
