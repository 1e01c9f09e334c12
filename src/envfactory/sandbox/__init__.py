"""Sandbox: code that nobody has read runs in worker processes that can do little else.

    with Sandbox(path) as sandbox:
        session = sandbox.start("small")
        session.call("cancel_order", {"order_id": "ord_7"})

A `SandboxedSession` has the surface of any session. Its states live in the worker as values, so
forks and snapshots cost nothing; the caller keeps a journal of the calls that led to each state,
so that a worker that was killed is replaced and the next call works.

What stops what (`confine.py` applies the layers, `Sandbox.layers` says which of them are active):

- *own process, empty environment, closed descriptors*: the caller's memory, secrets in environment
  variables and open files are out of reach. Not stopped: what the system allows any process.
- *resource limits*: memory bombs, large files, many descriptors. Not stopped: spending time.
- *deadline of the caller*: endless loops, sleeping. Not stopped: work below the limit.
- *Landlock*: reading files outside Python and its libraries, writing outside the scratch folder,
  signals to others. Not stopped: reading what Python itself is made of.
- *seccomp*: sockets, new processes and threads, tracing, every kernel interface beyond a short
  list. Not stopped: what is on that list.
- *audit hook*: the same attempts made in Python, with a message that names them. Not stopped:
  native code.
- *bounded frames*: huge or malformed answers. Not stopped: lies inside an answer.

None of them stops an environment from lying about itself: its tools decide what they answer. Nor do
they hide sessions of one package from each other where those share a worker: `confirm` replays a
session in a worker of its own and says whether anything differs, and `Sandbox(shared=False)` gives
every session a worker of its own. Timing, and the CPU's caches, can be observed.
"""

from envfactory.sandbox.blueprint import SandboxedEnvironment
from envfactory.sandbox.confine import Layer
from envfactory.sandbox.limits import Limits
from envfactory.sandbox.pool import Sandbox
from envfactory.sandbox.session import SandboxedSession, SandboxedState

__all__ = [
    "Layer",
    "Limits",
    "Sandbox",
    "SandboxedEnvironment",
    "SandboxedSession",
    "SandboxedState",
]
