"""The kernel: environments of records, tables and tools, whose state is a value.

Read `environment` for how one is written, `state` and `tree` for what a state is, `tool` for what
happens in a call, `integrity` for the rules that writes obey, `package` for how one lies on disk.
"""

from envfactory.environment.environment import Environment
from envfactory.environment.failure import (
    Conflict,
    ErrorCode,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ToolError,
    ToolFailure,
    ToolResult,
)
from envfactory.environment.globe import kilometres
from envfactory.environment.marks import Counts, Key, Ref, Unique
from envfactory.environment.package import Manifest, Package, Source, load_environment
from envfactory.environment.record import Record
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.state import Change, State
from envfactory.environment.table import Table, given
from envfactory.environment.tool import ToolSpec, tool
from envfactory.environment.world import Session, World, WorldState, diff

__all__ = [
    "Change",
    "Conflict",
    "Counts",
    "Environment",
    "ErrorCode",
    "FailedPrecondition",
    "InvalidArgument",
    "Key",
    "Manifest",
    "NotFound",
    "Package",
    "PermissionDenied",
    "Record",
    "Ref",
    "ScenarioError",
    "Session",
    "Source",
    "State",
    "Table",
    "ToolError",
    "ToolFailure",
    "ToolResult",
    "ToolSpec",
    "Unique",
    "World",
    "WorldState",
    "diff",
    "given",
    "kilometres",
    "load_environment",
    "tool",
]
