"""`Ground`: what sequences of calls are made on, and what is known of it beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from jsonschema_rs import Draft202012Validator

from envfactory.environment import ToolSpec
from envfactory.environment.foreign.observed import OBSERVED
from envfactory.environment.scenario import ScenarioError
from envfactory.environment.world import Blueprint, Session
from envfactory.records import Json
from envfactory.spec.model import EnvironmentSpec
from envfactory.verify.laws import LAWS, Judge


class Ground:
    """An environment, the sessions to start from, and what its tools are meant to do.

    Args:
        environment: What makes sessions.
        starts: A session per scenario, by the scenario's name; only forks are used.
        spec: What the code was written from, where that is known.
        foreign: Whether the environment may keep more than it saves.
    """

    def __init__(
        self,
        environment: Blueprint,
        starts: Mapping[str, Session],
        spec: EnvironmentSpec | None = None,
        *,
        foreign: bool = False,
    ) -> None:
        self.starts = starts
        self.foreign = foreign
        self._environment, self._spec = environment, spec
        self._loaded: dict[str, Session | ScenarioError] = {}
        self._judge: Judge | None = None

    @cached_property
    def tools(self) -> tuple[ToolSpec, ...]:
        """The tools of the environment."""
        return self._environment.tools()

    @cached_property
    def key_fields(self) -> Mapping[str, str]:
        """The key field of each table."""
        return self._environment.key_fields()

    @cached_property
    def validators(self) -> Mapping[str, tuple[Draft202012Validator, Draft202012Validator]]:
        """For each tool, what validates arguments and what validates values, by JSON Schema."""
        return {
            tool.name: (
                Draft202012Validator(tool.input_schema),
                Draft202012Validator(tool.output_schema),
            )
            for tool in self.tools
        }

    @cached_property
    def observed(self) -> frozenset[str]:
        """The tools whose output schema nobody declared: it was read off what they returned."""
        return frozenset(tool.name for tool in self.tools if OBSERVED in tool.output_schema)

    @property
    def judge(self) -> Judge | None:
        """What asks the laws; None where nobody says what the tools are meant to do."""
        if self._judge is None and self._spec is not None:
            self._judge = Judge(self._spec, LAWS)
        return self._judge

    def load(self, scenario: Mapping[str, Json]) -> Session:
        """Return a session in the state that a scenario describes.

        Raises:
            ScenarioError: If it does not fit.
        """
        return self._environment.from_scenario(scenario)

    def loaded_again(self, session: Session) -> Session | ScenarioError:
        """Return a session whose state was saved and loaded, or the refusal; only to be forked.

        States with the same hash are loaded once, unless they may hide what they keep.
        """
        known = self._loaded.get(session.state_hash)
        if known is not None and not self.foreign:
            return known
        try:
            found: Session | ScenarioError = self.load(session.to_scenario())
        except ScenarioError as error:
            found = error
        self._loaded[session.state_hash] = found
        return found

    def forget(self) -> None:
        """Drop what was kept of single states."""
        self._loaded.clear()
        self._judge = None
