"""What lies at a web address: bounded in size, time and redirects."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from envfactory.errors import InputError

MAX_SECONDS: Final = 60.0
"""Longest time that one address may take in all, in seconds."""

MAX_REDIRECTS: Final = 5
"""Most redirects that are followed."""


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
        InputError: If it cannot be had: no whole answer in `seconds`, an error, too many redirects,
            or more than `max_bytes`. The message holds no user, password or query.
    """
    import httpx2

    where = public_address(address)
    try:
        with ThreadPoolExecutor(1) as thread:  # the caller may have an event loop of its own
            return thread.submit(asyncio.run, _read(address, where, max_bytes, seconds)).result()
    except TimeoutError as error:
        raise InputError(
            where, f"takes longer than {seconds:g} seconds", "download it first"
        ) from error
    except httpx2.TooManyRedirects as error:
        raise InputError(
            where, f"redirects more than {MAX_REDIRECTS} times", "give the final address"
        ) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        kind = type(error).__name__
        raise InputError(where, f"cannot be fetched ({kind})", "check the address") from error


async def _read(address: str, where: str, max_bytes: int, seconds: float) -> bytes:
    import httpx2

    data = bytearray()
    async with (
        asyncio.timeout(seconds),
        httpx2.AsyncClient(
            follow_redirects=True,
            max_redirects=MAX_REDIRECTS,
            timeout=seconds,
            headers={"Accept-Encoding": "identity"},
        ) as client,
        client.stream("GET", address) as answer,
    ):
        if answer.status_code != 200:
            raise InputError(
                where, f"answers with status {answer.status_code}", "check the address"
            )
        async for chunk in answer.aiter_raw():
            data += chunk
            if len(data) > max_bytes:
                raise InputError(
                    where,
                    f"is larger than {max_bytes / 2**20:.1f} MiB",
                    "download it and cut it down to what you need",
                )
    return bytes(data)
