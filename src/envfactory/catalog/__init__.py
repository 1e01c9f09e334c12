"""The catalog: what environments there are, found and shown without opening every package.

Read `entry` for what a catalog knows of an environment, `catalog` for reading one from disk,
`search` for finding, `page` for showing one environment, `report` for what a corpus build came to.
"""

from envfactory.catalog.entry import (
    READS,
    CatalogEntry,
    count_writes,
    covered_by,
    entry_of,
    operations_of,
)
from envfactory.catalog.report import REPORT, Asked, CorpusReport, Reason, Spread, markdown

CATALOG = "catalog.jsonl"

__all__ = [
    "CATALOG",
    "READS",
    "REPORT",
    "Asked",
    "CatalogEntry",
    "CorpusReport",
    "Reason",
    "Spread",
    "count_writes",
    "covered_by",
    "entry_of",
    "markdown",
    "operations_of",
]
