"""Mail by a server, at most once.

SMTP has no transaction across the server and our database, so a mail is delivered in two parts. All that can be refused
comes first: connection, encryption, login, sender, recipient, and the server's word that it wants the content. A death
or a failure there is safe to try again. Then the row is handed over, and committed; only then does the content go. From
there on nothing but the server's answer says what became of the mail: when none comes, nobody knows, and it is not sent
again by itself. `clais mail` shows such mails to a person, who decides.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from clais.messaging.models import OutboxMessage
from clais.messaging.transports import FileTransport, Unanswered, Undeliverable, composed
from clais.network import is_loopback

PATIENCE_SECONDS = 10
ANSWER_SECONDS = 600
"""How long the answer to a whole mail is waited for (RFC 5321, section 4.5.3.2.6). A server may be long about a mail
that it takes; whoever gives up early is left not knowing. The other jobs have their own threads meanwhile; the other
mails may wait as long, for the same server.
"""
WANTED = 354
PERMANENT = 500
"""SMTP answers from 500 on mean: do not try this one again (RFC 5321, section 4.2.1)."""
CLOSING = 421
RECIPIENT_TAKEN = (250, 251)
LINE_END = re.compile(rb"\r\n|\r|\n")


def on_the_wire(content: bytes) -> bytes:
    """A mail's content as DATA takes it: whole lines, their first dot doubled, and the final dot (RFC 5321, 4.5.2).

    A lone CR or LF becomes a line end too: servers differ about them, and a mail could hide a second one behind that.
    """
    lines = LINE_END.split(content)
    if not lines[-1]:
        lines.pop()
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines) + b".\r\n"


class SmtpTransport:
    """Sends by SMTP over one connection a run: `smtp://` with STARTTLS, `smtps://` under TLS.

    Mails carry the links that let people in: a server elsewhere that does not encrypt gets none. On this machine, a
    relay need not.
    """

    lease = timedelta(minutes=3)
    """Longer than a slow server can draw out what comes before the hand-over. Not what makes it once: a worker that
    outlives its claim is refused the hand-over."""

    def __init__(self, url: str, sender: str) -> None:
        self.address = urlsplit(url)
        if self.address.scheme not in {"smtp", "smtps"} or not self.address.hostname:
            raise ValueError("A mail URL is smtp://host:port or smtps://host:port.")
        self.sender = sender
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye; the mails have left, whatever the server answers to that."""
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server = None

    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
        """Send one mail. Raises Undeliverable with the server's code, or Unanswered once it is handed over."""
        try:
            server = self.server = self.server or self.connect()
            content = self._announce(server, message)
        except ValueError:
            raise Undeliverable("malformed", for_good=True) from None
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise Undeliverable(f"smtp-{error.smtp_code}", server_away=True) from None
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Undeliverable(f"server-{type(error).__name__}"[:60], server_away=True) from None
        try:
            hand_over()
        except BaseException:
            # The server waits for a content that must not come: the only way out is to hang up.
            self._drop()
            raise
        self._hear(server, content)

    def connect(self) -> smtplib.SMTP:
        """A connection ready to take mails. Raises SMTPNotSupportedError when they would leave in the clear."""
        host, port = str(self.address.hostname), self.address.port or 0
        context = ssl.create_default_context()
        if self.address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
        try:
            server.ehlo()
            must = self.address.username or not is_loopback(host)
            if self.address.scheme == "smtp" and (must or server.has_extn("starttls")):
                server.starttls(context=context)
            if self.address.username:
                server.login(unquote(self.address.username), unquote(self.address.password or ""))
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _announce(self, server: smtplib.SMTP, message: OutboxMessage) -> bytes:
        """Say from whom and to whom, and ask to send; returns the content that the server now waits for."""
        sender, recipient = parseaddr(self.sender)[1], parseaddr(message.recipient)[1]
        mail, options = composed(message, self.sender), []
        if f"{sender}{recipient}".isascii():
            content = on_the_wire(mail.as_bytes())
        elif server.has_extn("smtputf8"):
            content = on_the_wire(mail.as_bytes(policy=SMTP.clone(utf8=True)))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        else:
            raise Undeliverable("no-smtputf8", for_good=True)
        if server.has_extn("size"):
            options.append(f"SIZE={len(content)}")
        code, answer = server.mail(sender, options)
        if code != 250:  # noqa: PLR2004 - the only yes to this command.
            raise smtplib.SMTPResponseException(code, answer)
        code, answer = server.rcpt(recipient)
        if code in RECIPIENT_TAKEN:
            code, answer = server.docmd("DATA")
            if code == WANTED:
                return content
        if code == CLOSING:
            raise smtplib.SMTPResponseException(code, answer)
        self._reset(server)
        raise Undeliverable(f"smtp-{code}", for_good=code >= PERMANENT)

    def _hear(self, server: smtplib.SMTP, content: bytes) -> None:
        """Send the content and hear what became of it."""
        try:
            server.send(content)
            if server.sock is not None:
                server.sock.settimeout(ANSWER_SECONDS)
            code, _words = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(PATIENCE_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unanswered(f"server-{type(error).__name__}"[:60]) from None
        match code // 100:
            case 2:
                return
            case 4 | 5:
                away = code == CLOSING
                if away:
                    self._drop()
                raise Undeliverable(f"smtp-{code}", for_good=code >= PERMANENT, server_away=away)
            case _:
                self._drop()
                raise Unanswered(f"smtp-{code}")

    def _reset(self, server: smtplib.SMTP) -> None:
        """Take back what was announced, so that the next mail is a new one; hang up when that cannot be."""
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


def transport_of(url: str | None, directory: Path, sender: str) -> FileTransport | SmtpTransport:
    """The transport of a mail URL, or files in `directory` when there is none."""
    return SmtpTransport(url, sender) if url else FileTransport(directory, sender)
