"""What is measured against a served page: how many come, how late, what failed; and what a first visit costs."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any

import pytest

from config.benchmarks.client import load
from config.benchmarks.visit import UnexpectedFileError, files_of, files_of_sheet, first_visit

SECONDS = 0.5
PAGE = b"""<link rel="stylesheet" href="/look.css"><link rel="canonical" href="/elsewhere">
<script src="/act.js"></script>
<svg><use href="/icons.svg#sun"></use></svg><svg><use href="/icons.svg#moon"></use></svg>"""
SHEET = b"""@font-face { src: url(latin.woff2); unicode-range: U+0000-00FF; }
@font-face { src: url("greek.woff2"); unicode-range: U+0370-03FF,U+1F00; }
.mark { background: url(data:image/svg+xml;x) }"""
FILES = {"/page": PAGE, "/look.css": SHEET, "/act.js": b"1", "/icons.svg": b"<svg/>", "/latin.woff2": b"font" * 100}


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # In one piece: a page that comes in two waits for the client's receipt of the first.

    def do_GET(self) -> None:
        fails = self.path == "/sometimes" and next(self.server.asked) % 10 == 9  # type: ignore[attr-defined]
        body = FILES.get(self.path, b"here" if self.path == "/sometimes" else None)
        self.send_response(500 if fails else 200 if body is not None else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """A server of the pages above."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        server.asked = count()  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def asked(port: int, path: str) -> dict[str, Any]:
    users = [{"cookie": "a=b", "paths": [path]} for _user in range(3)]
    # In a thread of its own: where a browser was driven before, this one has a loop already.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(load("127.0.0.1", port, users, SECONDS))).result()


def test_answers_are_counted_and_timed(port: int) -> None:
    found = asked(port, "/page")
    assert found["errors"] == 0
    assert found["latencies"]
    assert min(found["latencies"]) > 0
    assert found["cpu"] > 0
    assert found["seconds"] >= SECONDS


def test_an_answer_that_is_no_page_is_an_error(port: int) -> None:
    found = asked(port, "/sometimes")
    assert found["errors"] > 0
    assert asked(port, "/nowhere")["latencies"] == []


def test_a_first_visit_brings_each_file_once(port: int) -> None:
    found = first_visit("127.0.0.1", port, "/page")
    assert set(found) == set(FILES)
    assert all(found[path] > len(body) for path, body in FILES.items())
    with pytest.raises(UnexpectedFileError):
        first_visit("127.0.0.1", port, "/nowhere")


def test_a_font_is_fetched_for_the_characters_of_a_page() -> None:
    assert files_of('<link rel="icon" href="/a.svg"><link rel="alternate" href="/b"><img src="/c.png">') == [
        "/a.svg",
        "/c.png",
    ]
    assert list(files_of_sheet(SHEET.decode(), "été")) == ["latin.woff2"]
    assert list(files_of_sheet(SHEET.decode(), "ὀ")) == []
    assert list(files_of_sheet(SHEET.decode(), "α β")) == ["latin.woff2", "greek.woff2"]
