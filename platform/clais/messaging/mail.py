"""The last step of a mail: to a server by SMTP, or to a directory of files in a demonstration.

Either way the mail of one outbox row is always the same bytes under the same name, so that sending it again after a
crash can be recognised for what it is.
"""

import os
import smtplib
import ssl
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from clais.messaging.models import OutboxMessage
from clais.network import is_loopback

PATIENCE_SECONDS = 10
PERMANENT = 500
"""SMTP answers from 500 on mean: do not try this one again (RFC 5321, section 4.2.1)."""


class Undeliverable(Exception):  # noqa: N818 - it reads as what happened.
    """The mail did not leave. `code` says why, without an address or a word of the mail."""

    def __init__(self, code: str, *, for_good: bool = False, server_away: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good
        self.server_away = server_away


class Transport(Protocol):
    """How mails leave. `lease` is how long after a crash a mail that was on its way may be sent again."""

    lease: timedelta

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def deliver(self, message: OutboxMessage) -> None:
        """Send one mail, or raise Undeliverable."""


def composed(message: OutboxMessage, sender: str, encoding: str | None = None) -> EmailMessage:
    """The mail of an outbox row: the same bytes each time, under a Message-ID made from the row's key.

    `encoding` is that of the transfer (RFC 2045), chosen by the library when None.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, cte=encoding)
    return mail


class FileTransport:
    """Writes each mail to `<directory>/<id>.eml`, exactly once whatever happens.

    The name comes from the row and the file appears by a rename, whole or not at all. A worker killed between the
    rename and the mark in the database writes the same bytes to the same name once more.
    """

    lease = timedelta(seconds=3)

    def __init__(self, directory: Path, sender: str) -> None:
        self.directory = directory
        self.sender = sender

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is kept open."""

    def deliver(self, message: OutboxMessage) -> None:
        """Write the mail durably. Raises Undeliverable when the disk refuses."""
        temporary = self.directory / f".{message.id}.part"
        try:
            with temporary.open("wb") as file:
                file.write(composed(message, self.sender, "8bit").as_bytes())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.directory / f"{message.id}.eml")
            directory = os.open(self.directory, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        except OSError as error:
            raise Undeliverable(f"disk-{error.errno}", server_away=True) from None
        except ValueError:
            raise Undeliverable("malformed", for_good=True) from None


class SmtpTransport:
    """Sends by SMTP over one connection a run: `smtp://` with STARTTLS, `smtps://` under TLS.

    Mails carry the links that let people in: a server elsewhere that does not encrypt gets none. On this machine, a
    relay need not.

    No mail is lost. One may arrive twice, in one case only: the worker or the network dies after the server took the
    mail and before that is marked here. SMTP has no transaction across both, so one of the two must be risked, and a
    lost mail is the worse. The second copy carries the same Message-ID, under which most mailboxes show it once.
    """

    lease = timedelta(minutes=2)

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

    def deliver(self, message: OutboxMessage) -> None:
        """Hand the mail to the server. Raises Undeliverable with the server's code."""
        try:
            server = self.server = self.server or self.connect()
            server.send_message(composed(message, self.sender))
        except ValueError:
            raise Undeliverable("malformed", for_good=True) from None
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=PERMANENT)
            raise Undeliverable(f"smtp-{code}", for_good=code >= PERMANENT) from None
        except smtplib.SMTPDataError as error:
            raise Undeliverable(f"smtp-{error.smtp_code}", for_good=error.smtp_code >= PERMANENT) from None
        except smtplib.SMTPResponseException as error:
            self._drop()
            raise Undeliverable(f"smtp-{error.smtp_code}", server_away=True) from None
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Undeliverable(f"server-{type(error).__name__}"[:60], server_away=True) from None

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
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None


def transport_of(url: str | None, directory: Path, sender: str) -> FileTransport | SmtpTransport:
    """The transport of a mail URL, or files in `directory` when there is none."""
    return SmtpTransport(url, sender) if url else FileTransport(directory, sender)
