"""What lies at a web address: bounded in size, time and redirects."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from envfactory.errors import InputError

MAX_SECONDS: Final = 60.0
"""Longest time that one address may take in all, in seconds."""

MAX_REDIRECTS: Final = 5
"""Most redirects that are followed."""

_CHUNK: Final = 1 << 16


def is_address(text: str) -> bool:
    """Tell whether `text` is an address of the web, and no path."""
    return text.lower().startswith(("http://", "https://"))


def public_address(address: str) -> str:
    """Return an address without what may be secret in it: user, password, query and fragment."""
    try:
        parts = urlsplit(address)
        bare = SplitResult(parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")
    except ValueError:
        return "malformed address"
    return urlunsplit(bare)


def fetch(address: str, max_bytes: int, seconds: float = MAX_SECONDS) -> bytes:
    """Return what lies at `address`.

    Raises:
        InputError: If it cannot be had: no answer in time, an error, too many redirects, or more
            than `max_bytes`. The message holds no user, password or query.
    """
    import httpx2

    where = public_address(address)
    deadline = time.monotonic() + seconds
    data = bytearray()
    try:
        with (
            httpx2.Client(
                follow_redirects=True,
                max_redirects=MAX_REDIRECTS,
                timeout=min(seconds, 10.0),
                headers={"Accept-Encoding": "identity"},
            ) as client,
            client.stream("GET", address) as answer,
        ):
            if answer.status_code != 200:
                raise InputError(
                    where, f"answers with status {answer.status_code}", "check the address"
                )
            for chunk in answer.iter_raw(_CHUNK):
                data += chunk
                if len(data) > max_bytes:
                    raise InputError(
                        where,
                        f"is larger than {max_bytes / 2**20:.1f} MiB",
                        "download it and cut it down to what you need",
                    )
                if time.monotonic() > deadline:
                    raise InputError(
                        where, f"takes longer than {seconds:g} seconds", "download it first"
                    )
    except httpx2.TooManyRedirects as error:
        raise InputError(
            where, f"redirects more than {MAX_REDIRECTS} times", "give the final address"
        ) from error
    except httpx2.TimeoutException as error:
        raise InputError(where, "does not answer in time", "try again later") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        kind = type(error).__name__
        raise InputError(where, f"cannot be fetched ({kind})", "check the address") from error
    return bytes(data)
