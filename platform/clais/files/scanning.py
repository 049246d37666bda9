"""Asks `clamd` whether a content holds a known virus, over its socket: INSTREAM, in chunks with their lengths."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_CHUNK = 64 * 1024
_SECONDS = 30
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
    """There is one, and it does not say."""


Scanner = Callable[[bytes], Verdict]


def no_scanner(_content: bytes) -> Verdict:
    """The scanner of an installation without one."""
    return Verdict.NOT_SCANNED


@dataclass(frozen=True, slots=True)
class Clamd:
    """A scanner at a socket of this machine (`/run/…`) or of another one (`host:port`)."""

    address: str

    def __call__(self, content: bytes) -> Verdict:
        """Scan a content."""
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK):
                    chunk = content[start : start + _CHUNK]
                    line.sendall(len(chunk).to_bytes(4, "big") + chunk)
                line.sendall(bytes(4))
                answer = line.recv(_ANSWER_BYTES).rstrip(b"\0\n")
        except OSError:
            return Verdict.NO_ANSWER
        if answer.endswith(b"OK"):
            return Verdict.CLEAN
        return Verdict.INFECTED if answer.endswith(b"FOUND") else Verdict.NO_ANSWER

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(_SECONDS)
            try:
                line.connect(self.address)
            except OSError:
                line.close()
                raise
            return line
        host, _colon, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=_SECONDS)


def scanner_at(address: str | None) -> Scanner:
    """The scanner at an address; without one, that of this machine where it has one; « none » for no scanner."""
    if address == "none":
        return no_scanner
    found = address or next((str(path) for path in SOCKETS if path.exists()), None)
    return Clamd(found) if found else no_scanner
