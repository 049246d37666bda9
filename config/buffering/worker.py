"""gunicorn's threaded worker behind buffers: a request takes a thread only from its last byte to its answer.

In gunicorn's own, a thread reads the request from its connection and writes the answer to it. As many connections as
there are threads, of which each sends a few bytes and waits, then stop the server; so does who asks for a page and does
not read it. Here the loop that accepts connections also reads and writes them, without waiting, each until a deadline.
"""

import resource
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from gunicorn import util
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from clais.web.sizes import MAXIMUM_UPLOAD
from config.buffering.connection import PIECE, Connection
from config.buffering.incoming import Arrival, Incoming

BUFFERED_BYTES = 64 * 1024 * 1024
"""What the connections of one process may hold together; beyond it the one that holds most is closed."""
CONNECTIONS = 1000
"""Of one process, at once."""
ROOM = 50
"""So many are kept free, by closing the one that waits for the longest time."""
LOOK_SECONDS = 0.25
"""How often deadlines are looked at."""
WAITING = {Arrival.HEAD, Arrival.BODY}


@dataclass(frozen=True)
class Deadlines:
    """Seconds that each part of a request may take."""

    head: float = 10
    body: float = 10
    answer: float = 30
    linger: float = 2
    """For the other end to close, once the last answer is sent."""
    bytes_per_second: float = 16 * 1024
    """What arrives, or is left to send, gives more time by this rate: that of a poor mobile connection."""


class BufferedWorker(ThreadWorker):  # type: ignore[misc]
    """The worker class of `clais serve`."""

    deadlines: ClassVar[Deadlines] = Deadlines()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waiting: dict[Connection, float] = {}
        """Until when each connection may wait for the other end; the one that has waited longest comes first."""
        self.looked = 0.0
        self.uncounted = 0

    def accept(self, listener: Any) -> bool:
        """Take a connection, which costs no thread yet; whether another may wait."""
        try:
            real, client = listener.accept()
        except BlockingIOError:
            return False
        except ConnectionAbortedError:
            return True
        except OSError:  # The system gives no more files.
            self.make_room()
            return False
        self.nr_conns += 1
        if self.nr_conns > CONNECTIONS - ROOM:
            self.make_room()
        connection = Connection(self.cfg, real, client, listener.getsockname())
        self.wait(connection, selectors.EVENT_READ, self.on_readable, self.deadlines.head)
        return True

    def wait(self, connection: Connection, event: int, act: Callable[..., None], seconds: float) -> None:
        """Do something as soon as the other end is ready, or drop the connection after so many seconds."""
        self.waiting[connection] = time.monotonic() + seconds
        self.poller.register(connection.sock, event, partial(act, connection))

    def forget(self, connection: Connection) -> None:
        """Wait for this connection no more."""
        if self.waiting.pop(connection, None) is not None:
            self.poller.unregister(connection.sock)

    def drop(self, connection: Connection) -> None:
        """Close it, whatever it waits for."""
        self.forget(connection)
        self.nr_conns -= 1
        util.close(connection.sock)

    def make_room(self) -> None:
        """Close a connection that only waits, the one that does so for the longest time."""
        if self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self.drop(idle)
        elif self.waiting:
            self.drop(next(iter(self.waiting)))

    def on_client_socket_readable(self, connection: Connection, client: Any) -> None:
        """A connection that was kept for another request has one."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(connection)
        self.wait(connection, selectors.EVENT_READ, self.on_readable, self.deadlines.head)
        self.on_readable(connection, client)

    def on_readable(self, connection: Connection, _socket: Any) -> None:
        """Read a piece of a request."""
        if data := self.piece(connection):
            self.take(connection, data)
            self.stay_within_memory(len(data))

    def piece(self, connection: Connection) -> bytes:
        """What came, or nothing; the connection is dropped when its other end has closed."""
        if connection not in self.waiting:
            return b""  # It was closed for another's sake, after it was found readable.
        try:
            data: bytes = connection.sock.real.recv(PIECE)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.drop(connection)
        return data

    def take(self, connection: Connection, data: bytes) -> None:
        """Add to a request what arrived of it; what is whole goes to a thread."""
        before, connection.arrival = connection.arrival, connection.incoming.feed(data)
        if connection.arrival is Arrival.HEAD:
            return
        if connection.arrival is Arrival.BODY:
            if before is Arrival.HEAD:
                self.await_body(connection)
            seconds = self.time_for(self.deadlines.body, len(connection.incoming.data))
            self.waiting[connection] = connection.body_began + seconds
            return
        self.forget(connection)
        if connection.arrival is Arrival.WHOLE:
            connection.init()
            connection.data_ready = True
            connection.parser.unreader.unread(bytes(connection.incoming.data))
            connection.incoming = Incoming(MAXIMUM_UPLOAD)
            self.enqueue_req(connection)
        else:
            self.refuse(connection, connection.arrival.value)

    def await_body(self, connection: Connection) -> None:
        """Give the body a time of its own."""
        connection.body_began = time.monotonic()
        if connection.incoming.continues:
            self.say(connection, b"HTTP/1.1 100 Continue\r\n\r\n")

    def time_for(self, seconds: float, size: int) -> float:
        """How long so many bytes may take."""
        return seconds + size / self.deadlines.bytes_per_second

    def refuse(self, connection: Connection, status: str) -> None:
        """Answer without the application, and close."""
        self.say(connection, f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        connection.stays = False
        self.send_rest(connection)

    def say(self, connection: Connection, data: bytes) -> None:
        """Send a few bytes of our own; who does not take them is found out by the deadline."""
        try:
            connection.sock.sendall(data)
        except OSError:
            connection.stays = False

    def finish_request(self, connection: Connection, future: Future[Any]) -> None:
        """The thread is done: send what it left to send."""
        connection.stays = not future.cancelled() and future.exception() is None and bool(future.result())
        self.send_rest(connection)

    def on_writable(self, connection: Connection, _socket: Any) -> None:
        """Go on with an answer."""
        if connection in self.waiting:
            self.send_rest(connection)

    def send_rest(self, connection: Connection) -> None:
        """Send what the other end takes; then keep the connection for another request, or part."""
        try:
            sent = connection.sock.flush()
        except (OSError, ValueError):
            self.drop(connection)
            return
        if not sent:
            if connection not in self.waiting:
                seconds = self.time_for(self.deadlines.answer, len(connection.sock.backlog))
                self.wait(connection, selectors.EVENT_WRITE, self.on_writable, seconds)
                self.stay_within_memory(connection.held())
            return
        self.forget(connection)
        if connection.stays:
            self.keep(connection)
        else:
            self.part(connection)

    def keep(self, connection: Connection) -> None:
        """Wait for another request; its beginning may have come with the last one."""
        connection.arrival = Arrival.HEAD
        more = connection.parser.unreader.take_buffered()
        if more:
            self.wait(connection, selectors.EVENT_READ, self.on_readable, self.deadlines.head)
            self.take(connection, more)
            return
        connection.set_timeout()
        if not self.alive:
            connection.timeout = min(connection.timeout, time.monotonic() + STOP_KEEPALIVE_LINGER)
        self.keepalived_conns.append(connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, connection))

    def part(self, connection: Connection) -> None:
        """Say that nothing more comes, and close when the other end has: closing at once could cut our last answer."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.drop(connection)
            return
        self.wait(connection, selectors.EVENT_READ, self.on_parting, self.deadlines.linger)

    def on_parting(self, connection: Connection, _socket: Any) -> None:
        """Pass over what still comes."""
        self.piece(connection)

    def stay_within_memory(self, more: int) -> None:
        """Close whoever holds most, when all together hold too much; counted anew after every few megabytes."""
        self.uncounted += more
        if self.uncounted < BUFFERED_BYTES // 8:
            return
        self.uncounted = 0
        while sum(connection.held() for connection in self.waiting) > BUFFERED_BYTES:
            self.drop(max(self.waiting, key=Connection.held))

    def murder_pending(self) -> None:
        """Close what has waited past its deadline."""
        now = time.monotonic()
        if now < self.looked + LOOK_SECONDS:
            return
        self.looked = now
        for connection, deadline in list(self.waiting.items()):
            if deadline > now:
                continue
            if connection.arrival in WAITING and connection.incoming.data:
                self.say(connection, b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            self.drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        """Stop, and let others listen on the port from now on.

        Who has connected and was not taken yet is taken first: the system resets what waits at a listener that closes.
        So does a process that is told to stop while it starts, and has taken nobody yet.
        """
        for listener in self.sockets:
            for _ in range(CONNECTIONS):
                if not self.accept(listener):
                    break
        super()._cap_keepalive(deadline)
        for connection, until in self.waiting.items():
            if connection.arrival is Arrival.HEAD and not connection.incoming.data:
                self.waiting[connection] = min(until, deadline)
        for listener in self.sockets:
            listener.close()


def allow_connections() -> None:
    """Let this process open as many files as connections need, if the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
