"""How a mail leaves, and the way by files of a demonstration; `clais.messaging.smtp` is the way by a server.

Either way the mail of one outbox row is always the same bytes under the same name, so that a second copy, should there
ever be one, is recognised for what it is.
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
    """The mail did not leave, for certain. `code` says why, without an address or a word of the mail."""

    def __init__(self, code: str, *, for_good: bool = False, server_away: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good
        self.server_away = server_away


class Unanswered(Exception):  # noqa: N818 - it reads as what happened.
    """The mail was handed over and no answer came: nobody knows whether it was taken. `code` says what came instead."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Transport(Protocol):
    """How mails leave, for one run at a time: two runs at once on one connection would mix their mails.

    `lease` is how long after a crash a mail that was claimed, and not handed over, may be claimed again.
    """

    lease: timedelta

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:
        """Send one mail; raises Undeliverable, or Unanswered when it cannot be known.

        A transport that cannot tell afterwards whether a mail left calls `hand_over` before the first byte of which
        that is true. When it raises, the mail must not leave.
        """


def message_id(message: OutboxMessage, sender: str) -> str:
    """The Message-ID of an outbox row, made from its key: whenever it is sent, it is the same."""
    return f"<{message.id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"


def composed(message: OutboxMessage, sender: str, encoding: str | None = None) -> EmailMessage:
    """The mail of an outbox row: the same bytes each time, under a Message-ID made from the row's key.

    `encoding` is that of the transfer (RFC 2045), chosen by the library when None.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message_id(message, sender)
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

    def deliver(self, message: OutboxMessage, hand_over: Callable[[], None]) -> None:  # noqa: ARG002 - see below.
        """Write the mail durably. Raises Undeliverable when the disk refuses.

        It is never handed over: whoever writes it once more writes the same file.
        """
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
