"""Samplers of tool sequences: what to call in which order, and where each input comes from."""

from envfactory.chain.cover import Cover, cover
from envfactory.chain.habits import Habits
from envfactory.chain.model import (
    Binding,
    Chain,
    FromDefault,
    FromStep,
    FromUser,
    Limits,
    Source,
    Step,
)
from envfactory.chain.reach import Unreachable
from envfactory.chain.sampler import Sampler, sample_chains
from envfactory.chain.topology import Ending, TopologySampler
from envfactory.chain.validate import Problem, validate
from envfactory.chain.walk import RandomWalkSampler

__all__ = [
    "Binding",
    "Chain",
    "Cover",
    "Ending",
    "FromDefault",
    "FromStep",
    "FromUser",
    "Habits",
    "Limits",
    "Problem",
    "RandomWalkSampler",
    "Sampler",
    "Source",
    "Step",
    "TopologySampler",
    "Unreachable",
    "cover",
    "sample_chains",
    "validate",
]
