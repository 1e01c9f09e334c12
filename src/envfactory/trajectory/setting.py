"""`Setting`: the world that a task starts in, put together from environment packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envfactory.environment import Package, World
from envfactory.errors import InputError
from envfactory.task.model import EnvironmentRef
from envfactory.trajectory.prompt import system_prompt


@dataclass(frozen=True, slots=True)
class Setting:
    """Where an episode starts.

    Attributes:
        world: The environments in the task's initial state; fork it rather than change it.
        system: The system prompt.
    """

    world: World
    system: str

    @classmethod
    def open(
        cls, environments: tuple[EnvironmentRef, ...], packages: Mapping[str, Package]
    ) -> Setting:
        """Put a task's environments together.

        Args:
            environments: What the task says of them.
            packages: Environment packages by identity hash.

        Raises:
            InputError: If a package is not among `packages`, or its scenario is missing.
        """
        found = {ref.name: package_of(ref, packages) for ref in environments}
        world = World({ref.name: found[ref.name].start(ref.scenario) for ref in environments})
        policies = {
            name: package.policy
            for name, package in found.items()
            if package.policy and not package.rules  # those are told where a task holds to them
        }
        return cls(world, system_prompt(world, policies))


def package_of(ref: EnvironmentRef, packages: Mapping[str, Package]) -> Package:
    """Return the package that a task means.

    Raises:
        InputError: If it is not there: its content has changed since the task was made, or its
            folder was not given.
    """
    package = packages.get(ref.identity)
    if package is None:
        raise InputError(
            ref.name,
            f"no environment package with identity {ref.identity}",
            "give the packages that the tasks were made from, unchanged",
        )
    return package
