"""Wire: frames of JSON between the caller and a worker, each with its length before it.

The caller trusts nothing that arrives: a frame has a bounded length, is JSON, and answers the one
request that is open.
"""

from __future__ import annotations

import math
import socket
import struct
import time

import orjson

from envfactory.records import Json

_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 16


class Broken(Exception):
    """The other side closed the connection, or sent what is no frame."""


class TooLarge(Broken):
    """A frame announces more bytes than are allowed."""


class TooLate(Exception):
    """Nothing complete arrived before the deadline."""


def encode(message: Json) -> bytes:
    """Return a message as a frame.

    Raises:
        TypeError: If it is not JSON.
    """
    body = orjson.dumps(message, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    return _LENGTH.pack(len(body)) + body


class Channel:
    """One end of a connection.

    Args:
        stream: A connected stream socket; the channel owns it.
    """

    def __init__(self, stream: socket.socket) -> None:
        stream.setblocking(True)
        self._stream = stream
        self._buffer = b""
        self._patience = 0.0

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def send(self, frame: bytes, seconds: float = 0.0) -> None:
        """Send a frame; zero seconds wait for ever.

        Raises:
            Broken: If the other side is gone.
            TooLate: If it does not take the bytes in time.
        """
        self._wait_at_most(seconds)
        try:
            self._stream.sendall(frame)
        except (BlockingIOError, TimeoutError) as error:
            raise TooLate from error
        except OSError as error:
            raise Broken(error.strerror or str(error)) from error

    def receive(self, most: int, seconds: float = 0.0) -> Json:
        """Return the next message.

        Args:
            most: Longest body in bytes.
            seconds: How long to wait for all of it; zero waits for ever.

        Raises:
            Broken: If the stream ended or the frame is not JSON; `TooLarge` if it is too long.
            TooLate: If time ran out.
        """
        self._wait_at_most(seconds)
        deadline = time.monotonic() + seconds if seconds else math.inf
        self._fill(_LENGTH.size, deadline)
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > most:
            raise TooLarge(f"{length} bytes where {most} are allowed")
        end = _LENGTH.size + length
        self._fill(end, deadline)
        body, self._buffer = self._buffer[_LENGTH.size : end], self._buffer[end:]
        try:
            message: Json = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Broken(f"no JSON: {error}") from error
        return message

    @property
    def is_drained(self) -> bool:
        """Whether nothing has arrived beyond the last message that was received."""
        return not self._buffer

    def _fill(self, count: int, deadline: float) -> None:
        """Read until the buffer holds that many bytes."""
        if len(self._buffer) >= count:
            return
        chunks, held = [self._buffer], len(self._buffer)
        while held < count:
            try:
                chunk = self._stream.recv(max(_CHUNK, min(count - held, 1 << 20)))
            except BlockingIOError as error:
                raise TooLate from error
            except OSError as error:
                raise Broken(error.strerror or str(error)) from error
            if not chunk:
                raise Broken("the connection ended")
            chunks.append(chunk)
            held += len(chunk)
            if held < count and time.monotonic() > deadline:
                raise TooLate
        self._buffer = b"".join(chunks)

    def _wait_at_most(self, seconds: float) -> None:
        """Let the system end a wait: no poll beside each call, which would double its cost."""
        if seconds != self._patience:
            whole, part = divmod(seconds, 1)
            value = struct.pack("@ll", int(whole), int(part * 1e6))
            self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
            self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)
            self._patience = seconds
