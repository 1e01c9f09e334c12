"""Tasks: chains grounded by execution, then phrased, then checked."""

from envfactory.task.goal import Verdict, judge, recorded
from envfactory.task.grounding.dropped import Dropped
from envfactory.task.grounding.ground import Effort
from envfactory.task.judging.answering import answered, contains
from envfactory.task.make import TaskMaker, make_task
from envfactory.task.model import (
    Check,
    Difficulty,
    EnvironmentRef,
    Fact,
    Goal,
    GoldCall,
    Identifier,
    Origin,
    StateChange,
    Task,
    Turn,
)
from envfactory.task.user import User

__all__ = [
    "Check",
    "Difficulty",
    "Dropped",
    "Effort",
    "EnvironmentRef",
    "Fact",
    "Goal",
    "GoldCall",
    "Identifier",
    "Origin",
    "StateChange",
    "Task",
    "TaskMaker",
    "Turn",
    "User",
    "Verdict",
    "answered",
    "contains",
    "judge",
    "make_task",
    "recorded",
]
