"""The embedded server is killed, and what it leaves behind is cut, foreign or alive: it starts again, by itself."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.pool import ThreadPool
from pathlib import Path

import psutil
import psycopg
import pytest

from clais.database import embedded, postmaster
from clais.database.embedded import Found
from tests.support.processes import ROOT, wait_until


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """A data directory below var/, since the server's own user must be able to enter."""
    made = Path(tempfile.mkdtemp(prefix="killed-", dir=ROOT / "var"))
    directory = made / "postgres"
    embedded.start(directory, throw_away=True)
    yield directory
    embedded.stop(directory)
    shutil.rmtree(made)


def connect(directory: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(directory), user="postgres", autocommit=True)


def kill_postmaster(directory: Path) -> psutil.Process:
    """`kill -9`, and the process once it is gone."""
    found = postmaster.postmaster_of(directory)
    assert found is not None
    found.kill()
    wait_until(lambda: not embedded.is_running(directory), what="it is gone")
    return found


def answers(directory: Path) -> bool:
    with connect(directory) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def another_program(text: str) -> str:
    return f"{os.getpid()}\n{text.partition(chr(10))[2]}"


LEFT: dict[str, Callable[[str], str | None]] = {
    "whole": lambda text: text,
    "absent": lambda _text: None,
    "empty": lambda _text: "",
    "half a number": lambda text: text[:2],
    "a number alone": lambda text: text.partition("\n")[0],
    "garbage": lambda _text: "\0\0?\n\n",
    "no number": lambda text: f"-7\n{text}",
    "a number beyond all": lambda text: f"9{'0' * 30}\n{text}",
    "the number of another program": another_program,
}


@pytest.mark.parametrize("left", LEFT)
def test_whatever_a_killed_postmaster_left_of_its_file_it_starts_again_with_its_data(server: Path, left: str) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", (left,))
        connection.execute("CHECKPOINT")
    file = server / "postmaster.pid"
    text = file.read_text()
    kill_postmaster(server)
    changed = LEFT[left](text)
    file.unlink() if changed is None else file.write_text(changed)
    assert embedded.was_cut_off(server) is (changed is not None)
    assert embedded.ensure_running(server) is Found.STARTED
    assert embedded.ensure_running(server) is Found.RUNNING
    with connect(server) as connection:
        assert connection.execute("SELECT text FROM kept WHERE text = %s", (left,)).fetchone() == (left,)


def test_a_socket_lock_that_names_another_program_does_not_keep_it_from_starting(server: Path) -> None:
    kill_postmaster(server)
    (server / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    assert embedded.ensure_running(server) is Found.STARTED
    assert answers(server)


@pytest.fixture
def backend(server: Path) -> Iterator[psutil.Process]:
    """A process of a killed postmaster that lives on, and does not listen."""
    connection = connect(server)
    found = psutil.Process(connection.info.backend_pid)
    found.send_signal(signal.SIGSTOP)
    kill_postmaster(server)
    assert found.is_running()
    yield found
    connection.close()


def test_a_process_that_lives_on_is_ended_before_the_next_start(server: Path, backend: psutil.Process) -> None:
    assert embedded.ensure_running(server) is Found.STARTED
    assert not backend.is_running() or backend.status() == psutil.STATUS_ZOMBIE, "nobody has asked what became of it"
    assert answers(server)


@pytest.mark.usefixtures("backend")
def test_a_start_that_ends_no_orphans_fails_beside_one(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as planted:
        planted.setattr(embedded, "end_orphans", lambda _directory: 0)
        planted.setattr(embedded, "PAUSES", (0,))
        with pytest.raises(embedded.NotStartedError):
            embedded.ensure_running(server)
    assert "pre-existing shared memory block" in (server / "log").read_text()
    assert embedded.ensure_running(server) is Found.STARTED


def test_a_file_cut_beside_a_living_postmaster_hides_it_from_nobody(server: Path) -> None:
    embedded.ensure_running(server)
    file = server / "postmaster.pid"
    text = file.read_text()
    file.write_text(text[:1])
    try:
        assert embedded.ensure_running(server) is Found.RUNNING
        assert embedded.start(server, throw_away=True)
    finally:
        file.write_text(text)
    assert answers(server)


def test_after_a_crash_files_are_written_at_once_where_the_system_tells_of_faults(server: Path) -> None:
    embedded.ensure_running(server)
    wanted = "syncfs" if embedded.SYNC_AT_ONCE in embedded.settings_for(os.uname()) else "fsync"
    with connect(server) as connection:
        assert connection.execute("SHOW recovery_init_sync_method").fetchone() == (wanted,)


@pytest.mark.parametrize(
    ("system", "release", "at_once"),
    [
        ("Linux", "6.18.44-fc", True),
        ("Linux", "5.10.0-28-amd64", True),
        ("Linux", "5.8.0", True),
        ("Linux", "5.4.0-150-generic", False),
        ("Linux", "4.19.0", False),
        ("Linux", "unknown", False),
        ("Darwin", "23.5.0", False),
    ],
)
def test_an_older_linux_or_another_system_writes_file_by_file(system: str, release: str, *, at_once: bool) -> None:
    settings = embedded.settings_for(os.uname_result((system, "node", release, "", "x86_64")))
    assert (embedded.SYNC_AT_ONCE in settings) is at_once
    assert embedded.SETTINGS in settings


def test_killed_twenty_times_at_work_it_starts_again_each_time(server: Path) -> None:
    longest = 0.0
    for _ in range(20):
        with suppress(psycopg.Error), connect(server) as connection:
            began = time.monotonic()
            kill_postmaster(server)
            embedded.ensure_running(server)
            assert answers(server)
            longest = max(longest, time.monotonic() - began)
            connection.execute("SELECT 1")
    assert longest < 10


def test_of_five_that_look_after_it_one_starts_it(server: Path) -> None:
    kill_postmaster(server)
    with ThreadPool(5) as pool:
        found = pool.map(embedded.ensure_running, [server] * 5)
    assert found.count(Found.STARTED) == 1
    assert answers(server)


def test_a_data_directory_whose_making_was_killed_is_made_anew(server: Path) -> None:
    directory = server.with_name("second")
    unfinished = server.with_name("second.new")
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    embedded.start(directory, throw_away=True)
    assert answers(directory)
    embedded.stop(directory)
    assert not embedded.is_running(directory)
    assert not (directory / "postmaster.pid").exists()


def test_a_server_that_cannot_start_says_where_its_log_is(server: Path) -> None:
    embedded.stop(server)
    settings = server / "clais.conf"
    text = settings.read_text()
    settings.write_text("shared_buffers = a lot\n")
    try:
        with pytest.raises(embedded.NotStartedError, match="postgres/log"):
            embedded.ensure_running(server)
    finally:
        settings.write_text(text)
    assert embedded.ensure_running(server) is Found.STARTED
