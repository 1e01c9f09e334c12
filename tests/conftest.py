"""What holds for all tests: the processes that they start find modules compiled.

Containers often set `PYTHONDONTWRITEBYTECODE`. Then every process compiles what it imports, which
takes as long as all the rest of importing, and tests start hundreds of processes.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
