"""Has a HEIC picture decoded, and a PDF drawn, in a process of its own that can do nothing else.

Neither library is loaded into the processes that serve pages: what they decode was brought by a stranger.
"""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from threading import Lock

from clais.files.confinement import is_possible
from clais.files.unfit import Unfit

PATIENCE = 20.0
"""Seconds after which a picture or a document is given up."""
MODULE = "clais.files.child"
HEIC, PAGES = "heic", "pages"
"""What the process can be asked for."""
TOO_MANY_PIXELS = 3
"""How the process ends that was brought a picture with more points than are taken."""
FIRST_PAGES = 3
"""So many pages of a PDF are drawn, one below the other."""
MADE_BY = {HEIC: "pillow_heif", PAGES: "pypdfium2"}
_JPEG = b"\xff\xd8\xff"
_ONE_AT_A_TIME = Lock()


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
    if not can(what):
        raise NotDrawn
    surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
    with _ONE_AT_A_TIME:
        try:
            done = subprocess.run(
                [sys.executable, "-m", MODULE, what],
                input=content,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
                env=surroundings,
                cwd="/",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotDrawn from error
    if done.returncode or not done.stdout.startswith(_JPEG):
        raise NotDrawn(too_large=done.returncode == TOO_MANY_PIXELS)
    return done.stdout
