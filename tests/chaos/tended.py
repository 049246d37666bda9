"""A house whose server and pooler belong to an administrator: what is killed of them, a supervisor starts again."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from clais.database.postmaster import end_orphans, postmaster_of
from tests.support import poolers, servers
from tests.support.poolers import Pooler
from tests.support.servers import Server

LOOK_SECONDS = 0.1


@dataclass
class Tended:
    """A PostgreSQL and the PgBouncer before it, in transaction mode."""

    server: Server
    pooler: Pooler

    def environment(self) -> dict[str, str]:
        """What the house is told of them."""
        return {
            "CLAIS_DATABASE_URL": self.pooler.url(),
            "CLAIS_OWNER_DATABASE_URL": self.server.url("postgres", "clais"),
            "CLAIS_DIRECT_DATABASE_URL": self.server.url("clais_app", "clais"),
            "CLAIS_POOLED": "yes",
            "CLAIS_DEMO": "yes",
        }

    def tend(self, stopping: threading.Event) -> None:
        """Start again what has ended, as a service manager does."""
        while not stopping.wait(LOOK_SECONDS):
            if self.pooler.process is not None and self.pooler.process.poll() is not None:
                self.pooler.start()
            if postmaster_of(self.server.directory) is None:
                end_orphans(self.server.directory)
                # What the dead one held is let go of a moment later: the next look tries again.
                with suppress(subprocess.CalledProcessError):
                    self.server.start()


@contextmanager
def tended() -> Iterator[Tended]:
    """Both, with an empty database, looked after until the end."""
    with servers.running(servers.programs()["embedded"]) as server:
        server.execute("CREATE DATABASE clais")
        server.login("clais_app")
        with poolers.pooled(server) as pooler:
            found, stopping = Tended(server, pooler), threading.Event()
            thread = threading.Thread(target=found.tend, args=(stopping,))
            thread.start()
            try:
                yield found
            finally:
                stopping.set()
                thread.join()
