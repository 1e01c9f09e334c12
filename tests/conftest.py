"""What holds for all tests: modules are compiled, and nothing is left in the user's cache.

Containers often set `PYTHONDONTWRITEBYTECODE`. Then every process compiles what it imports, which
takes as long as all the rest of importing, and tests start hundreds of processes. What commands
would keep in the user's cache folder is kept nowhere.
"""

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["ENVFACTORY_CACHE"] = "off"
