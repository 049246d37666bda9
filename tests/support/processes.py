"""Real processes over a test's database, to be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from config.settings import Settings
from config.supervision import end_with_parent
from tests.support.keys import put_keys

ROOT = Path(__file__).parents[2]


@contextmanager
def started(
    arguments: list[str], environment: Mapping[str, str], house: Path = ROOT
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
            stdout=output,
            stderr=output,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - so that an interrupted run leaves nothing behind.
        )
        try:
            yield process
        finally:
            kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
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
