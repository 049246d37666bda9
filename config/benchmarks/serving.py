"""The real server under sustained load: requests a second, how late the last ones come, memory, and a first visit."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil

from clais.web.context import SESSION_COOKIE
from config.benchmarks.browser import Browser
from config.benchmarks.measuring import Timing
from config.benchmarks.report import A_SECOND, KILOBYTES, MEGABYTES, PERCENT, Promise, Row
from config.benchmarks.visit import first_visit
from config.settings import Settings
from config.supervision import end_with_parent

HOST = "127.0.0.1"
PROCESSES = 2
CONNECTIONS, TENANTS = 64, 20
MOST_MEMORY, MOST_FIRST_VISIT, MOST_TAIL = 120, 150, 4
"""Megabytes of a process, kilobytes of a first visit, and how many times the median the slowest hundredth may take."""
PATIENCE = 60.0
UNLIMITED = "1000000"
"""What one member may do in an hour here: more than in an hour of work."""


@dataclass(frozen=True, slots=True)
class Load:
    """Pages that are asked for as fast as they come, and the promise for how many come in a second."""

    name: str
    label: str
    least: float


LIST_LOAD = Load("load.list", f"Liste, {CONNECTIONS} connexions", 350)
FILE_LOAD = Load("load.file", f"Dossier, {CONNECTIONS} connexions", 200)


class NeverServedError(RuntimeError):
    """The server did not answer."""


class Server:
    """A server of its own processes on a free port, to ask and to look at."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process, self.port = process, port

    def load(
        self, load: Load, users: Sequence[tuple[Browser, Sequence[str]]], seconds: float
    ) -> tuple[list[Row], float]:
        """Ask for the paths of `users` for so long; the lines, and the client's share of the machine's cores."""
        found = self._asked(users, seconds)
        latencies: list[float] = found["latencies"]
        errors: int = found["errors"]
        if len(latencies) < 2:  # noqa: PLR2004 - as many as quantiles need.
            raise NeverServedError(load.label)
        tail = quantiles(latencies, n=100, method="inclusive")[-1] / median(latencies)
        a_second = len(latencies) / found["seconds"]
        rows = [
            Row(
                load.name, load.label, Timing.of(latencies), a_second, A_SECOND, Promise(load.least, at_least=True),
                errors=errors,
            ),
            Row(
                f"{load.name}.tail", f"{load.label}, 99e centile sur médiane", None, tail, promise=Promise(MOST_TAIL),
                errors=errors,
            ),
        ]  # fmt: skip
        return rows, found["cpu"] / found["seconds"] / (os.cpu_count() or 1)

    def memory(self) -> Row:
        """What the largest of its processes holds, its share of what they have in common included."""
        first = psutil.Process(self.process.pid)
        held = max(process.memory_full_info().pss for process in (first, *first.children(recursive=True)))
        label = "Mémoire du plus grand processus, après cela"
        return Row("memory", label, None, held / 1e6, MEGABYTES, Promise(MOST_MEMORY))

    def first_visit(self, paths: Mapping[str, str]) -> Row:
        """The bytes of the heavier of some pages (path → cookie) with all their files."""
        heaviest = max(sum(first_visit(HOST, self.port, path, cookie).values()) for path, cookie in paths.items())
        return Row("first_visit", "Première visite, octets", None, heaviest / 1e3, KILOBYTES, Promise(MOST_FIRST_VISIT))

    def _asked(self, users: Sequence[tuple[Browser, Sequence[str]]], seconds: float) -> dict[str, Any]:
        asked = {
            "host": HOST,
            "port": self.port,
            "users": [{"cookie": cookie_of(browser), "paths": list(paths)} for browser, paths in users],
            "seconds": seconds,
        }
        client = [sys.executable, "-m", "config.benchmarks.client"]
        answer = subprocess.run(client, input=json.dumps(asked).encode(), stdout=subprocess.PIPE, check=True)
        found: dict[str, Any] = json.loads(answer.stdout)
        return found


def cookie_of(browser: Browser) -> str:
    """The session of a browser, as it goes over the network."""
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    return f"{SESSION_COOKIE}={cookie.value}" if cookie else ""


@contextmanager
def served(database_url: str, keys: Path, directory: Path) -> Iterator[Server]:
    """`clais serve` over a database with these `keys`, stopped at the end. What it logs lies in `directory`."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    variables = {
        "CLAIS_DIRECTORY": str(directory),
        "CLAIS_DATABASE_URL": database_url,
        "CLAIS_HOST": HOST,
        "PORT": str(port),
        "CLAIS_LISTS_AN_HOUR": UNLIMITED,
        "CLAIS_FILES_AN_HOUR": UNLIMITED,
    }
    own_keys = Settings.from_environment(variables).keyring_path
    own_keys.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(keys, own_keys)
    with (directory / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.command_line", "serve", "--workers", str(PROCESSES)],
            env={**os.environ, **variables},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - so that an interrupted run leaves nothing behind.
        )
        try:
            _wait(process, port)
            yield Server(process, port)
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("HEAD", "/connexion")
            connection.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise NeverServedError


def client_row(shares: Sequence[float]) -> Row:
    """What the client took of all cores, where it took most: the server did not have that."""
    return Row("load.client", "Client de la mesure, part des cœurs", None, 100 * max(shares), PERCENT)
