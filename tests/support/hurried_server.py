"""`python -m tests.support.hurried_server`: the real server with short deadlines, or, as a planted fault, with none.

WORKER_CLASS names another worker class of gunicorn, whose threads wait for whoever sends slowly.
"""

import os

from config.buffering.worker import BufferedWorker, Deadlines
from config.serving import serve
from config.settings import Settings

SECONDS = 4


class HurriedWorker(BufferedWorker):
    """Has no patience."""

    deadlines = Deadlines(head=SECONDS, body=SECONDS, answer=SECONDS, linger=1, bytes_per_second=1_000_000)


def main() -> None:
    """Serve with two processes of two threads."""
    settings = Settings.from_environment()
    worker_class = os.environ.get("WORKER_CLASS") or HurriedWorker
    serve(settings, str(settings.database_url), workers=2, threads=2, worker_class=worker_class)


if __name__ == "__main__":
    main()
