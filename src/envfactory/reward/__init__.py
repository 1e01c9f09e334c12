"""Rewards: pure functions of a task and a recorded trajectory; old ones can be scored again.

Read `score` for how the parts are combined, `state` for what the world and the answers came to,
`trace` for how the way there compares with the reference solution.
"""

from envfactory.reward.passing import pass_rates
from envfactory.reward.score import Part, Reward, Weights, score
from envfactory.reward.state import StateScore, state_score
from envfactory.reward.trace import TraceScore, trace_score

__all__ = [
    "Part",
    "Reward",
    "StateScore",
    "TraceScore",
    "Weights",
    "pass_rates",
    "score",
    "state_score",
    "trace_score",
]
