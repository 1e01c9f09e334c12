"""Hunting: Hypothesis looks for sequences of calls that show something, and shortens them.

    TestShop = state_machine(Shop).TestCase          # in a suite of one's own
    found = hunt(ground, examples=200)               # leads, for `verify(..., hunt=found)`

What is found is judged by `questions`, the same that a certificate is made with, and nothing here
is needed to make a certificate again: see `leads`. This is the only place that needs Hypothesis
(`pip install envfactory[hunt]`), so nothing but what hunts may import it.
"""

from envfactory.verify.hunting.hunt import hunt
from envfactory.verify.hunting.machine import Falsified, state_machine

__all__ = ["Falsified", "hunt", "state_machine"]
