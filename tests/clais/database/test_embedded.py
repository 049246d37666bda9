"""Two processes start the embedded server at once: neither takes the other's connection away."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from clais.database import embedded
from tests.support.processes import ROOT

STARTER = """
import sys, time
from contextlib import nullcontext
from pathlib import Path
import psycopg
from clais.database import embedded

directory, me, other, planted = Path(sys.argv[1]), *sys.argv[2:]
marks = directory.parent

def wait_for(mark, seconds):
    deadline = time.monotonic() + seconds
    while not (marks / mark).exists() and time.monotonic() < deadline:
        time.sleep(0.02)

def end(directory):
    # The worst moment: the other one has found the server running, and is at work. Taking turns, it waits meanwhile.
    (marks / "restarting").touch()
    wait_for(other, 60 if planted else 2)
    end_at_once(directory)

end_at_once, embedded._end = embedded._end, end
if planted:
    assert embedded._exclusive, "what takes turns has another name"
    embedded._exclusive = lambda _directory: nullcontext()
if me == "second":
    wait_for("restarting", 60)
with psycopg.connect(embedded.start(directory, throw_away=True)) as connection:
    (marks / me).touch()
    wait_for(other, 60)
    connection.execute("SELECT 1")
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Below var/, since the server's own user must be able to enter."""
    made = Path(tempfile.mkdtemp(prefix="race-", dir=ROOT / "var"))
    yield made
    embedded.stop(made / "postgres")
    shutil.rmtree(made)


def race(place: Path, planted: str = "") -> list[str]:
    """What each of two processes has to complain of that start the same server, whose settings have changed."""
    embedded.start(place / "postgres")

    def start(me: str, other: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", STARTER, str(place / "postgres"), me, other, planted]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    both = [start("first", "second"), start("second", "first")]
    return [process.communicate(timeout=120)[1].strip().rpartition("\n")[2] for process in both]


def test_both_keep_their_connections(place: Path) -> None:
    assert race(place) == ["", ""]


def test_without_taking_turns_the_second_loses_its_connection(place: Path) -> None:
    first, second = race(place, "without taking turns")
    assert (first, "terminat" in second) == ("", True), second
