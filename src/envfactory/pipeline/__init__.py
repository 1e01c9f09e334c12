"""The stages as a pipeline: `run` does all of them in one folder and resumes; others stand alone.

Read `run` for the order of the stages, `folder` for what lies where, `stage` for how units are
worked through, `journal` for why a kill loses nothing, `alone` for single stages.
"""

from envfactory.pipeline.alone import (
    Built,
    build,
    certify,
    export_dataset,
    make_tasks,
    play_gold,
)
from envfactory.pipeline.audits import Audited, audit_tasks
from envfactory.pipeline.chains import (
    SamplerName,
    draw_chains,
    graph_of,
    make_sampler,
    not_covered,
    unreachable,
)
from envfactory.pipeline.drop import Drop
from envfactory.pipeline.folder import RunFolder
from envfactory.pipeline.library import find_packages, load_packages
from envfactory.pipeline.run import Report, run
from envfactory.pipeline.settings import Settings
from envfactory.pipeline.shelf import Shelf
from envfactory.pipeline.summary import Summary
from envfactory.pipeline.trying import with_executed

__all__ = [
    "Audited",
    "Built",
    "Drop",
    "Report",
    "RunFolder",
    "SamplerName",
    "Settings",
    "Shelf",
    "Summary",
    "audit_tasks",
    "build",
    "certify",
    "draw_chains",
    "export_dataset",
    "find_packages",
    "graph_of",
    "load_packages",
    "make_sampler",
    "make_tasks",
    "not_covered",
    "play_gold",
    "run",
    "unreachable",
    "with_executed",
]
