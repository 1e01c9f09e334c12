"""`VectorCache`: vectors of texts, kept in one SQLite file by hash, for every process that asks.

What is kept is never needed: a row that is damaged, a file that is cut short, locked, of another
form or cannot be written only means that vectors are made again. So nothing here raises. SQLite
keeps concurrent writers apart; each row carries a checksum, so a vector that comes back is one that
was put in. The oldest rows go when the file holds more than it may.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

_FILE: Final = "vectors-1.sqlite"
_TABLE: Final = (
    "CREATE TABLE vectors "
    "(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL, check_sum INTEGER)"
)
_FORM: Final = {(b"table", _TABLE.encode()), (b"index", None)}
_SELECT: Final = "SELECT vector, check_sum FROM vectors WHERE key = ?"
_INSERT: Final = "INSERT OR REPLACE INTO vectors (key, vector, check_sum) VALUES (?, ?, ?)"
_PAGE: Final = 16_384  # bytes; a vector of 256 numbers wastes little of one
_WAIT: Final = 5.0  # seconds for another writer
_KEPT: Final = 0.75  # of what may be held, once the oldest rows go
_USUAL_BYTES: Final = 512 * 1024**2


def cache_folder() -> Path | None:
    """Return the folder where this user's programs keep what can be made again; None for none."""
    try:
        Path.home()
    except RuntimeError:  # a user without a home folder
        return None
    return user_cache_path("envfactory", appauthor=False, opinion=False)


class VectorCache:
    """Bytes of vectors by key, in a folder, at most so many of them.

    Attributes:
        path: The file.
    """

    def __init__(self, folder: Path, most_bytes: int = _USUAL_BYTES) -> None:
        self.path = folder / _FILE
        self._most_bytes = most_bytes

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what is kept under these keys. Linear in keys, some microseconds each."""
        found: dict[bytes, bytes] = {}

        def look(connection: sqlite3.Connection) -> None:
            for key in keys:
                for vector, check_sum in connection.execute(_SELECT, (key,)):
                    if isinstance(vector, bytes) and check_sum == _check_sum(key, vector):
                        found[key] = vector

        if self.path.is_file():
            self._with_file(look)
        return found

    def put(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors, all of them or none, and let the oldest go where there are too many."""

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            rows = ((key, vector, _check_sum(key, vector)) for key, vector in vectors.items())
            connection.executemany(_INSERT, rows)
            self._forget(connection)
            connection.execute("COMMIT")

        if vectors:
            with suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self._with_file(keep)

    def _with_file(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with the open file, as far as that goes."""
        try:
            with closing(self._open()) as connection:
                work(connection)
        except (sqlite3.OperationalError, OSError):
            return  # locked, full, or not to be read or written
        except sqlite3.DatabaseError:
            self._remove()  # damaged

    def _open(self) -> sqlite3.Connection:
        """Open the file, or a new one in place of what is none of ours."""
        if self.path.exists() and not self.path.is_file():
            raise OSError(f"{self.path} is no file")  # opening a pipe would wait for ever
        if self.path.exists() and self.path.stat().st_size > 2 * self._most_bytes + _PAGE:
            self._remove()
        connection = _connected(self.path)
        try:
            held = set(connection.execute("SELECT type, sql FROM sqlite_master LIMIT 3"))
            if held == _FORM:
                return connection
            if held:
                raise sqlite3.DatabaseError("of another form")
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            connection.execute(_TABLE.replace("TABLE", "TABLE IF NOT EXISTS", 1))
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _forget(self, connection: sqlite3.Connection) -> None:
        """Remove the oldest rows, where all together take more than they may."""
        pages, free = (
            connection.execute(f"PRAGMA {what}").fetchone()[0]
            for what in ("page_count", "freelist_count")
        )
        used = (pages - free) * _PAGE
        if used <= self._most_bytes:
            return
        first, last = connection.execute("SELECT min(id), max(id) FROM vectors").fetchone()
        kept = int((last - first + 1) * _KEPT * self._most_bytes / used)
        connection.execute("DELETE FROM vectors WHERE id <= ?", (last - kept,))

    def _remove(self) -> None:
        for name in (_FILE, f"{_FILE}-journal"):
            with suppress(OSError):
                self.path.with_name(name).unlink(missing_ok=True)


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    connection.text_factory = bytes  # so that no text in a damaged file fails to decode
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _check_sum(key: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(key))
