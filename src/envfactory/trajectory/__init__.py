"""Trajectories: what happened when an agent, a user and environments met.

Read `episode` for the loop, `roles` for who takes part in it, `model` for what is recorded,
`judgement` for how a record is judged again.
"""

from envfactory.trajectory.episode import Episode, Limits, run_episode
from envfactory.trajectory.judgement import answers, rejudge
from envfactory.trajectory.model import (
    Attribution,
    Message,
    Outcome,
    Step,
    StopReason,
    ToolCall,
    Trajectory,
    Usage,
)
from envfactory.trajectory.prompt import system_prompt
from envfactory.trajectory.roles import (
    ActingUser,
    MalformedReply,
    Policy,
    Reply,
    Request,
    RequestedCall,
    Unavailable,
    UserSimulator,
)
from envfactory.trajectory.scripted import GoldPolicy, ScriptedUser
from envfactory.trajectory.setting import Setting
from envfactory.trajectory.tools import agent_tools, function_tool, offered_tools
from envfactory.trajectory.trial import try_in_episodes
from envfactory.trajectory.user import InformedUser, user_for

__all__ = [
    "ActingUser",
    "Attribution",
    "Episode",
    "GoldPolicy",
    "InformedUser",
    "Limits",
    "MalformedReply",
    "Message",
    "Outcome",
    "Policy",
    "Reply",
    "Request",
    "RequestedCall",
    "ScriptedUser",
    "Setting",
    "Step",
    "StopReason",
    "ToolCall",
    "Trajectory",
    "Unavailable",
    "Usage",
    "UserSimulator",
    "agent_tools",
    "answers",
    "function_tool",
    "offered_tools",
    "rejudge",
    "run_episode",
    "system_prompt",
    "try_in_episodes",
    "user_for",
]
