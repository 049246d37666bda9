"""Streams of what people write, each sent until it is acknowledged."""

import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import ClassVar, TypeVar
from uuid import uuid4

from tests.chaos.house import OURS, Answer, House
from tests.chaos.ledger import Ledger
from tests.support.processes import wait_until

AGAIN_SECONDS = 0.1
REST_SECONDS = 0.25
"""Between two notes of a thread while no blow is near: the blows are what is tested, and not the load."""
Found = TypeVar("Found")
END_SECONDS = 60
"""What is under way when the stream ends has this long to be acknowledged."""


@dataclass
class Stream(ABC):
    """One thing after the other, each tried until the house says that it has it."""

    house: House
    ledger: Ledger = field(default_factory=Ledger)
    statuses: Counter[int] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)
    unanswered: list[str] = field(default_factory=list)
    heard: Answer | None = None
    """What the house said last."""
    threads: ClassVar[int] = 1

    def run(self) -> None:
        """Go on until told to stop."""
        while not self.stopping.is_set():
            self.once()

    @abstractmethod
    def once(self) -> None:
        """Write one thing, or what belongs together."""

    def insist(self, name: str, attempt: Callable[[], Found | None]) -> Found | None:
        """What an attempt gives when one succeeds at last; None after a minute, and the name is `unanswered`."""
        deadline = time.monotonic() + END_SECONDS
        while (found := attempt()) is None:
            if time.monotonic() > deadline:
                self.unanswered.append(name)
                return None
            time.sleep(AGAIN_SECONDS)
        return found

    def ask(self, method: str, path: str, form: Mapping[str, str | list[str]] | None = None) -> Answer:
        """Ask the house once."""
        answer = self.house.ask(method, path, form)
        self.statuses[answer.status] += 1
        self.heard = answer
        return answer

    def wait_for_more(self, seconds: float, what: str) -> None:
        """Wait until a note is acknowledged that is not yet, or fail."""
        now = time.monotonic()
        wait_until(lambda: self.ledger.last() > now, seconds, f"{what}:\n{self.house.said()[-3000:]}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write in several threads meanwhile; in the end, what is under way is finished."""
        threads = [threading.Thread(target=self.run) for _ in range(self.threads)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()


@dataclass
class Writer(Stream):
    """Writes note after note as the form of a file does: with a key of its own, which stays when it is sent again."""

    address: str = ""
    busy: threading.Event = field(default_factory=threading.Event)
    """Set while a blow falls and until notes are acknowledged again: then note follows on note."""
    threads: ClassVar[int] = 3

    def once(self) -> None:
        self.write(f"{OURS} {uuid4()}")
        if not self.stopping.is_set():
            self.busy.wait(REST_SECONDS)

    def write(self, text: str) -> None:
        """Send one note until the house says that it has it."""
        key = str(uuid4())
        if self.insist(text, lambda: self.acknowledged(self.send(text, key)) or None):
            self.ledger.acknowledge(text)

    def send(self, text: str, key: str) -> int:
        """Send the form once; the status of the answer."""
        return self.ask("POST", self.address, {"note-text": text, "_submission": key}).status

    def acknowledged(self, status: int) -> bool:
        return status == HTTPStatus.SEE_OTHER


class Forgetful(Writer):
    """Plants a fault: who hears nothing sends the note again under a new key."""

    def send(self, text: str, key: str) -> int:
        super().send(text, key)
        return super().send(text, str(uuid4()))


class Hasty(Writer):
    """Plants a fault: takes any end of a request for an acknowledgement, as if the house spoke before it has stored."""

    def acknowledged(self, status: int) -> bool:  # noqa: ARG002 - that is the fault.
        return True
