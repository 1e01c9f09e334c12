"""The checks, one module per question, in the order in which they run."""

from envfactory.verify.check import Check
from envfactory.verify.checks.agent_view import AgentView, Names
from envfactory.verify.checks.aliasing import Aliasing
from envfactory.verify.checks.atomicity import Atomicity, Faults
from envfactory.verify.checks.behaviour import Behaviour
from envfactory.verify.checks.chance import ByChance
from envfactory.verify.checks.coverage import Coverage
from envfactory.verify.checks.descriptions import Descriptions
from envfactory.verify.checks.determinism import Determinism
from envfactory.verify.checks.isolation import Isolation
from envfactory.verify.checks.loading import Loads, Scenarios
from envfactory.verify.checks.mutation import Mutation
from envfactory.verify.checks.outside import Outside, Surroundings
from envfactory.verify.checks.persistence import Persistence, References
from envfactory.verify.checks.reachability import Reachability
from envfactory.verify.checks.roundtrip import RoundTrip
from envfactory.verify.checks.schemas import Schemas
from envfactory.verify.checks.static import StaticRules
from envfactory.verify.checks.unaided import HandedOut, Leftovers, Sharing
from envfactory.verify.checks.usage import Usable
from envfactory.verify.checks.writes import Writes

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
    Outside(),
    Surroundings(),
    RoundTrip(),
    Writes(),
    ByChance(),
    Leftovers(),
    HandedOut(),
    Sharing(),
    Determinism(),
)
"""All other checks. Those from Outside to Sharing are about foreign environments, and do not apply
to others. Determinism comes last: its processes work while the others run."""

THOROUGH: tuple[Check, ...] = (*CHECKS, Coverage(), Mutation())
"""All checks, and those that say how much the others see; they take as long again."""

__all__ = ["CHECKS", "GATES", "THOROUGH"]
