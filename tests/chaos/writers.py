"""A stream of notes, each sent until it is acknowledged."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from tests.chaos.house import OURS, House
from tests.chaos.ledger import Ledger
from tests.support.processes import wait_until

THREADS = 4
AGAIN_SECONDS = 0.1
END_SECONDS = 60
"""What is under way when the stream ends has this long to be acknowledged."""


@dataclass
class Writer:
    """Writes note after note as the form of a file does: with a key of its own, which stays when it is sent again."""

    house: House
    address: str
    ledger: Ledger = field(default_factory=Ledger)
    statuses: Counter[int] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)
    unanswered: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Write until told to stop."""
        while not self.stopping.is_set():
            self.write(f"{OURS} {uuid4()}")

    def write(self, text: str) -> None:
        """Send one note until the house says that it has it."""
        key = str(uuid4())
        deadline = time.monotonic() + END_SECONDS
        while not self.acknowledged(self.send(text, key)):
            if time.monotonic() > deadline:
                self.unanswered.append(text)
                return
            time.sleep(AGAIN_SECONDS)
        self.ledger.acknowledge(text)

    def send(self, text: str, key: str) -> int:
        """Send the form once; the status of the answer."""
        status = self.house.ask("POST", self.address, {"note-text": text, "_submission": key}).status
        self.statuses[status] += 1
        return status

    def acknowledged(self, status: int) -> bool:
        return status == HTTPStatus.SEE_OTHER

    def wait_for_more(self, seconds: float, what: str) -> None:
        """Wait until a note is acknowledged that is not yet, or fail."""
        now = time.monotonic()
        wait_until(lambda: self.ledger.last() > now, seconds, f"{what}:\n{self.house.said()[-3000:]}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write in several threads meanwhile; in the end, what is under way is finished."""
        threads = [threading.Thread(target=self.run) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()


class Forgetful(Writer):
    """Plants a fault: who hears nothing sends the note again under a new key."""

    def send(self, text: str, key: str) -> int:
        super().send(text, key)
        return super().send(text, str(uuid4()))


class Hasty(Writer):
    """Plants a fault: takes any end of a request for an acknowledgement, as if the house spoke before it has stored."""

    def acknowledged(self, status: int) -> bool:  # noqa: ARG002 - that is the fault.
        return True
