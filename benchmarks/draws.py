"""Whether the same seed gives the same draws, with Hypothesis and with the sampler of the checks.

    python benchmarks/draws.py

Each draws from the same schema and seed in three processes: alone, and beside two modules of the
user's own that hold other constants. A certificate needs draws that do not depend on that.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DRAWS = 300
BESIDE = ("", "LIMIT = 4711\nGREETING = 'bonjour'\n", "LIMIT = 90210\nGREETING = 'salve'\n")

HYPOTHESIS = f"""
from hypothesis import HealthCheck, given, seed, settings, strategies as st
drawn = []

@seed(0)
@settings(max_examples={DRAWS}, database=None, deadline=None,
          suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries({{"name": st.text(max_size=20), "number": st.integers()}}))
def draw(value):
    drawn.append(value)

draw()
"""
SAMPLER = f"""
import random
from envfactory.verify.pool import Pool
from envfactory.verify.sampler import Sampler
schema = {{"type": "object", "required": ["name", "number"], "properties": {{
    "name": {{"type": "string", "maxLength": 20}}, "number": {{"type": "integer"}}}}}}
sampler = Sampler(schema, random.Random("0"))
pool = Pool.of({{"now": "2026-03-02T09:00:00Z"}}, {{}})
drawn = [sampler.draw(pool, number) for number in range({DRAWS})]
"""
SAY = "import sys\nsys.stdout.buffer.write(repr(drawn).encode('utf-8', 'backslashreplace'))\n"


def digests(program: str) -> list[str]:
    """Return a short digest of what a program draws, for each of the modules beside it."""
    found = []
    for constants in BESIDE:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "beside.py").write_text(constants)
            source = f"import beside\n{program}{SAY}"
            done = subprocess.run(
                [sys.executable, "-c", source],
                cwd=folder,
                env={**os.environ, "PYTHONHASHSEED": "0"},
                capture_output=True,
                check=True,
            )
        found.append(hashlib.sha256(done.stdout).hexdigest()[:12])
    return found


def main() -> None:
    """Print the digests, and whether they agree."""
    for name, program in (("hypothesis", HYPOTHESIS), ("sampler", SAMPLER)):
        found = digests(program)
        verdict = "the same in all" if len(set(found)) == 1 else "differs"
        print(f"{name:<12}{'  '.join(found)}  {verdict}")


if __name__ == "__main__":
    main()
