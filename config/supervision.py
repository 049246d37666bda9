"""Child processes of one command: started together, watched, started again, and stopped one after the other."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from clais.clock import local, now

PARENT_DIES = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
PATIENCE_SECONDS = 30
STEADY_SECONDS = 5
"""A child that lived so long had started well: what ends it is an accident, and it is started again at once."""
PAUSES = (0, 0.5, 1, 2, 5, 10)
"""Seconds before a child starts again, by how often it ended shortly after its start; the last one stays."""
FAULTS = len(PAUSES)
"""Who leaves with an error so often in succession, each time shortly after its start, cannot start."""


@dataclass
class Child:
    """A process, how it is started again, and how it fared."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes]
    listens: bool = False
    started: float = field(default_factory=time.monotonic)
    ends: int = 0
    faults: int = 0
    again: float | None = None

    def note_end(self, at: float) -> str:
        """Decide when it starts again, and say in words what happened."""
        code = self.process.returncode
        if at - self.started >= STEADY_SECONDS:
            self.ends = self.faults = 0
        pause = PAUSES[min(self.ends, len(PAUSES) - 1)]
        self.ends += 1
        # Whoever was killed has no fault: it starts again for ever.
        self.faults += code > 0
        self.again = at + pause
        how = f"tué par {signal.Signals(-code).name}" if code < 0 else f"code {code}"
        then = "il est relancé" if pause == 0 else f"il sera relancé dans {pause:g} s".replace(".", ",")
        return f"Le {self.name} s'est arrêté ({how}) : {then}."


@dataclass
class Children:
    """The processes started so far, in order. Signals for the command are kept for `watch`."""

    environment: Mapping[str, str]
    say: Callable[[str], None] = print
    started: list[Child] = field(default_factory=list)
    listener: socket.socket | None = None
    """A socket that listens; children get it that say so, under its number here."""
    asked_to_stop: threading.Event = field(default_factory=threading.Event)

    def heed_signals(self) -> None:
        """From now on Ctrl-C, or closing the terminal, asks `watch` to end instead of ending the process."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_signal: self.asked_to_stop.set())

    def start(
        self, name: str, arguments: Sequence[str], module: str = "config.command_line", *, listens: bool = False
    ) -> None:
        """Start `clais <arguments>`, or another module, as a child that ends with us, even when we are killed.

        It gets a session of its own: Ctrl-C in the terminal reaches us alone, and we stop the children in order.
        """
        command = [sys.executable, "-m", module, *arguments]
        self.started.append(Child(name, command, self._begin(command, listens=listens), listens))

    def _begin(self, command: Sequence[str], *, listens: bool) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            start_new_session=True,
            pass_fds=(self.listener.fileno(),) if listens and self.listener is not None else (),
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread runs where children are started.
        )

    def wait_for_port(self, host: str, port: int) -> bool:
        """Whether a server answers a request on the port in time; False also when a child cannot start.

        That something listens says nothing: the socket may wait for its servers.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and not self.asked_to_stop.is_set() and self.revive() is None:
            connection = http.client.HTTPConnection(host, port, timeout=1)
            try:
                connection.request("HEAD", "/connexion")
                connection.getresponse()
            except (OSError, http.client.HTTPException):
                self.asked_to_stop.wait(0.1)
            else:
                return True
            finally:
                connection.close()
        return False

    def revive(self) -> str | None:
        """Start again what has ended, with patience; the name of a child that cannot start, or None."""
        at = time.monotonic()
        for child in self.started:
            if child.again is None and child.process.poll() is not None:
                self.say(f"{local(now()):%H:%M:%S} {child.note_end(at)}")
            if child.faults >= FAULTS:
                return child.name
            if child.again is not None and at >= child.again:
                child.process, child.started, child.again = self._begin(child.command, listens=child.listens), at, None
        return None

    def watch(self, tend: Callable[[], None] = lambda: None) -> str | None:
        """Wait until asked to stop (None), or until a child cannot start (its name); calls `tend` while it waits."""
        while not self.asked_to_stop.wait(0.2):
            hopeless = self.revive()
            if hopeless is not None:
                return hopeless
            tend()
        return None

    def stop(self) -> None:
        """End the children in the order in which they were started, each with time to finish its work."""
        if self.listener is not None:
            self.listener.close()
        for child in self.started:
            if child.process.poll() is None:
                child.process.terminate()
            try:
                child.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self.started.clear()


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies, where the system supports it."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PARENT_DIES, signal.SIGTERM)
