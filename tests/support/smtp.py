"""A mail server of a few lines, for tests, which may stop or break off at each moment of a conversation."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

MOMENTS = ("recipient", "data", "content", "dot")
"""When `Server.at` is asked: before the answer to RCPT, before that to DATA, after the first line of the content, and
before the answer to the final dot."""
WINDOW = 65536


class HangUp(Exception):  # noqa: N818 - it reads as what it asks for.
    """Raised at a moment: the server breaks off without a word."""


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refuse: str | None) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refuse = refuse
        self.greeting = "250 fine"
        self.mails: list[bytes] = []
        self.envelopes: list[list[str]] = []
        self.at: Callable[[str], str | None] = lambda _moment: None

    def server_bind(self) -> None:
        # So small that a long mail stops in the middle when nobody reads on.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        super().server_bind()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def elsewhere(self) -> str:
        """The same server, under an address that does not say that it is on this machine."""
        return f"smtp://0.0.0.0:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def say(self, line: str) -> str:
        self.wfile.write(line.encode() + b"\r\n")
        return line

    def handle(self) -> None:
        with suppress(HangUp, OSError):
            self.converse()

    def converse(self) -> None:
        self.recipients: list[str] | None = None
        self.say("220 test")
        while line := self.rfile.readline().decode().strip():
            match line.split(" ", 1)[0].upper():
                case "EHLO":
                    self.say(self.server.greeting)
                case "MAIL" | "RSET" as verb:
                    self.begin(verb)
                case "RCPT":
                    self.address(line)
                case "DATA":
                    if self.say(self.server.at("data") or "354 go on").startswith("354"):
                        self.take(self.recipients or [])
                        self.recipients = None
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 fine")

    def begin(self, verb: str) -> None:
        """Begin a mail, or take back the one that was begun: there is one at a time."""
        if verb == "MAIL" and self.recipients is not None:
            self.say("503 one mail at a time")
        else:
            self.recipients = [] if verb == "MAIL" else None
            self.say("250 fine")

    def address(self, line: str) -> None:
        if self.server.refuse and self.server.refuse in line:
            self.say("550 no such user here: inconnu@example.be")
        elif self.say(self.server.at("recipient") or "250 fine").startswith("250") and self.recipients is not None:
            self.recipients.append(line[line.index("<") + 1 : line.index(">")])

    def take(self, recipients: list[str]) -> None:
        """Receive a mail up to its final dot: it is taken when the answer is yes, whether that arrives or not."""
        content = self.read_mail()
        answer = self.server.at("dot") or "250 taken"
        if answer.startswith("250"):
            self.server.mails.append(content)
            self.server.envelopes.append(recipients)
        self.say(answer)

    def read_mail(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise HangUp
            lines.append(line.removeprefix(b"."))
            if len(lines) == 1:
                self.server.at("content")
        return b"".join(lines)


class Hold:
    """Stops the first conversation that comes to `moment`, until the test lets it go on."""

    def __init__(self, moment: str) -> None:
        assert moment in MOMENTS
        self.moment = moment
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self, moment: str) -> str | None:
        if moment == self.moment and not self.reached.is_set():
            self.reached.set()
            self.go.wait(60)
        return None


@contextmanager
def receiving_server(refuse: str | None = None) -> Iterator[Server]:
    """A server that takes every mail, but none for `refuse`."""
    with Server(refuse) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
