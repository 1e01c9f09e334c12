"""The catalog: what environments there are, found and shown without opening every package.

Read `entry` for what a catalog knows of an environment, `catalog` for reading one from disk,
`search` for finding, `page` for showing one environment with `drawing` and `html`, `report` for
what a corpus build came to.
"""

from envfactory.catalog.catalog import CATALOG, Catalog, Listed, Problem, state_of
from envfactory.catalog.drawing import svg, tree
from envfactory.catalog.entry import (
    READS,
    CatalogEntry,
    count_writes,
    covered_by,
    entry_of,
    operations_of,
)
from envfactory.catalog.html import html_page
from envfactory.catalog.page import Page, page_of
from envfactory.catalog.report import REPORT, Asked, CorpusReport, Reason, Spread, markdown
from envfactory.catalog.search import Filter, Hit, search

__all__ = [
    "CATALOG",
    "READS",
    "REPORT",
    "Asked",
    "Catalog",
    "CatalogEntry",
    "CorpusReport",
    "Filter",
    "Hit",
    "Listed",
    "Page",
    "Problem",
    "Reason",
    "Spread",
    "count_writes",
    "covered_by",
    "entry_of",
    "html_page",
    "markdown",
    "operations_of",
    "page_of",
    "search",
    "state_of",
    "svg",
    "tree",
]
