"""`python -m config.benchmarks.client`: asks a server over many connections at once, each always for its next page.

It reads what to ask as JSON and writes what it found as JSON. It does little more than wait: what it takes of the
machine, the server does not have.
"""

import asyncio
import json
import re
import sys
from itertools import cycle
from time import perf_counter, process_time
from typing import Any, cast

END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
PAUSE = 0.1
"""Seconds before a connection that was lost, or refused, is made again."""
WARM_UP, LONGEST_WARM_UP = 3, 60.0
"""Answers for each connection, on average, before the measure begins, and the seconds after which it begins anyway."""


class Measure:
    """What all connections find together, and when it begins and ends."""

    def __init__(self, users: int) -> None:
        self.latencies: list[float] = []
        self.errors = 0
        self.before = WARM_UP * users
        self.warm, self.done = asyncio.Event(), asyncio.Event()

    def answered(self, seconds: float) -> None:
        """Note an answer. Those that come before the server is warm are not counted."""
        self.latencies.append(seconds)
        self._count()

    def failed(self) -> None:
        """Note an answer that is no page, or a connection that was lost or refused."""
        if not self.done.is_set():
            self.errors += 1
            self._count()

    def _count(self) -> None:
        self.before -= 1
        if self.before == 0:
            self.latencies.clear()
            self.warm.set()


class Connection(asyncio.Protocol):
    """One kept-alive connection, which asks for one page after the other until it is lost; an error ends it."""

    def __init__(self, requests: "cycle[bytes]", measure: Measure) -> None:
        self.requests, self.measure = requests, measure
        self.lost = asyncio.get_running_loop().create_future()
        self.head, self.missing, self.begun = b"", -1, 0.0
        """What came of an answer before its body; how many bytes of that are missing, or -1; when it was asked for."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self.missing < 0:
            self.head += data
            end = self.head.find(END)
            if end < 0:
                return
            length = LENGTH.search(self.head, 0, end)
            if length is None or self.head[9:12] != b"200":
                self.transport.abort()
                return
            self.missing = int(length.group(1)) - (len(self.head) - end - len(END))
        else:
            self.missing -= len(data)
        if self.missing == 0:
            self.measure.answered(perf_counter() - self.begun)
            self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        self.measure.failed()
        self.lost.set_result(None)

    def _ask(self) -> None:
        self.head, self.missing, self.begun = b"", -1, perf_counter()
        self.transport.write(next(self.requests))


def request(host: str, path: str, cookie: str) -> bytes:
    """What a browser sends for a page."""
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookie}", "Accept-Encoding: gzip, br")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def keep_asking(host: str, port: int, requests: "cycle[bytes]", measure: Measure) -> None:
    """Hold one connection, made again when it is lost, until the measure is done."""
    loop, done = asyncio.get_running_loop(), asyncio.ensure_future(measure.done.wait())
    while not done.done():
        try:
            transport, connection = await loop.create_connection(lambda: Connection(requests, measure), host, port)
        except OSError:
            measure.failed()
        else:
            await asyncio.wait([connection.lost, done], return_when=asyncio.FIRST_COMPLETED)
            transport.abort()
        await asyncio.wait([done], timeout=PAUSE)


async def load(host: str, port: int, users: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """Ask as all of `users` (`cookie`, `paths`) at once, for so long.

    Gives the seconds that each answer took (`latencies`), the `errors`, the `seconds` of the measure, and those of
    `cpu` that the client used meanwhile.
    """
    measure = Measure(len(users))
    tasks = [asyncio.create_task(keep_asking(host, port, cycle(_requests(host, **user)), measure)) for user in users]
    await asyncio.wait([warm := asyncio.ensure_future(measure.warm.wait())], timeout=LONGEST_WARM_UP)
    warm.cancel()
    begun, used = perf_counter(), process_time()
    await asyncio.sleep(seconds)
    taken, cpu = perf_counter() - begun, process_time() - used
    measure.done.set()
    await asyncio.gather(*tasks)
    return {"latencies": measure.latencies, "errors": measure.errors, "seconds": taken, "cpu": cpu}


def _requests(host: str, cookie: str, paths: list[str]) -> list[bytes]:
    return [request(host, path, cookie) for path in paths]


def main() -> None:
    """Measure what the standard input says."""
    sys.stdout.write(json.dumps(asyncio.run(load(**json.load(sys.stdin)))))


if __name__ == "__main__":
    main()
