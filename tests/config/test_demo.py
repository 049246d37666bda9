"""`clais demo`, as a newcomer meets it: a database of its own, a server, Ctrl-C, and the same data the next time."""

import http.client
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from clais.database import embedded
from config.commands.demo import tender
from config.settings import Settings
from tests.config.test_serving import answers, free_port
from tests.support.processes import ROOT, started, wait_until
from tests.support.registry import few_occupations

SIZE = ["--tenants", "2", "--candidates", "20"]


def status(port: int) -> int:
    """What a page that reads the database answers: a dead link of an invitation is looked up there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/invitation/unknown")
        return connection.getresponse().status
    finally:
        connection.close()


def is_said_to_be_back(log: str) -> bool:
    """Whether the demo, or one of its servers that found it first, says that the database was started again."""
    return "elle est relancée" in log or "embedded database started again" in log


@pytest.fixture
def directory() -> Iterator[Path]:
    """Below var/, since the server's own user must be able to enter."""
    made = Path(tempfile.mkdtemp(prefix="demo-", dir=ROOT / "var"))
    yield made
    sys.stdout.write((made / "processes.log").read_text())  # Shown when a test fails.
    embedded.stop(made / "postgres") if (made / "postgres").exists() else None
    shutil.rmtree(made)


def test_a_database_that_somebody_else_started_again_is_said_to_be_back_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    serving = iter((1, 1, 2, None, 2))
    monkeypatch.setattr(embedded, "ensure_running", lambda _directory: embedded.Found.RUNNING)
    monkeypatch.setattr(embedded, "process_of", lambda _directory: next(serving))
    tend = tender(Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path)}))
    said = []
    for _look in range(4):
        tend()
        said.append(is_said_to_be_back(capsys.readouterr().out))
    assert said == [False, True, False, False]


def test_it_starts_stops_in_order_keeps_its_data_and_leaves_nothing_when_killed(directory: Path) -> None:
    port = free_port()
    environment = {"CLAIS_DIRECTORY": str(directory), "PORT": str(port)}
    demo = ["-m", "tests.support.small_demo", str(few_occupations(directory / "reference")), *SIZE]
    log = directory / "processes.log"
    with started(demo, environment) as first:
        wait_until(lambda: "CLAIS est prêt" in log.read_text() or first.poll() is not None, 90, "the demo is ready")
        assert answers(port), log.read_text()
        first.send_signal(signal.SIGINT)
        assert first.wait(40) == 0, log.read_text()
    text = log.read_text()
    assert "nadia.lambert@farciennes.example" in text
    assert "Administrateur·rice" in text
    assert text.rstrip().endswith("Tout est arrêté, rien n'est perdu.")
    assert not answers(port)
    assert not (directory / "postgres" / "postmaster.pid").exists()

    log.unlink()
    with started(demo, environment) as second:
        wait_until(lambda: "CLAIS est prêt" in log.read_text() or second.poll() is not None, 60, "it is ready again")
        assert "nadia.lambert@farciennes.example" in log.read_text()
        assert "lignes" not in log.read_text(), "nothing is written again"

        postmaster = int((directory / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(postmaster, signal.SIGKILL)
        wait_until(lambda: is_said_to_be_back(log.read_text()), 30, "the database is started again")
        wait_until(lambda: status(port) == HTTPStatus.NOT_FOUND, 30, "and served from")
        second.kill()
        wait_until(lambda: not answers(port), 30, "its children end with it")
