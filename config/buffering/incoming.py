"""A request while it arrives: only when it is whole does it cost a thread.

It is judged here when the request ends; what it means is gunicorn's to read, from the same bytes.
"""

from dataclasses import dataclass, field
from enum import Enum

LARGEST_HEAD = 64 * 1024
LARGEST_CHUNK_LINE = 8 * 1024
DIGITS = 18
"""Of the largest length that is read as a number."""
END = b"\r\n\r\n"


class Arrival(Enum):
    """How far a request has come."""

    HEAD = "its head arrives"
    BODY = "its body arrives"
    WHOLE = "it can be handled"
    HEAD_TOO_LARGE = "431 Request Header Fields Too Large"
    BODY_TOO_LARGE = "413 Content Too Large"


@dataclass
class Incoming:
    """The bytes of one request, and of what follows it on its connection.

    A body whose declared length is beyond `largest_body` is not awaited: the application refuses it by its head. One
    that comes in chunks shows its length only on the way, so it is refused here.
    """

    largest_body: int
    data: bytearray = field(default_factory=bytearray)
    body: int | None = None
    """Where the body begins, once the head is there."""
    length: int | None = None
    """Of the body; None when it comes in chunks."""
    continues: bool = False
    """Whether the sender waits for `100 Continue` before it sends the body."""
    chunk: int = 0
    """Where the next line begins that gives the size of a chunk."""

    def feed(self, data: bytes) -> Arrival:
        """Take what arrived, and tell how far the request is now."""
        searched = max(0, len(self.data) - len(END) + 1)
        self.data += data
        if self.body is None:
            if self.data.startswith(b"\r\n"):
                del self.data[:2]  # An empty line before a request is passed over, once.
            end = self.data.find(END, max(0, searched - 2))
            if end < 0:
                return self._without_end()
            self.body = self.chunk = end + len(END)
            if not self._read_head(bytes(self.data[:end])):
                return Arrival.WHOLE
        if self.length is None:
            return self._chunks(self.body)
        awaited = self.length <= self.largest_body
        return Arrival.BODY if awaited and len(self.data) < self.body + self.length else Arrival.WHOLE

    def _without_end(self) -> Arrival:
        if len(self.data) > LARGEST_HEAD:
            return Arrival.HEAD_TOO_LARGE
        # Lines that end with a line feed alone: gunicorn says what is wrong with them.
        return Arrival.WHOLE if b"\n\n" in self.data else Arrival.HEAD

    def _read_head(self, head: bytes) -> bool:
        """Note what frames the body; False when that is absent or contradicts itself, which gunicorn refuses."""
        lengths, encodings = [], []
        for line in head.split(b"\r\n")[1:]:
            name, _colon, value = line.partition(b":")
            match name.strip().lower():
                case b"content-length":
                    lengths.append(value.strip())
                case b"transfer-encoding":
                    encodings.append(value.strip().lower())
                case b"expect":
                    self.continues = value.strip().lower() == b"100-continue"
        if encodings:
            return not lengths and encodings[-1].endswith(b"chunked")
        if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > DIGITS:
            return False
        self.length = int(lengths[0])
        return True

    def _chunks(self, body: int) -> Arrival:
        while True:
            if self.chunk - body > self.largest_body:
                return Arrival.BODY_TOO_LARGE
            end = self.data.find(b"\r\n", self.chunk)
            if end < 0:
                # A line without an end is refused by gunicorn, which finds no end either.
                return Arrival.WHOLE if len(self.data) - self.chunk > LARGEST_CHUNK_LINE else Arrival.BODY
            try:
                size = int(bytes(self.data[self.chunk : end]).partition(b";")[0], 16)
            except ValueError:
                return Arrival.WHOLE
            if size <= 0:
                # What follows the last chunk ends with an empty line.
                whole = self.data.find(END, end) >= 0
                return Arrival.WHOLE if whole or len(self.data) - end > LARGEST_HEAD else Arrival.BODY
            following = end + 2 + size + 2
            if following > len(self.data):
                too_large = following - body > self.largest_body
                return Arrival.BODY_TOO_LARGE if too_large else Arrival.BODY
            self.chunk = following
