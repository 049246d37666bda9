"""Outside addresses are asked once a week, one at a time; what is on no public net is never called."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from clais.clock import now
from support_center.catalogue import websites
from support_center.catalogue.actions import add_operator
from support_center.catalogue.jobs import check_website
from support_center.catalogue.websites import AGAIN, FINE, MISSING, REFUSED, SILENT, check
from tests.support.federation import Federation


class Site(BaseHTTPRequestHandler):
    """A site with a page, one that is gone, one that moved, and one that leads in a circle."""

    def do_GET(self) -> None:
        status = {"/": 200, "/moved": 302, "/round": 302}.get(self.path, 404)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/" if self.path == "/moved" else self.path)
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


@pytest.mark.parametrize(
    ("path", "outcome"), [("/", FINE), ("/gone", MISSING), ("/moved", FINE), ("/round", MISSING), ("/?q=1", MISSING)]
)
def test_a_site_answers_or_not(path: str, outcome: str, site: str) -> None:
    assert check(site + path, allowed=lambda _address: True) == outcome


def test_a_closed_door_is_silent() -> None:
    assert check("http://127.0.0.1:1/", allowed=lambda _address: True) == SILENT


@pytest.mark.parametrize(
    "website",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.0.0.7/", "http://192.168.1.1/", "http://169.254.169.254/",
        "http://[::1]/", "http://[fd00::1]/", "http://0.0.0.0/", "http://100.64.0.1/", "http://[::ffff:127.0.0.1]/",
        "http://224.0.0.1/", "file:///etc/passwd", "ftp://example.be/", "http://user:word@example.be/",
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_called(website: str) -> None:
    assert check(website) == REFUSED


def test_a_redirect_to_what_is_not_allowed_is_not_followed(site: str) -> None:
    asked: list[str] = []

    def once(address: str) -> bool:
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
