"""A run in numbers: a `Mark` for each finished stage, and the `Summary` of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from envfactory.graph import ToolGraph
from envfactory.pipeline.settings import Settings
from envfactory.records import Stored
from envfactory.task.convey import ConveyReport
from envfactory.task.model import Category


class Mark(Stored):
    """A stage is finished, and this is what it left."""

    schema_version: Literal[1] = 1
    stage: str
    kept: int
    dropped: int
    reasons: dict[str, int] = Field(description="Drops by reason.")
    rows: dict[str, int] = Field(default={}, description="Of the dataset: rows by table.")
    files: dict[str, str] = Field(description="Content hash of each file, by its name.")


class Share(Stored):
    """Of one category: how many tasks were wanted, and how many there are."""

    wanted: int
    made: int


class EdgesTried(Stored):
    """What became of the edges that were tried by calling the tools of their environment."""

    tried: int = Field(description="Candidates, suggested or found by their values.")
    proven: int = Field(description="Edges of the graph that stand.")
    refuted: int = Field(description="Edges of the graph that do not; no chain uses them.")
    outcomes: dict[str, int] = Field(description="What trying came to, how often.")

    @classmethod
    def of(cls, graph: ToolGraph) -> EdgesTried:
        """Count the executed evidence of a graph."""
        outcomes: Counter[str] = Counter()
        for each in graph.tried:
            outcomes.update(each.outcomes)
        return cls(
            tried=outcomes.total(),
            proven=sum(edge.score("executed") > 0 for edge in graph.edges),
            refuted=sum(edge.refuted for edge in graph.edges),
            outcomes=dict(sorted(outcomes.items())),
        )


class Summary(Stored):
    """What a run produced and left out."""

    schema_version: Literal[1] = 1
    sources: int = Field(description="Given.")
    environments: int = Field(description="Specifications that were written as packages.")
    verified: int
    tools: int = Field(description="Of the verified environments.")
    edges: int = Field(description="Of the graph.")
    edges_tried: EdgesTried
    chains: int
    tasks_wanted: int
    tasks: int
    mix: dict[Category, Share] = Field(description="Tasks by category.")
    conveyed: ConveyReport = Field(description="How implicit the requests of the tasks are.")
    trajectories: int
    rows: dict[str, int] = Field(description="Rows of the dataset, by table.")
    dropped: dict[str, dict[str, int]] = Field(description="Drops by stage and reason.")

    @classmethod
    def of(
        cls,
        marks: Mapping[str, Mark],
        settings: Settings,
        *,
        tools: int,
        tried: EdgesTried,
        made: Mapping[Category, int],
        conveyed: ConveyReport | None = None,
    ) -> Summary:
        """Count what the stages of a run have noted.

        Args:
            marks: What they noted.
            settings: What was asked for.
            tools: Of the verified environments.
            tried: What executed evidence the graph holds.
            made: Tasks by category.
            conveyed: How implicit their requests are.
        """
        wanted = settings.mix.wanted(settings.tasks)
        return cls(
            sources=len(settings.sources),
            environments=marks["sources"].kept,
            verified=marks["environments"].kept,
            tools=tools,
            edges=marks["graph"].kept,
            edges_tried=tried,
            chains=marks["chains"].kept,
            tasks_wanted=settings.tasks,
            tasks=marks["tasks"].kept,
            mix={name: Share(wanted=wanted[name], made=made.get(name, 0)) for name in wanted},
            conveyed=conveyed or ConveyReport.of(()),
            trajectories=marks["trajectories"].kept,
            rows=marks["dataset"].rows,
            dropped={stage: mark.reasons for stage, mark in marks.items() if mark.reasons},
        )
