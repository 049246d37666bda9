"""A scanner that speaks as clamd does, and one that falls silent."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from clais.files import scanning
from clais.files.scanning import Clamd, Verdict, no_scanner, scanner_at, within

Answering = Callable[[bytes], Clamd]


def received(line: socket.socket) -> bytes:
    """The content of one INSTREAM, put together again."""
    file = line.makefile("rb")
    assert file.read(10) == b"zINSTREAM\0"
    content = b""
    while size := int.from_bytes(file.read(4), "big"):
        content += file.read(size)
    return content


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[Answering]:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "clamd"))
    server.listen()
    threads = []

    def start(answer: bytes) -> Clamd:
        def serve() -> None:
            line, _ = server.accept()
            with line:
                found = received(line)
                line.sendall(answer.replace(b"SIZE", str(len(found)).encode()))

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return Clamd(str(tmp_path / "clamd"))

    yield start
    for thread in threads:
        thread.join(5)
    server.close()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: OK\0", Verdict.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", Verdict.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict.NOT_TAKEN),
        (b"", Verdict.NO_ANSWER),
    ],
)
def test_the_whole_content_is_sent_and_the_answer_understood(
    answering: Answering, answer: bytes, verdict: Verdict
) -> None:
    assert answering(answer)(b"x" * 200_000) is verdict


def test_all_of_a_content_reaches_the_scanner(answering: Answering) -> None:
    assert answering(b"stream: SIZE OK\0")(b"x" * 200_001) is Verdict.CLEAN


def test_a_scanner_that_is_away_gives_no_answer(tmp_path: Path) -> None:
    assert Clamd(str(tmp_path / "nobody"))(b"x") is Verdict.NO_ANSWER


@pytest.mark.parametrize("reads", [0, 1000, 10**9], ids=["takes nothing", "stops in the middle", "answers nothing"])
def test_a_scanner_that_hangs_is_waited_for_so_long_and_no_longer(tmp_path: Path, reads: int) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "clamd"))
        server.listen()
        thread = threading.Thread(target=lambda: take(server, reads), daemon=True)
        thread.start()
        begun = monotonic()
        assert Clamd(str(tmp_path / "clamd"), seconds=0.3)(b"x" * 4_000_000) is Verdict.NO_ANSWER
        assert 0.3 <= monotonic() - begun < 2
        thread.join(5)


def take(server: socket.socket, most: int) -> None:
    """Take so much of what is sent, then nothing until the other end closes, and answer nothing at all."""
    line, _ = server.accept()
    with line:
        while most > 0 and (piece := line.recv(min(most, 65536))):
            most -= len(piece)
        line.settimeout(5)
        poll = select.poll()
        poll.register(line, select.POLLRDHUP)
        poll.poll(5000)


def test_several_contents_are_waited_for_together() -> None:
    asked: list[bytes] = []

    def slow(content: bytes) -> Verdict:
        asked.append(content)
        return Verdict.CLEAN if len(asked) < 3 else Verdict.NO_ANSWER

    scan = within(slow, 60)
    assert [scan(b"%d" % number) for number in range(5)] == [Verdict.CLEAN] * 2 + [Verdict.NO_ANSWER] * 3
    assert len(asked) == 3, "once silent, it is not asked again"
    assert within(slow, 0)(b"x") is Verdict.NO_ANSWER
    assert len(asked) == 3, "no time is left"


def test_a_scanner_has_what_is_left_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def scan(self: Clamd, _content: bytes) -> Verdict:
        given.append(self.seconds)
        return Verdict.CLEAN

    monkeypatch.setattr(Clamd, "__call__", scan)
    together = within(Clamd(str(tmp_path), seconds=99), 4)
    together(b"a")
    together(b"b")
    assert given[0] == 4
    assert 0 < given[1] < 4


def test_where_there_is_none_nothing_is_scanned_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "SOCKETS", (tmp_path / "clamd",))
    assert scanner_at(None) is no_scanner
    assert no_scanner(b"x") is Verdict.NOT_SCANNED
    (tmp_path / "clamd").touch()
    assert scanner_at(None) == Clamd(str(tmp_path / "clamd"))
    assert scanner_at("none") is no_scanner
    assert scanner_at("scanner.example:3310") == Clamd("scanner.example:3310")
