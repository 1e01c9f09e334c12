"""`RunFolder`: where a run keeps its results, and what it has finished.

run.json             what the run was asked to do
specs.jsonl          what each source was understood to be
environments/*/      verified environment packages, and environments.jsonl about them
rejected/*/          packages that verification refused, with the certificate that says why
graph.json  chains.jsonl  tasks.jsonl  trajectories.jsonl  dataset/
dropped.jsonl        everything that was left out, by stage, with its reason
summary.json         counts
.state/              a lock, journals of unfinished stages, marks of finished ones
"""

from __future__ import annotations

from typing import ClassVar, Final

from pydantic import ValidationError

from envfactory.errors import InputError
from envfactory.pipeline.settings import Settings
from envfactory.pipeline.summary import Summary
from envfactory.pipeline.workfolder import STATE, WorkFolder

STAGES: Final = (
    "sources",
    "environments",
    "graph",
    "chains",
    "tasks",
    "trajectories",
    "dataset",
)
"""The stages of a run, in order."""

SUMMARY = "summary.json"
TRIALS = f"{STATE}/trials"
"""What trying the edges of single environments came to, while the graph is unfinished."""


class RunFolder(WorkFolder[Settings]):
    """The folder of one run; see the module's docstring for what lies where."""

    noun = "run"
    kind = Settings
    settings_file = "run.json"
    stages = STAGES
    results: ClassVar = (
        "specs.jsonl",
        "environments",
        "environments.jsonl",
        "rejected",
        "graph.json",
        TRIALS,
        "chains.jsonl",
        "tasks.jsonl",
        "trajectories.jsonl",
        "dataset",
        SUMMARY,
    )

    def summary(self) -> Summary:
        """Return the counts of a run that has ended.

        Raises:
            InputError: If the folder holds no run, or the run has not ended.
        """
        self.settings()
        path = self.path / SUMMARY
        try:
            return Summary.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise InputError(
                str(self.path), "the run has not ended", "give its command again to go on"
            ) from error
