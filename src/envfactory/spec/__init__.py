"""What an environment is meant to be, as data: entities, relations, and what each tool means."""

from envfactory.spec.infer import NoTools, infer
from envfactory.spec.model import EnvironmentSpec
from envfactory.spec.stated.change import stated_changes

__all__ = ["EnvironmentSpec", "NoTools", "infer", "stated_changes"]
