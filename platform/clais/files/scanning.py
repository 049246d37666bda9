"""Asks `clamd` whether a content holds a known virus, over its socket: INSTREAM, in chunks with their lengths."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from time import monotonic

AT_ONCE = 4.0
"""Seconds that someone who waits for a page waits for the scanner, for all that they brought together."""
PATIENTLY = 30.0
"""Seconds that the worker waits for it, for one content."""
_CHUNK = 64 * 1024
_ANSWER_BYTES = 4096
SOCKETS = (Path("/run/clamav/clamd.ctl"), Path("/run/clamd.scan/clamd.sock"))
"""Where the packages of clamd put it."""


class Verdict(Enum):
    """What is known of a content."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not scanned"
    """There is no scanner."""
    NO_ANSWER = "no answer"
    """There is one, and it does not say: it is silent, slow, or away."""
    NOT_TAKEN = "not taken"
    """It answers that it does not scan this one, such as one that is larger than it was told to take."""


Scanner = Callable[[bytes], Verdict]


def no_scanner(_content: bytes) -> Verdict:
    """The scanner of an installation without one."""
    return Verdict.NOT_SCANNED


@dataclass(frozen=True, slots=True)
class Clamd:
    """A scanner at a socket of this machine (`/run/…`) or of another one (`host:port`).

    It is waited for `seconds` in all, however it spreads its silence.
    """

    address: str
    seconds: float = AT_ONCE

    def __call__(self, content: bytes) -> Verdict:
        """Scan a content."""
        until = monotonic() + self.seconds
        try:
            with self._connected(until) as line:
                for piece in _pieces(content):
                    line.settimeout(_left(until))
                    line.sendall(piece)
                line.settimeout(_left(until))
                answer = line.recv(_ANSWER_BYTES).rstrip(b"\0\n")
        except OSError:
            return Verdict.NO_ANSWER
        if answer.endswith(b"OK"):
            return Verdict.CLEAN
        if answer.endswith(b"FOUND"):
            return Verdict.INFECTED
        return Verdict.NOT_TAKEN if answer else Verdict.NO_ANSWER

    def _connected(self, until: float) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(_left(until))
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _colon, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_left(until))


def _pieces(content: bytes) -> Iterator[bytes]:
    """A content as it is sent."""
    yield b"zINSTREAM\0"
    for start in range(0, len(content), _CHUNK):
        chunk = content[start : start + _CHUNK]
        yield len(chunk).to_bytes(4, "big") + chunk
    yield bytes(4)


def _left(until: float) -> float:
    """The seconds until then. Raises TimeoutError when there are none."""
    if (left := until - monotonic()) <= 0:
        raise TimeoutError
    return left


def within(scan: Scanner, seconds: float) -> Scanner:
    """A scanner that is waited for so long, for all that it is given together; once silent, it is not asked again."""
    spent = 0.0

    def scanned(content: bytes) -> Verdict:
        nonlocal spent
        if spent >= seconds:
            return Verdict.NO_ANSWER
        begun = monotonic()
        verdict = (replace(scan, seconds=seconds - spent) if isinstance(scan, Clamd) else scan)(content)
        spent = seconds if verdict is Verdict.NO_ANSWER else spent + monotonic() - begun
        return verdict

    return scanned


def scanner_at(address: str | None) -> Scanner:
    """The scanner at an address; without one, that of this machine where it has one; « none » for no scanner."""
    if address == "none":
        return no_scanner
    found = address or next((str(path) for path in SOCKETS if path.exists()), None)
    return Clamd(found) if found else no_scanner
