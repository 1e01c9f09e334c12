"""Corpus builds: thousands of sources to verified environments, a catalog and a report.

Read `build` for the two stages, `selection` for which sources are read, `reading` and `making` for
what is done with one of them, `outcome` for how it is counted.
"""

from envfactory.pipeline.corpus.build import CorpusBuilt, build_corpus
from envfactory.pipeline.corpus.folder import CorpusFolder
from envfactory.pipeline.corpus.settings import CorpusSettings, CorpusSource, CorpusSources

__all__ = [
    "CorpusBuilt",
    "CorpusFolder",
    "CorpusSettings",
    "CorpusSource",
    "CorpusSources",
    "build_corpus",
]
