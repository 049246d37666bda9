"""Has a HEIC picture decoded, and a PDF drawn, in a process of its own that can do nothing else.

Neither library is loaded into the processes that serve pages: what they decode was brought by a stranger.
"""

import os
import subprocess
import sys
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from threading import Lock
from time import monotonic

from clais.files.confinement import is_possible
from clais.files.unfit import Unfit

PATIENCE = 8.0
"""Seconds after which a picture or a document is given up: a thread that serves pages waits for it."""
TURN = 1.5
"""Seconds after which nobody waits any longer for what another request is drawing."""
MOST = 20 * 1024 * 1024
"""The bytes of a picture that is taken from the process."""
MODULE = "clais.files.child"
HEIC, PAGES = "heic", "pages"
"""What the process can be asked for."""
TOO_MANY_PIXELS = 3
"""How the process ends that was brought a picture with more points than are taken."""
FIRST_PAGES = 3
"""So many pages of a PDF are drawn, one below the other."""
MADE_BY = {HEIC: "pillow_heif", PAGES: "pypdfium2"}
_JPEG = b"\xff\xd8\xff"
_ONE_AT_A_TIME = {HEIC: Lock(), PAGES: Lock()}
"""So that neither many hostile files, nor those of one kind, take all threads of a server."""
AGAIN = 600.0
"""Seconds after which what took too long is tried again: a hostile file is not drawn at each opening."""
_MOST_REMEMBERED = 200
_given_up: dict[bytes, float] = {}
"""The hash of what was given up → when, on the clock of this process."""


class NotDrawn(Exception):  # noqa: N818 - named after the event.
    """No picture came of what was brought. `too_large`: it has more points than are taken."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__()
        self.too_large = too_large


@cache
def can(what: str) -> bool:
    """Whether this machine can do it, HEIC or PAGES: the libraries are installed, and their process can be confined."""
    return what in MADE_BY and is_possible() and all(find_spec(name) is not None for name in MADE_BY.values())


def jpeg_of_heic(content: bytes) -> bytes:
    """A JPEG of a HEIC picture. Raises Unfit."""
    try:
        return _made(HEIC, content)
    except NotDrawn as fault:
        raise Unfit("too_many_pixels" if fault.too_large else "heic") from None


def first_pages(content: bytes) -> bytes:
    """A JPEG of the first pages of a PDF. Raises NotDrawn."""
    return _made(PAGES, content)


def _made(what: str, content: bytes) -> bytes:
    mark = sha256(what.encode() + content).digest()
    if not can(what) or monotonic() < _given_up.get(mark, 0.0):
        raise NotDrawn
    if not _ONE_AT_A_TIME[what].acquire(timeout=TURN):
        raise NotDrawn
    try:
        return _drawn(what, content)
    except NotDrawn as fault:
        if isinstance(fault.__cause__, subprocess.TimeoutExpired):
            _given_up[mark] = monotonic() + AGAIN
            while len(_given_up) > _MOST_REMEMBERED:
                del _given_up[next(iter(_given_up))]
        raise
    finally:
        _ONE_AT_A_TIME[what].release()


def _drawn(what: str, content: bytes) -> bytes:
    surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
    # A file in memory, not a pipe: what the process writes is bounded, and nothing of a document lies on a disk.
    with os.fdopen(os.memfd_create("drawn"), "w+b") as answer:
        try:
            done = subprocess.run(
                [sys.executable, "-m", MODULE, what],
                input=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE,
                check=False,
                env=surroundings,
                cwd="/",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotDrawn from error
        answer.seek(0)
        made = answer.read(MOST)
    if done.returncode or not made.startswith(_JPEG):
        raise NotDrawn(too_large=done.returncode == TOO_MANY_PIXELS)
    return made
