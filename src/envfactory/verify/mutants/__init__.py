"""Mutants: small faults seeded into an environment's code, to see whether the checks catch them.

Mutation analysis (DeMillo, Lipton, Sayward, Hints on Test Data Selection, 1978): each mutant is the
module with one change of a kind that people and models make - a dropped or misdirected write, a
skipped validation, a flipped comparison, a page that is off by one, a wrong field, a stale result,
a changed order, another clock. The share that is caught says how much the other checks can see.
"""

from envfactory.verify.mutants.breed import Mutant, breed
from envfactory.verify.mutants.trial import Trial

__all__ = ["Mutant", "Trial", "breed"]
