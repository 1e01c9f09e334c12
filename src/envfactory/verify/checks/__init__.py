"""The checks, one module per question, in the order in which they run."""

from envfactory.verify.check import Check
from envfactory.verify.checks.agent_view import AgentView, Names
from envfactory.verify.checks.aliasing import Aliasing
from envfactory.verify.checks.atomicity import Atomicity, Faults
from envfactory.verify.checks.behaviour import Behaviour
from envfactory.verify.checks.coverage import Coverage
from envfactory.verify.checks.descriptions import Descriptions
from envfactory.verify.checks.determinism import Determinism
from envfactory.verify.checks.isolation import Isolation
from envfactory.verify.checks.loading import Loads, Scenarios
from envfactory.verify.checks.mutation import Mutation
from envfactory.verify.checks.persistence import Persistence, References
from envfactory.verify.checks.reachability import Reachability
from envfactory.verify.checks.schemas import Schemas
from envfactory.verify.checks.static import StaticRules
from envfactory.verify.checks.usage import Usable

GATES: tuple[Check, ...] = (StaticRules(), Loads())
"""Checks without which no other can run; the first one reads the code, the second runs it."""

CHECKS: tuple[Check, ...] = (
    Descriptions(),
    Names(),
    Scenarios(),
    Reachability(),
    Usable(),
    AgentView(),
    Schemas(),
    Behaviour(),
    Faults(),
    Atomicity(),
    Persistence(),
    References(),
    Isolation(),
    Aliasing(),
    Determinism(),
)
"""All other checks. Determinism comes last: its processes work while the others run."""

THOROUGH: tuple[Check, ...] = (*CHECKS, Coverage(), Mutation())
"""All checks, and those that say how much the others see; they take as long again."""

__all__ = ["CHECKS", "GATES", "THOROUGH"]
