"""Whoever sends half a request, or does not read the answer, keeps nobody else waiting, and is shown out in time."""

import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.config.test_serving import answers, children_of, environment, free_port, listens
from tests.support.documents import PDF, Desk, parts
from tests.support.federation import Federation
from tests.support.hurried_server import SECONDS
from tests.support.processes import forked, started, wait_until
from tests.support.referrals import a_person

HURRIED = "tests.support.hurried_server"
FORM = b"POST /connexion HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "eight bytes": (b"GET /con", 50),
    "a slow body": (FORM + b"Content-Length: 3000\r\n\r\nemail=", 20),
    "slow chunks": (FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", 10),
    "a body too large": (FORM + b"Content-Length: 500000000\r\n\r\nab", 10),
}
PAGE = b"GET /connexion HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
UNREAD = 10_000_000
"""Bytes that each of them asks for: more than the system keeps for who does not read (Linux: up to 4 or 6 MB)."""
Connect = Callable[..., socket.socket]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that server keeps files."""
    return tmp_path_factory.mktemp("hurried")


@pytest.fixture(scope="module")
def port(application_url: str, directory: Path) -> Iterator[int]:
    """That of a server with short deadlines."""
    number = free_port()
    with forked(HURRIED, environment(application_url, directory, number)):
        wait_until(lambda: said(number, PAGE, 5).startswith(b"HTTP/1.1 200"), what="the server answers")
        yield number


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Opens connections, which are closed in the end."""
    with ExitStack() as stack:

        def open_one(port: int, sent: bytes = b"", window: int = 0) -> socket.socket:
            made = stack.enter_context(closing(socket.socket()))
            if window:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            made.connect(("127.0.0.1", port))
            made.sendall(sent)
            return made

        yield open_one


def said(port: int, request: bytes, seconds: float) -> bytes:
    """What the server says to a request, until it closes; nothing when it takes longer than `seconds`."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as made:
            made.sendall(request)
            return read(made)
    except OSError:
        return b""


def read(made: socket.socket) -> bytes:
    """Everything until the other end closes."""
    pieces = []
    while piece := made.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def closed(made: socket.socket) -> bool:
    """Whether the other end has closed; what it said before is passed over."""
    try:
        while select.select([made], [], [], 0)[0]:
            if not made.recv(65536):
                return True
    except OSError:
        return True
    return False


def half_open(connect: Connect, port: int) -> list[socket.socket]:
    return [connect(port, sent) for sent, count in SLOW.values() for _ in range(count)]


def test_a_page_answers_while_a_hundred_send_half_a_request_and_these_are_shown_out(
    port: int, connect: Connect
) -> None:
    slow = half_open(connect, port)
    began = time.monotonic()
    while time.monotonic() < began + SECONDS / 2:
        assert said(port, PAGE, SECONDS).startswith(b"HTTP/1.1 200")
    assert not closed(slow[0]), "one who is slow is given a while"
    wait_until(lambda: all(map(closed, slow)), 4 * SECONDS, "each of them is closed")
    assert said(port, PAGE, SECONDS).startswith(b"HTTP/1.1 200")


def deaf(connect: Connect, port: int) -> list[socket.socket]:
    """Connections that ask for much, again and again, and read nothing of it."""
    ask = sheet(port)
    whole = said(port, ask.replace(b"Host: x", b"Host: x\r\nConnection: close"), SECONDS)
    return [connect(port, ask * (UNREAD // len(whole)), window=2048) for _ in range(20)]


def sheet(port: int) -> bytes:
    """The request for the styles, the largest thing that a stranger may ask for."""
    found = re.search(rb'href="([^"]+\.css[^"]*)"', said(port, PAGE, SECONDS))
    assert found is not None
    return b"GET " + found.group(1) + b" HTTP/1.1\r\nHost: x\r\n\r\n"


def test_who_does_not_read_the_answer_keeps_nobody_waiting_and_is_shown_out(port: int, connect: Connect) -> None:
    ask = sheet(port).replace(b"Host: x", b"Host: x\r\nConnection: close")
    whole = said(port, ask, SECONDS)
    found = deaf(connect, port)
    late = connect(port, ask, window=2048)
    for _ in range(20):
        assert said(port, PAGE, SECONDS).startswith(b"HTTP/1.1 200")
    assert read(late).endswith(whole[-100:]), "one who reads in time has it whole"
    time.sleep(1.5 * SECONDS)  # They read nothing, so what they are told cannot be looked at meanwhile.
    wait_until(lambda: all(map(closed, found)), 2 * SECONDS, "each of them is closed")


@pytest.mark.parametrize("trouble", [half_open, deaf], ids=["half a request", "no reader"])
def test_a_server_whose_threads_wait_for_them_answers_nobody(
    application_url: str, tmp_path: Path, connect: Connect, trouble: Callable[[Connect, int], list[socket.socket]]
) -> None:
    port = free_port()
    planted = {**environment(application_url, tmp_path, port), "WORKER_CLASS": "gthread"}
    with forked(HURRIED, planted) as server:
        wait_until(lambda: said(port, PAGE, 5).startswith(b"HTTP/1.1 200"), what="the server answers")
        trouble(connect, port)
        wait_until(lambda: said(port, PAGE, SECONDS) == b"", what="someone gets no answer")
        assert server.lives(), "it lives, and keeps people waiting"


def test_who_drips_is_shown_out_too(port: int, connect: Connect) -> None:
    dripping = connect(port, b"GET /connexion HTTP/1.1\r\nX: ")
    began = time.monotonic()

    def drip() -> bool:
        try:
            dripping.send(b"a")
        except OSError:
            return True
        return closed(dripping)

    wait_until(drip, 4 * SECONDS, "it is closed")
    assert time.monotonic() - began > SECONDS / 2


def test_who_is_told_to_wait_says_so_before_it_closes(port: int, connect: Connect) -> None:
    late = connect(port, b"GET /con")
    late.settimeout(4 * SECONDS)
    assert read(late).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "pieces",
    [
        [FORM + b"Content-Length: 17\r\nConnection: close\r\n\r\n", b"email=a&", b"passwor=b"],
        [FORM + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n8\r\nema", b"il=a&\r\n0\r\n", b"\r\n"],
    ],
    ids=["of a length", "in chunks"],
)
def test_a_body_in_pieces_is_answered_by_the_application(port: int, connect: Connect, pieces: list[bytes]) -> None:
    made = connect(port)
    for piece in pieces:
        made.sendall(piece)
        time.sleep(0.05)
    answer = read(made)
    assert b"X-Request-Id" in answer, answer[:300]


def test_an_upload_that_is_cut_off_in_the_middle_leaves_nothing(
    port: int, connect: Connect, directory: Path, federation: Federation
) -> None:
    desk = Desk(federation.agent(), a_person(federation.agent()).id)
    form = parts({"kind": "forem"}, ("attestation.pdf", PDF + bytes(1_000_000) + b"%%EOF"))
    (bearer,) = desk.agent.bearer("document.write").values()
    head = (
        f"POST /api/v1/people/{desk.person_id}/documents HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n"
        f"Content-Type: {form['content_type']}\r\nContent-Length: {len(form['data'])}\r\nConnection: close\r\n\r\n"
    )
    request = head.encode() + form["data"]
    cut = connect(port, request[: len(request) // 2])
    cut.shutdown(socket.SHUT_WR)
    read(cut)
    assert (desk.papers(), contents_in(directory)) == ([], 0)
    assert said(port, request, SECONDS).startswith(b"HTTP/1.1 201 ")
    assert (len(desk.papers()), contents_in(directory)) == (1, 1)


def contents_in(directory: Path) -> int:
    """How many files of documents lie there, whole or not."""
    return sum(path.is_file() for path in (directory / "files").rglob("*"))


def test_a_body_too_large_is_refused_in_words_and_one_in_chunks_by_its_number(port: int) -> None:
    large = FORM + b"Content-Length: 500000000\r\nConnection: close\r\n\r\nab"
    assert said(port, large, SECONDS).startswith(b"HTTP/1.1 413 ")
    chunks = FORM + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\nab"
    assert said(port, chunks, SECONDS).startswith(b"HTTP/1.1 413 ")
    endless = b"GET /connexion HTTP/1.1\r\nX: " + b"a" * 70_000
    assert said(port, endless, SECONDS).startswith(b"HTTP/1.1 431 ")


def test_who_waits_to_go_on_is_told_to_once(port: int, connect: Connect) -> None:
    made = connect(port, FORM + b"Content-Length: 7\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
    assert made.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    made.sendall(b"email=a")
    assert b"100 Continue" not in read(made)


def test_requests_that_come_at_once_on_one_connection_are_answered_in_turn(port: int, connect: Connect) -> None:
    first = b"GET /connexion HTTP/1.1\r\nHost: x\r\n\r\n"
    made = connect(port, first + first + PAGE[:20])
    made.sendall(PAGE[20:])
    assert read(made).count(b"HTTP/1.1 200 OK") == 3


@contextmanager
def answering(application_url: str, directory: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server with short deadlines that answers, to be stopped, and its port."""
    port = free_port()
    with started(["-m", HURRIED], environment(application_url, directory, port)) as server:
        wait_until(lambda: said(port, PAGE, 5).startswith(b"HTTP/1.1 200"), what="the server answers")
        yield server, port


def test_a_server_that_stops_answers_what_has_begun_and_leaves_its_port_at_once(
    application_url: str, tmp_path: Path, connect: Connect
) -> None:
    with answering(application_url, tmp_path) as (server, port):
        begun, silent = connect(port, PAGE[:30]), connect(port)
        wait_until(lambda: said(port, PAGE, 5).startswith(b"HTTP/1.1 200"), what="these are taken")
        server.send_signal(signal.SIGTERM)
        wait_until(lambda: not answers(port), what="nobody listens any more")
        begun.sendall(PAGE[30:])
        assert read(begun).startswith(b"HTTP/1.1 200")
        assert server.wait(20) == 0
        assert closed(silent)


def test_who_waits_to_be_taken_when_the_server_is_told_to_stop_is_answered(
    application_url: str, tmp_path: Path, connect: Connect
) -> None:
    with answering(application_url, tmp_path) as (server, port):
        wait_until(lambda: len(children_of(server.pid)) == 2, what="it has both processes")
        processes = children_of(server.pid)
        wait_until(lambda: all(listens(process, port) for process in processes), what="both listen")
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        waiting = [connect(port, PAGE) for _ in range(40)]
        server.send_signal(signal.SIGTERM)
        for process in processes:
            os.kill(process, signal.SIGCONT)
        for made in waiting:
            assert read(made).startswith(b"HTTP/1.1 200")
        assert server.wait(20) == 0
