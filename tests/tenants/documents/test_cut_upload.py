"""An upload whose sender goes away in the middle of the body: nothing of it is kept, over a real connection."""

import socket
from threading import Thread

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from clais.audit.models import AuditEvent
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.support.documents import PDF, Desk, lying, parts

LARGE = PDF.replace(b"%%EOF", b"%" + bytes(300_000) + b"\n%%EOF")


def from_page(desk: Desk) -> tuple[str, dict[str, str]]:
    cookie = desk.browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    headers = {"Cookie": f"{SESSION_COOKIE}={cookie.value}", "X-CSRF-Token": desk.browser.csrf()}
    return desk.browser.url(f"{desk.folder}/ajout"), headers


def from_program(desk: Desk) -> tuple[str, dict[str, str]]:
    return f"/api/v1/people/{desk.person_id}/documents", desk.agent.bearer("document.write")


def answered(app: Application, path: str, headers: dict[str, str], share: float) -> bytes:
    """The status that is answered to who sends this share of a document, and then nothing more."""
    form = parts({"kind": "forem"}, ("attestation.pdf", LARGE))
    body: bytes = form["data"]
    named = {"Host": "x", "Content-Type": form["content_type"], "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.handle_request, daemon=True)
    thread.start()
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as made:
            made.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body[: int(len(body) * share)])
            made.shutdown(socket.SHUT_WR)
            status = made.makefile("rb").readline().split()[1]
    finally:
        thread.join(10)
        server.server_close()
    assert not thread.is_alive()
    return status


@pytest.mark.parametrize(("sender", "whole"), [(from_page, b"303"), (from_program, b"201")], ids=["page", "program"])
def test_what_was_cut_off_is_not_kept_and_the_whole_is(
    desk: Desk, app: Application, sender: object, whole: bytes
) -> None:
    path, headers = sender(desk)  # type: ignore[operator]
    for share in (0.0, 0.5, 0.999):
        assert answered(app, path, headers, share) == b"400"
    assert desk.papers() == []
    assert desk.files() == []
    assert lying(app, desk.agent) == set()
    with desk.agent.at_work() as session:
        received = select(func.count()).where(AuditEvent.verb == "paper.receive")
        assert session.scalars(received).one() == 0
    assert answered(app, path, headers, 1.0) == whole
    assert len(desk.files()) == 1
