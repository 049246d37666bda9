"""Who serves a data directory of PostgreSQL: asked from the system's processes, never from `postmaster.pid` alone.

After `kill -9` that file stays; it may be cut, and its number may belong to another program by now.
"""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

LEAVE_BY_THEMSELVES = 1.0
"""Seconds that the processes of a dead postmaster have to notice that it is dead."""
QUIT = 2.0
"""Seconds from SIGQUIT, with which they leave without a word, to SIGKILL."""
TITLED = "postgres: "
"""How the titles of the postmaster's children begin: their command line is overwritten."""


def postmaster_of(directory: Path) -> psutil.Process | None:
    """The living postmaster of the data directory, or None."""
    named = _named_in(directory / "postmaster.pid")
    if named is not None and _is_postmaster(named, directory):
        return named
    found = [process for process in _servers() if _is_postmaster(process, directory)]
    pids = {process.pid for process in found}
    # A child that was forked a moment ago has its parent's command line still.
    return next((process for process in found if _parent(process) not in pids), None)


def end_orphans(directory: Path) -> int:
    """End what a dead postmaster left, which holds its shared memory, and give their number.

    The caller knows that no postmaster of the directory lives, and that none is being started.
    """
    orphans = _orphans(directory)
    for number, seconds in ((None, LEAVE_BY_THEMSELVES), (signal.SIGQUIT, QUIT), (signal.SIGKILL, QUIT)):
        for process in _orphans(directory) if number else ():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.send_signal(number)
        if wait_for(lambda: not _orphans(directory), seconds):
            break
    return len(orphans)


def wait_for(true: Callable[[], object], seconds: float) -> bool:
    """Whether it became true within so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _named_in(pid_file: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int(pid_file.read_text().partition("\n")[0]))
    except (OSError, ValueError, OverflowError, psutil.Error):
        return None


def _servers() -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["name"]) if process.info["name"] == "postgres"]


def _orphans(directory: Path) -> list[psutil.Process]:
    return [process for process in _servers() if _works_in(process, directory) and not _is_zombie(process)]


def _is_postmaster(process: psutil.Process, directory: Path) -> bool:
    """Whether it serves the directory, to judge by its command line, which everyone may read. A zombie has none."""
    try:
        command = process.cmdline()
        if process.name() != "postgres" or not command or command[0].startswith(TITLED):
            return False
    except psutil.Error:
        return False
    told = command[command.index("-D") + 1 :][:1] if "-D" in command else []
    return told == [str(directory)] or _works_in(process, directory)


def _works_in(process: psutil.Process, directory: Path) -> bool:
    try:
        return Path(process.cwd()) == directory
    except psutil.Error:
        return False


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def _parent(process: psutil.Process) -> int | None:
    try:
        return int(process.ppid())
    except psutil.Error:
        return None
