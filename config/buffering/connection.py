"""A connection whose request is read, and whose answer is written, beside the thread that handles it."""

import socket
from errno import ECONNRESET
from typing import Any

from gunicorn.workers.gthread import TConn

from clais.web.sizes import MAXIMUM_UPLOAD
from config.buffering.incoming import Arrival, Incoming

PIECE = 64 * 1024


class Wire:
    """The connection as a thread sees it: there is nothing more to read, and writing does not wait.

    It belongs to one thread at a time: to that of the request, then to the loop.
    """

    def __init__(self, real: socket.socket) -> None:
        self.real = real
        self.real.setblocking(False)
        self.backlog = bytearray()

    def recv(self, _size: int) -> bytes:
        """Nothing: the whole request was handed over. Who wants more has a body that was not awaited."""
        raise ConnectionResetError(ECONNRESET, "the rest of the request is not awaited")

    def sendall(self, data: bytes) -> None:
        """Send what the system takes at once, and keep the rest."""
        self.backlog += data
        self.flush()

    def flush(self) -> bool:
        """Send what is kept; whether nothing is left."""
        try:
            while self.backlog:
                del self.backlog[: self.real.send(self.backlog[:PIECE])]
        except BlockingIOError:
            return False
        return True

    def send(self, data: bytes) -> int:
        """Pass over `100 Continue`, which the loop has sent."""
        return len(data)

    def fileno(self) -> int:
        return self.real.fileno()

    def close(self) -> None:
        self.real.close()

    def shutdown(self, how: int) -> None:
        self.real.shutdown(how)

    def setblocking(self, _blocking: object) -> None:
        """Stay as it is."""

    def settimeout(self, _seconds: object) -> None:
        """Stay as it is."""

    def gettimeout(self) -> float:
        return 0.0


class Connection(TConn):  # type: ignore[misc]
    """One connection, and the request that arrives on it."""

    def __init__(self, cfg: Any, real: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, Wire(real), client, server)
        self.incoming = Incoming(MAXIMUM_UPLOAD)
        self.arrival = Arrival.HEAD
        self.stays = True
        self.body_began = 0.0

    def held(self) -> int:
        """The bytes that it keeps in memory."""
        return len(self.incoming.data) + len(self.sock.backlog)
