"""Sends mail by SMTP, at most once.

No transaction spans the mail server and our database, so a mail is delivered in two parts. First the envelope:
connection, encryption, login, sender, recipient, and the reply of the server to DATA. A crash or failure in this part
can be retried. Then the row is committed as handed over, and only then the content is sent. From there on only the
reply of the server tells whether the mail was accepted. Without a reply the delivery is unknown and the mail is not
retried automatically: `clais mail` shows it to a person, who decides.
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
from clais.messaging.transports import DeliveryUnknown, FileTransport, Undeliverable, compose_mail
from clais.network import is_loopback

TIMEOUT_SECONDS = 10
FINAL_REPLY_TIMEOUT_SECONDS = 600
"""The timeout for the reply to the content of a mail (RFC 5321, section 4.5.3.2.6). A shorter one would leave
the delivery unknown more often. Other jobs run in their own threads; the other mails of this server wait.
"""
START_MAIL_INPUT = 354
PERMANENT_FAILURE = 500
"""SMTP replies from 500 on are permanent: do not retry (RFC 5321, section 4.2.1)."""
SERVICE_CLOSING = 421
RECIPIENT_ACCEPTED = (250, 251)
LINE_END = re.compile(rb"\r\n|\r|\n")


def dot_stuffed(content: bytes) -> bytes:
    """The content of a mail as DATA expects it: full lines, leading dots doubled, and the final dot (RFC 5321, 4.5.2).

    A lone CR or LF becomes a line end too: servers treat them differently, which allows SMTP smuggling.
    """
    lines = LINE_END.split(content)
    if not lines[-1]:
        lines.pop()
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines) + b".\r\n"


class SmtpTransport:
    """Sends by SMTP over one connection per run: `smtp://` with STARTTLS, `smtps://` with TLS.

    Mails hold links that give access, so a remote server must encrypt. A relay on this machine need not.
    """

    lease = timedelta(minutes=3)
    """Longer than a slow server can take before the hand-over. Delivery at most once does not depend on it: a worker
    whose claim has expired cannot hand over."""

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
        """Send QUIT and ignore the reply: the mails are already sent."""
        if self.server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server = None

    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
        """Send one mail. Raises Undeliverable with the server's code, or DeliveryUnknown after the hand-over."""
        try:
            server = self.server = self.server or self.connect()
            content = self._send_envelope(server, message)
        except ValueError:
            raise Undeliverable("malformed", is_permanent=True) from None
        except smtplib.SMTPResponseException as error:
            self._disconnect()
            raise Undeliverable(f"smtp-{error.smtp_code}", server_unavailable=True) from None
        except (OSError, smtplib.SMTPException) as error:
            self._disconnect()
            raise Undeliverable(f"server-{type(error).__name__}"[:60], server_unavailable=True) from None
        try:
            hand_over()
        except BaseException:
            # The server now waits for content that must not be sent: only closing the connection ends that.
            self._disconnect()
            raise
        self._send_content(server, content)

    def connect(self) -> smtplib.SMTP:
        """Connect, encrypt and log in. Raises SMTPNotSupportedError when mails would be sent unencrypted."""
        host, port = str(self.address.hostname), self.address.port or 0
        context = ssl.create_default_context()
        if self.address.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        try:
            server.ehlo()
            needs_encryption = self.address.username or not is_loopback(host)
            if self.address.scheme == "smtp" and (needs_encryption or server.has_extn("starttls")):
                server.starttls(context=context)
            if self.address.username:
                server.login(unquote(self.address.username), unquote(self.address.password or ""))
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _send_envelope(self, server: smtplib.SMTP, message: OutboxMessage) -> bytes:
        """Send MAIL, RCPT and DATA; returns the content that the server now waits for."""
        sender, recipient = parseaddr(self.sender)[1], parseaddr(message.recipient)[1]
        mail, options = compose_mail(message, self.sender), []
        if f"{sender}{recipient}".isascii():
            content = dot_stuffed(mail.as_bytes())
        elif server.has_extn("smtputf8"):
            content = dot_stuffed(mail.as_bytes(policy=SMTP.clone(utf8=True)))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        else:
            raise Undeliverable("no-smtputf8", is_permanent=True)
        if server.has_extn("size"):
            options.append(f"SIZE={len(content)}")
        code, answer = server.mail(sender, options)
        if code != 250:  # noqa: PLR2004 - the only positive reply to MAIL.
            raise smtplib.SMTPResponseException(code, answer)
        code, answer = server.rcpt(recipient)
        if code in RECIPIENT_ACCEPTED:
            code, answer = server.docmd("DATA")
            if code == START_MAIL_INPUT:
                return content
        if code == SERVICE_CLOSING:
            raise smtplib.SMTPResponseException(code, answer)
        self._reset(server)
        raise Undeliverable(f"smtp-{code}", is_permanent=code >= PERMANENT_FAILURE)

    def _send_content(self, server: smtplib.SMTP, content: bytes) -> None:
        """Send the content and read the reply."""
        try:
            server.send(content)
            if server.sock is not None:
                server.sock.settimeout(FINAL_REPLY_TIMEOUT_SECONDS)
            code, _text = server.getreply()
            if server.sock is not None:
                server.sock.settimeout(TIMEOUT_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self._disconnect()
            raise DeliveryUnknown(f"server-{type(error).__name__}"[:60]) from None
        match code // 100:
            case 2:
                return
            case 4 | 5:
                closing = code == SERVICE_CLOSING
                if closing:
                    self._disconnect()
                raise Undeliverable(f"smtp-{code}", is_permanent=code >= PERMANENT_FAILURE, server_unavailable=closing)
            case _:
                self._disconnect()
                raise DeliveryUnknown(f"smtp-{code}")

    def _reset(self, server: smtplib.SMTP) -> None:
        """Send RSET, so that the next mail starts a new transaction; disconnect when that fails."""
        try:
            server.rset()
        except (OSError, smtplib.SMTPException):
            self._disconnect()

    def _disconnect(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


def transport_for(url: str | None, directory: Path, sender: str) -> FileTransport | SmtpTransport:
    """The SMTP transport of a mail URL; a file transport to `directory` when there is no URL."""
    return SmtpTransport(url, sender) if url else FileTransport(directory, sender)
