"""Makes a PDF of a text, in a process of its own: what takes memory there is given back when it ends."""

import os
import subprocess
import sys
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec

PATIENCE = 45.0
"""Seconds after which a text is given up: before the transaction that waits for it is."""
MOST = 8_000_000
"""Characters of a text: ten times a file of 40 pages."""
LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig")
"""What the library for PDF files needs of the system; README names the packages."""
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class PrintFault(Exception):  # noqa: N818 - named after the event.
    """No PDF came of a text."""


@cache
def missing() -> tuple[str, ...]:
    """What this machine lacks for printing, by name. Nothing of it is loaded into this process."""
    package = () if find_spec("weasyprint") else ("weasyprint",)
    return package + tuple(name for name in LIBRARIES if find_library(name) is None)


def is_set_up() -> bool:
    """Whether this machine can print."""
    return not missing()


def pdf_of(text: str) -> bytes:
    """The PDF of an HTML text, tagged for screen readers. The process that makes it gets no secret and no address.

    Raises PrintFault.
    """
    if len(text) > MOST:
        raise PrintFault("the text is too long")
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    surroundings = known | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "clais.printing.child"],
            input=text.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=surroundings,
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrintFault(type(error).__name__) from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise PrintFault(f"the process ended with {done.returncode}")
    return done.stdout
