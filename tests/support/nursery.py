"""`python -m tests.support.nursery`: has imported the house, and forks a process of it for each line that it reads.

A process that a test kills lives for a second or two: its imports would take as long again.
"""

import json
import os
import runpy
import signal
import sys
import traceback
from typing import Any, NoReturn

import config.serving
import config.worker  # noqa: F401 - the children find both imported.
from config.supervision import end_with_parent


def live(wanted: dict[str, Any]) -> NoReturn:
    """Be the process that was asked for: in a group of its own, with its environment and its log, until it ends."""
    os.setsid()
    end_with_parent()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    for place, flags, own in (
        (os.devnull, os.O_RDONLY, (0,)),
        (wanted["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, (1, 2)),
    ):
        opened = os.open(place, flags)
        for number in own:
            os.dup2(opened, number)
    os.environ.update(wanted["environment"])
    sys.argv[1:] = wanted["arguments"]
    code = 0
    try:
        runpy.run_module(wanted["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever would end a process of its own.
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Fork, until nobody can ask any more. Nobody is told how a child ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        if os.fork() == 0:
            live(json.loads(line))


if __name__ == "__main__":
    main()
