"""Outside addresses are asked once a week, one at a time; what is on no public net is never called."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic
from typing import ClassVar

import pytest

from clais.clock import now
from support_center.catalogue import websites
from support_center.catalogue.actions import add_operator
from support_center.catalogue.jobs import check_website
from support_center.catalogue.websites import AGAIN, FINE, MISSING, REFUSED, SILENT, check
from tests.support.federation import Federation


class Site(BaseHTTPRequestHandler):
    """A site with pages, one that is gone, one that moved, one that leads in a circle, and one that never ends."""

    MOVED: ClassVar = {
        "/moved": "/", "/round": "/round", "/to-accents": "/métiers".encode().decode("latin-1"),
        "/nowhere": "http://[oops",
    }  # fmt: skip
    ended = Event()

    def do_GET(self) -> None:
        elsewhere = self.MOVED.get(self.path)
        self.send_response(302 if elsewhere else 200 if self.path in ("/", "/m%C3%A9tiers", "/drip") else 404)
        if elsewhere:
            self.send_header("Location", elsewhere)
        while self.path == "/drip" and not self.ended.wait(0.05):
            self.send_header("X-More", "a")
            self.flush_headers()
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def anywhere(_address: str, _port: int) -> bool:
    return True


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/", FINE), ("/gone", MISSING), ("/moved", FINE), ("/round", MISSING), ("/?q=1", MISSING),
        ("/métiers", FINE), ("/to-accents", FINE), ("/nowhere", REFUSED),
    ],
)  # fmt: skip
def test_a_site_answers_or_not(path: str, outcome: str, site: str) -> None:
    assert check(site + path, allowed=anywhere) == outcome


def test_a_site_that_never_comes_to_an_end_is_silent(site: str) -> None:
    begun = monotonic()
    try:
        assert check(f"{site}/drip", allowed=anywhere, seconds=0.5) == SILENT
    finally:
        Site.ended.set()
    assert monotonic() - begun < 2


def test_of_several_addresses_each_is_tried_those_of_ipv4_first(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(site.rpartition(":")[2])
    tried: list[str] = []

    def called(target: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(target[0])
        if target[0] != "2001:41d0::1":
            raise ConnectionRefusedError
        found = socket.socket()
        found.settimeout(timeout)
        found.connect(("127.0.0.1", port))
        return found

    found = [(socket.AF_INET6, ("2001:41d0::1", port, 0, 0)), (socket.AF_INET, ("5.1.1.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: [(kind, 1, 6, "", to) for kind, to in found])
    monkeypatch.setattr(socket, "create_connection", called)
    assert check(f"http://site.example.be:{port}/", allowed=anywhere) == FINE
    assert tried == ["5.1.1.1", "2001:41d0::1"]


def test_a_closed_door_is_silent() -> None:
    assert check("http://127.0.0.1:1/", allowed=anywhere) == SILENT


@pytest.mark.parametrize(
    "website",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.0.0.7/", "http://192.168.1.1/", "http://169.254.169.254/",
        "http://[::1]/", "http://[fd00::1]/", "http://0.0.0.0/", "http://100.64.0.1/", "http://[::ffff:127.0.0.1]/",
        "http://224.0.0.1/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::1]/", "http://[::127.0.0.1]/",
        "http://[fec0::1]/", "http://[2001:0:7f00:1::1]/", "http://1.1.1.1:22/", "http://1.1.1.1:0/", "http://[oops",
        "file:///etc/passwd", "ftp://example.be/", "http://user:word@example.be/",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_called(website: str) -> None:
    assert check(website) == REFUSED


def test_a_redirect_to_what_is_not_allowed_is_not_followed(site: str) -> None:
    asked: list[str] = []

    def once(address: str, _port: int) -> bool:
        asked.append(address)
        return len(asked) == 1

    assert check(f"{site}/moved", allowed=once) == REFUSED
    assert len(asked) == 2


def test_websites_are_asked_one_at_a_time_and_the_centre_alone_is_told(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = federation.officer()
    monkeypatch.setattr(websites, "check", lambda website: MISSING if "one" in website else FINE)
    with officer.at_work() as session:
        assert websites.next_check_at(session) is None
        for name in ("one", "two"):
            add_operator(session, officer.actor, {"name": name, "website": f"https://{name}.example.be"})
        assert check_website(session, officer.actor) == "https://one.example.be"
        assert check_website(session, officer.actor) is None
        found = websites.checks_of(session)["https://one.example.be"]
        assert found.failing_since is not None
        found.checked_at -= websites.APART
        session.flush()
        assert check_website(session, officer.actor) == "https://two.example.be"
        later = websites.next_check_at(session)
        assert later is not None
        assert now() < later <= now() + AGAIN
    with federation.agent().at_work() as session:
        assert websites.checks_of(session) == {}
