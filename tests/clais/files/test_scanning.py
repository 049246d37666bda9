"""A scanner that speaks as clamd does, and one that falls silent."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clais.files import scanning
from clais.files.scanning import Clamd, Verdict, no_scanner, scanner_at

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
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict.NO_ANSWER),
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
