"""What foreign code reaches for outside its state, found by reading it.

Code that others have written keeps no rules of ours, so this looks for uses, not for imports: a
function that is called or handed on, by whatever name it was imported. Handing a text to `eval` and
asking a server on the network make an environment unsafe or unrepeatable (`OUTSIDE`); files, the
process's variables and threads belong to no session (`AROUND`). Code under `if __name__ ==
"__main__"` is never run here, and not read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

_NETWORK: Final = "reaches for the network"
_PROCESS: Final = "starts or reaches another process"
_DYNAMIC: Final = "executes what it is given"
_FILES: Final = "uses files"
_VARIABLES: Final = "uses the process's environment variables"
_THREADS: Final = "starts threads"


def _listed(reason: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


OUTSIDE: Final[Mapping[str, str]] = {
    **_listed(
        _NETWORK,
        "socket socketserver ssl.create_connection http.client http.server urllib.request "
        "urllib.urlopen urllib3 requests httpx httpx2 aiohttp ftplib smtplib imaplib poplib "
        "telnetlib nntplib xmlrpc websocket websockets paramiko pycurl grpc boto3 botocore openai "
        "anthropic redis pymongo psycopg psycopg2 asyncio.open_connection asyncio.start_server "
        "webbrowser",
    ),
    **_listed(
        _PROCESS,
        "subprocess multiprocessing pty ctypes cffi os.system os.popen os.fork os.forkpty os.kill "
        "os.killpg os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe os.spawnl "
        "os.spawnv os.spawnve os.spawnlp os.spawnvp os.posix_spawn os.startfile os.abort "
        "asyncio.create_subprocess_exec asyncio.create_subprocess_shell "
        "concurrent.futures.ProcessPoolExecutor",
    ),
    **_listed(
        _DYNAMIC,
        "eval exec compile __import__ importlib.import_module importlib.util runpy code.interact "
        "pickle.load pickle.loads pickle.Unpickler marshal.load marshal.loads shelve.open "
        "dill.load dill.loads joblib.load yaml.load yaml.unsafe_load types.FunctionType "
        "types.CodeType pandas.eval",
    ),
}
"""What makes an environment unsafe or unrepeatable, by dotted name; submodules are included."""

AROUND: Final[Mapping[str, str]] = {
    **_listed(
        _FILES,
        "open io.open io.FileIO os.open os.listdir os.scandir os.walk os.mkdir os.makedirs "
        "os.remove os.unlink os.rename os.replace os.rmdir os.stat os.chdir os.getcwd "
        "os.path.exists os.path.isfile os.path.isdir os.path.getsize pathlib.Path shutil tempfile "
        "glob sqlite3 dbm fileinput linecache",
    ),
    **_listed(_VARIABLES, "os.environ os.getenv os.putenv os.unsetenv os.environb sys.argv"),
    **_listed(
        _THREADS,
        "threading.Thread threading.Timer _thread.start_new_thread "
        "concurrent.futures.ThreadPoolExecutor signal.signal signal.alarm atexit.register",
    ),
}
"""What belongs to the process or the machine, and to no session, by dotted name."""

_BUILTINS: Final = frozenset({"eval", "exec", "compile", "__import__", "open"})


@dataclass(frozen=True, slots=True)
class Reach:
    """A use of something outside the state."""

    line: int
    name: str
    reason: str


def reaches(source: bytes, what: Mapping[str, str]) -> list[Reach]:
    """Return what code uses of some names, the first use of each name in each line.

    Args:
        source: The code; nothing of it is executed. What is no Python uses nothing.
        what: Why each dotted name is meant; submodules and attributes are included.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    bound, own = _imported(tree), _defined(tree)
    found: dict[tuple[int, str], Reach] = {}
    for node in _run(tree):
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        name = _dotted(node, bound, own)
        known = None if name is None else _meant(name, what)
        if name is not None and known is not None:
            found.setdefault((node.lineno, known), Reach(node.lineno, name, what[known]))
    return sorted(found.values(), key=lambda reach: (reach.line, reach.name))


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of what is run: no annotations, and not what only a main program does."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_main(node):
                continue
            yield node
            yield from _run(node)


def _is_main(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in {
        name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)
    }


def _imported(tree: ast.AST) -> dict[str, str]:
    """Return the dotted name that each imported name stands for."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                bound[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return bound


def _defined(tree: ast.AST) -> frozenset[str]:
    """Return the names that the code gives to things of its own."""
    names = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return frozenset(names | {node.id for node in stored})


def _dotted(node: ast.expr, bound: Mapping[str, str], own: frozenset[str]) -> str | None:
    if isinstance(node, ast.Attribute):
        outer = _dotted(node.value, bound, own)
        return None if outer is None else f"{outer}.{node.attr}"
    if not isinstance(node, ast.Name):
        return None
    if node.id in bound:
        return bound[node.id]
    return node.id if node.id in _BUILTINS and node.id not in own else None


def _meant(name: str, what: Mapping[str, str]) -> str | None:
    """Return the listed name that a dotted name is, or lies in."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        outer = ".".join(parts[:length])
        if outer in what:
            return outer
    return None
