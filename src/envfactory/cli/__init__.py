"""The command line: one module per command, typed events in, words and tables out.

Results go to stdout, everything else to stderr. A deliberate error is one line and its exit code.
"""

from envfactory.cli.main import main

__all__ = ["main"]
