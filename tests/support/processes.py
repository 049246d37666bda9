"""Real processes over a test's database, to be killed."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Protocol

from config.settings import Settings
from config.supervision import end_with_parent
from tests.support.keys import put_keys

ROOT = Path(__file__).parents[2]


@contextmanager
def started(
    arguments: list[str], environment: Mapping[str, str], house: Path = ROOT, *, pass_fds: tuple[int, ...] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, and the whole group gone at the end. It finds the keys of the run.

    It runs the code in `house`, which may be a copy.
    """
    directory = Path(environment["CLAIS_DIRECTORY"])
    keys = Settings.from_environment({"CLAIS_DIRECTORY": str(directory)}).keyring_path
    put_keys(keys)
    log = directory / "processes.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=house,
            env={**os.environ, **environment},
            start_new_session=True,
            pass_fds=pass_fds,
            stdout=output,
            stderr=output,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - so that an interrupted run leaves nothing behind.
        )
        try:
            yield process
        finally:
            kill_group(process)


class Process(Protocol):
    """What a test can ask of a process that it started."""

    @property
    def pid(self) -> int: ...

    def wait(self) -> object: ...


class Forked:
    """A process that the nursery forked, and no child of this one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self._handle = None

    def lives(self, seconds: float = 0) -> bool:
        """Whether it has not ended yet, nor within so many `seconds`."""
        return self._handle is not None and not select.select([self._handle], [], [], seconds)[0]

    def wait(self) -> None:
        """Wait for its end."""
        assert not self.lives(30), "it has not ended"
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@cache
def _nursery() -> subprocess.Popen[str]:
    """The process that forks others, as long as this one lives."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - so that an interrupted run leaves nothing behind.
    )


@contextmanager
def forked(module: str, environment: Mapping[str, str], *arguments: str) -> Iterator[Forked]:
    """A process of `python -m module`, as `started` makes one, but that the house is imported already."""
    directory = Path(environment["CLAIS_DIRECTORY"])
    put_keys(Settings.from_environment({"CLAIS_DIRECTORY": str(directory)}).keyring_path)
    nursery = _nursery()
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    wanted = {
        "module": module,
        "arguments": arguments,
        "environment": dict(environment),
        "log": str(directory / "processes.log"),
    }
    nursery.stdin.write(json.dumps(wanted) + "\n")
    nursery.stdin.flush()
    process = Forked(int(nursery.stdout.readline()))
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: Process) -> None:
    """`kill -9` of a process and its children, however far they are."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(true: Callable[[], bool], seconds: float = 30, what: str = "") -> None:
    """Wait for something, or fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
