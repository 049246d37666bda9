"""Child processes of one command: started together, watched, and stopped one after the other."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

PARENT_DIES = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
PATIENCE_SECONDS = 30


@dataclass
class Children:
    """The processes started so far, in order. Signals for the command are kept for `watch`."""

    environment: Mapping[str, str]
    started: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def heed_signals(self) -> None:
        """From now on Ctrl-C, or closing the terminal, asks `watch` to end instead of ending the process."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_signal: self.asked_to_stop.set())

    def start(self, name: str, arguments: Sequence[str], module: str = "config.command_line") -> None:
        """Start `clais <arguments>`, or another module, as a child that ends with us, even when we are killed.

        It gets a session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
        """
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **self.environment},
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread runs yet when children are started.
        )
        self.started.append((name, child))

    def wait_for_port(self, host: str, port: int) -> bool:
        """Whether a server answers on the port in time; False also when a child ends first."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.asked_to_stop.is_set() and self.ended() is None:
            try:
                with socket.create_connection((host, port), timeout=1):
                    return True
            except OSError:
                self.asked_to_stop.wait(0.1)
        return False

    def ended(self) -> str | None:
        """The name of a child that has ended, or None."""
        return next((name for name, child in self.started if child.poll() is not None), None)

    def watch(self, tend: Callable[[], None] = lambda: None) -> str | None:
        """Wait until asked to stop (None), or until a child ends by itself (its name); calls `tend` while it waits."""
        while not self.asked_to_stop.wait(0.2):
            ended = self.ended()
            if ended is not None:
                return ended
            tend()
        return None

    def stop(self) -> None:
        """End the children in the order in which they were started, each with time to finish its work."""
        for _name, child in self.started:
            if child.poll() is None:
                child.terminate()
            try:
                child.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.started.clear()


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies, where the system supports it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PARENT_DIES, signal.SIGTERM)
