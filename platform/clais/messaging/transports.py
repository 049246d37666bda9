"""The interface of mail transports, and one that writes files, for a demonstration. `clais.messaging.smtp` has another.

Each transport sends the same bytes and the same Message-ID for an outbox row, so that a second copy is recognisable.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from clais.messaging.models import OutboxMessage


class Undeliverable(Exception):  # noqa: N818 - it reads as what happened.
    """The mail was certainly not sent. `code` says why, without an address or text of the mail."""

    def __init__(self, code: str, *, is_permanent: bool = False, server_unavailable: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_permanent = is_permanent
        self.server_unavailable = server_unavailable


class DeliveryUnknown(Exception):  # noqa: N818 - it reads as what happened.
    """The mail was handed over and no valid reply came, so its delivery is unknown. `code` says what came instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Transport(Protocol):
    """Sends mails, for one run at a time: two runs on one connection would mix their mails.

    `lease` is the time after which a mail that was claimed, but not handed over, may be claimed again.
    """

    lease: timedelta

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
        """Send one mail. Raises Undeliverable, or DeliveryUnknown when its delivery cannot be known.

        A transport calls `hand_over` before it sends the first byte after which a failure would leave the delivery
        unknown. When `hand_over` raises, the mail must not be sent.
        """


def message_id(message: OutboxMessage, sender: str) -> str:
    """The Message-ID of an outbox row, derived from its key: the same each time it is sent."""
    return f"<{message.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"


def compose_mail(message: OutboxMessage, sender: str, encoding: str | None = None) -> EmailMessage:
    """The mail of an outbox row: the same bytes each time.

    `encoding` is the content transfer encoding (RFC 2045); the library chooses one when None.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message_id(message, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body, cte=encoding)
    if message.calendar:
        mail.add_attachment(message.calendar, subtype="calendar", cte=encoding, filename="formation.ics")
        # The library would draw another one each time.
        mail.set_boundary(f"={message.id.hex}=")
    return mail


class FileTransport:
    """Writes each mail to `<directory>/<id>.eml`, exactly once.

    The name is the id of the row, and a rename makes the file appear complete or not at all. A worker that is killed
    between the rename and the database update writes the same bytes to the same name again.
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
        """Nothing to close."""

    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:  # noqa: ARG002 - see below.
        """Write the mail and sync it to disk. Raises Undeliverable when the disk refuses.

        It never calls `hand_over`: a second write produces the same file.
        """
        temporary = self.directory / f".{message.id}.part"
        try:
            with temporary.open("wb") as file:
                file.write(compose_mail(message, self.sender, "8bit").as_bytes())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.directory / f"{message.id}.eml")
            directory = os.open(self.directory, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        except OSError as error:
            raise Undeliverable(f"disk-{error.errno}", server_unavailable=True) from None
        except ValueError:
            raise Undeliverable("malformed", is_permanent=True) from None
