"""Makes PDF files of texts, in a process of its own: what takes memory there is given back when it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec

PATIENCE = 45.0
"""Seconds after which a text is given up: before the transaction that waits for it is."""
MOST = 8_000_000
"""Characters of a text: ten times a file of 40 pages."""
LENGTH = 8
"""Bytes that say how long a document is which the process wrote."""
LIBRARIES = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig")
"""What the library for PDF files needs of the system; README names the packages."""
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class PrintFault(Exception):  # noqa: N818 - named after the event.
    """No PDF came of a text."""


class TextTooLong(PrintFault):
    """A text has more than MOST characters."""

    def __init__(self) -> None:
        super().__init__("the text is too long")


@cache
def missing() -> tuple[str, ...]:
    """What this machine lacks for printing, by name. Nothing of it is loaded into this process."""
    package = () if find_spec("weasyprint") else ("weasyprint",)
    return package + tuple(name for name in LIBRARIES if find_library(name) is None)


def is_set_up() -> bool:
    """Whether this machine can print."""
    return not missing()


def pdf_of(text: str) -> bytes:
    """The PDF of an HTML text, tagged for screen readers. Raises PrintFault."""
    return _made([text])[0]


def each_pdf_of(texts: Sequence[str]) -> list[bytes]:
    """The PDF of each of some texts, in their order, from one process. Raises PrintFault when one of them fails."""
    return _made(texts)


def joint_pdf_of(texts: Sequence[str]) -> bytes:
    """One PDF of several texts, each with page numbers of its own. Raises PrintFault."""
    return _made(texts, joint=True)[0]


def _made(texts: Sequence[str], *, joint: bool = False) -> list[bytes]:
    """What the process makes of the texts. It gets no secret and no address."""
    if sum(map(len, texts)) > MOST:
        raise TextTooLong
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    surroundings = known | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "clais.printing.child"],
            input=json.dumps({"texts": list(texts), "joint": joint}).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env=surroundings,
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrintFault(type(error).__name__) from error
    contents = list(_contents(done.stdout))
    wanted = 1 if joint else len(texts)
    if done.returncode or len(contents) != wanted or not all(each.startswith(b"%PDF-") for each in contents):
        raise PrintFault(f"the process ended with {done.returncode}")
    return contents


def _contents(written: bytes) -> Iterator[bytes]:
    """The documents that the process wrote, each after its length."""
    place = 0
    while place < len(written):
        begins = place + LENGTH
        place = begins + int.from_bytes(written[place:begins])
        yield written[begins:place]
