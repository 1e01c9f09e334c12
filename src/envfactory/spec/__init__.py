"""What an environment is meant to be, as data: entities, relations, and what each tool means."""

from envfactory.spec.change import stated_changes
from envfactory.spec.infer import NoTools, infer
from envfactory.spec.model import EnvironmentSpec

__all__ = ["EnvironmentSpec", "NoTools", "infer", "stated_changes"]
