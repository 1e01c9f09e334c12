"""Addresses: fetched only where that is allowed, within bounds, and nothing secret is kept."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from envfactory.errors import InputError
from envfactory.source import find_sources, read_source
from envfactory.source.fetch import fetch, public_address

API = b"""{"openapi": "3.0.0", "paths": {
"/a": {"get": {"operationId": "plain"}},
"/b": {"get": {"operationId": "far", "responses": {"200": {"content": {"application/json":
    {"schema": {"$ref": "part.json"}}}}}}},
"/c": {"get": {"operationId": "file", "responses": {"200": {"content": {"application/json":
    {"schema": {"$ref": "file:///etc/hostname"}}}}}}}}}"""


class Pages(BaseHTTPRequestHandler):
    """Answers with small pages, redirects, faults and streams without end."""

    seen: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        path = self.path.partition("?")[0]
        if path.startswith("/loop"):
            self._answer(302, location="/loop" + path)
        elif path == "/moved":
            self._answer(301, location="/api.json")
        elif path == "/away":
            self._answer(302, location="file:///etc/hostname")
        elif path == "/api.json":
            self._answer(200, API)
        elif path == "/part.json":
            self._answer(200, b'{"type": "object"}')
        elif path == "/endless":
            self._answer(200)
            self._pour(b"x" * 65536, 0)
        elif path == "/slow":
            self._answer(200)
            self._pour(b"x", 0.05)
        else:
            self._answer(404)

    def _answer(self, status: int, body: bytes = b"", location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def _pour(self, chunk: bytes, pause: float) -> None:
        try:
            for _ in range(1000):
                self.wfile.write(chunk)
                time.sleep(pause)
        except OSError:
            pass  # the client has gone, as it should

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_nothing_is_fetched_unasked(server: str) -> None:
    before = len(Pages.seen)
    with pytest.raises(InputError, match="add --allow-network, or download it"):
        find_sources([f"http://{server}/api.json"])
    assert len(Pages.seen) == before


def test_an_address_is_a_source_and_what_it_refers_to_is_fetched(server: str) -> None:
    address = f"http://user:secret@{server}/api.json?token=secret"
    (place,) = find_sources([address], allow_network=True).places
    description = read_source(place)
    assert [operation.id for operation in description.operations] == ["plain", "far"]
    assert [part.reason for part in description.skipped] == ["remote reference"]
    assert list(description.schemas) == ["part"]
    assert description.provenance.location == f"http://{server}/api.json"
    assert b"secret" not in description.to_line()
    assert "secret" not in repr(place).replace(place.where, "")
    assert any(path == "/part.json" for path, _ in Pages.seen)


def test_a_file_may_refer_to_an_address_only_where_that_is_allowed(
    server: str, tmp_path: Path
) -> None:
    path = tmp_path / "api.json"
    path.write_bytes(API.replace(b'"part.json"', f'"http://{server}/part.json"'.encode()))
    before = len(Pages.seen)
    (place,) = find_sources([path]).places
    refused = read_source(place).skipped
    assert {part.reason for part in refused} == {"remote reference"}
    assert len(Pages.seen) == before
    (place,) = find_sources([path], allow_network=True).places
    assert [o.id for o in read_source(place).operations] == ["plain", "far"]


def test_redirects_are_followed_within_bounds_and_within_the_web(server: str) -> None:
    assert fetch(f"http://{server}/moved", 10_000) == API
    with pytest.raises(InputError, match="redirects more than 5 times"):
        fetch(f"http://{server}/loop", 10_000)
    with pytest.raises(InputError, match="cannot be fetched"):
        fetch(f"http://{server}/away", 10_000)


def test_size_and_time_are_bounded(server: str) -> None:
    with pytest.raises(InputError, match=r"is larger than 0\.1 MiB"):
        fetch(f"http://{server}/endless", 100_000)
    with pytest.raises(InputError, match=r"takes longer than 0\.3 seconds"):
        fetch(f"http://{server}/slow", 100_000, seconds=0.3)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://{server}/none?key=secret", "answers with status 404"),
        ("http://127.0.0.1:1/", "cannot be fetched"),
        ("http://secret@[::/", "cannot be fetched"),
        ("http://", "cannot be fetched"),
    ],
)
def test_what_goes_wrong_is_said_without_secrets(server: str, address: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        fetch(address.replace("{server}", server), 10_000)
    assert "secret" not in str(caught.value)


def test_public_addresses_hold_no_secrets() -> None:
    assert public_address("https://a:b@host.example:8/p?q#f") == "https://host.example:8/p"
    assert public_address("http://[::1") == "malformed address"
