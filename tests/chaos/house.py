"""A house of its own with everything that `make demo` starts, and blows to each of its processes."""

import http.client
import os
import random
import re
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Any, LiteralString, NamedTuple
from urllib.parse import urlencode

import psutil
import psycopg

from clais.database.postmaster import postmaster_of
from config.demo import PASSWORD
from tests.support.poolers import Pooler

EMAIL = "nadia.lambert@farciennes.example"
DEMO = ["-m", "config.command_line", "demo", "--tenants", "1", "--candidates", "5"]
REQUEST_SECONDS = 8
OURS = "Écrit pendant les coups"
"""How the notes begin that are written here; the demonstration has others."""


class Answer(NamedTuple):
    """What a page says."""

    status: int
    headers: Message
    page: str


@dataclass
class House:
    """A running demonstration, its supervisor's process and its directory.

    `database` is a superuser's way to its database, `data` where the server keeps it; `pooler` is what stands between.
    """

    supervisor: int
    directory: Path
    port: int
    database: str
    data: Path
    pooler: Pooler | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def victims(self) -> list[str]:
        """The kinds of processes that it has."""
        return [kind for kind in VICTIMS if kind != "pooler" or self.pooler is not None]

    def said(self) -> str:
        """Everything that it said."""
        return (self.directory / "processes.log").read_text()

    def ask(self, method: str, path: str, form: Mapping[str, str | list[str]] | None = None) -> Answer:
        """What it answers; 0 as the status when it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS)
        body = None if form is None else urlencode({"csrf_token": self.token, **form}, doseq=True)
        kind = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, {**self.headers, **kind})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode())
        except (OSError, http.client.HTTPException):
            return Answer(0, Message(), "")
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether it has pages; whoever is signed in already is led on."""
        return self.ask("GET", "/connexion").status in {HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.FOUND}

    def sign_in(self) -> None:
        """As an agent; every thread that writes shares the session."""
        self._take(self.ask("GET", "/connexion"))
        answer = self.ask("POST", "/connexion", {"email": EMAIL, "password": PASSWORD})
        assert answer.status == HTTPStatus.SEE_OTHER, answer.page[:500]
        while answer.headers["location"]:
            self._take(answer)
            answer = self.ask("GET", answer.headers["location"])
        assert answer.status == HTTPStatus.OK, answer.page[:500]
        self._take(answer)

    def _take(self, answer: Answer) -> None:
        for cookie in answer.headers.get_all("set-cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.page)
        self.token = found.group(1) if found else self.token

    def a_file(self) -> str:
        """The address of the notes of someone's file."""
        status, _headers, page = self.ask("GET", "/farciennes/personnes")
        found = re.search(r'href="/farciennes/personnes/([0-9a-f-]{36})', page)
        assert found is not None, f"{status}: {page[:500]}"
        return f"/farciennes/personnes/{found.group(1)}/notes"

    def notes(self) -> list[str]:
        """What every note says that was written here, asked from the database itself."""
        return [text for (text,) in self.rows("SELECT text FROM note WHERE text LIKE %s", f"{OURS}%")]

    def rows(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """What the database itself says, past row security."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement, values).fetchall()

    def children(self, name: str) -> list[psutil.Process]:
        """The processes that the supervisor started for `clais <name>`."""
        found = psutil.Process(self.supervisor).children()
        return [child for child in found if name in command_of(child)]

    def web_workers(self) -> list[psutil.Process]:
        found = []
        for master in self.children("serve"):
            with suppress(psutil.Error):
                found += master.children()
        return found

    def postmaster(self) -> list[psutil.Process]:
        found = postmaster_of(self.data)
        return [found] if found else []

    def backends(self) -> list[psutil.Process]:
        found = [child for one in self.postmaster() for child in one.children()]
        return [child for child in found if "clais_app" in " ".join(child.cmdline())]


def command_of(process: psutil.Process) -> list[str]:
    """The command line of a process, nothing once it was killed."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def the_pooler(house: House) -> list[psutil.Process]:
    if house.pooler is None or house.pooler.process is None:
        return []
    return [psutil.Process(house.pooler.process.pid)]


VICTIMS: dict[str, Callable[[House], list[psutil.Process]]] = {
    "web worker": House.web_workers,
    "web master": lambda house: house.children("serve"),
    "worker": lambda house: house.children("worker"),
    "backend": House.backends,
    "postmaster": House.postmaster,
    "pooler": the_pooler,
}


def blow(house: House, kind: str, dice: random.Random, blows: Counter[str]) -> None:
    """`kill -9` of one process of a kind, if there is one."""
    with suppress(psutil.Error, ProcessLookupError):
        victims = VICTIMS[kind](house)
        if victims:
            os.kill(dice.choice(victims).pid, signal.SIGKILL)
            blows[kind] += 1
