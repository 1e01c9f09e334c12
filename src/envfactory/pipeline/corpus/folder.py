"""`CorpusFolder`: where a corpus build keeps its results, and what it has finished.

corpus.json          what the build was asked to do
environments/*/      verified environment packages
catalog.jsonl        a line about each of them
rejected/*/          packages that verification refused, with the certificate that says why
sources.jsonl        what became of each source, and which operations were left out and why
report.json          the build in numbers, and report.md, the same for people
dropped.jsonl        sources without an environment and tools that were not verified, with reasons
.state/              a lock, journals of unfinished stages, marks of finished ones
"""

from __future__ import annotations

from typing import ClassVar

from envfactory.catalog import CATALOG, REPORT
from envfactory.pipeline.corpus.settings import CorpusSettings
from envfactory.pipeline.workfolder import WorkFolder

READ = "sources"
MAKE = "environments"
SOURCES = "sources.jsonl"
REPORT_FOR_PEOPLE = "report.md"


class CorpusFolder(WorkFolder[CorpusSettings]):
    """The folder of one corpus build; see the module's docstring for what lies where."""

    noun = "corpus build"
    kind = CorpusSettings
    settings_file = "corpus.json"
    stages = (READ, MAKE)
    results: ClassVar = (
        "environments",
        "rejected",
        CATALOG,
        SOURCES,
        REPORT,
        REPORT_FOR_PEOPLE,
        ".state/specs",
    )
