"""HEIC pictures and the first pages of a PDF are drawn in a process that can do nothing else."""

import os
import subprocess
import sys
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from clais.files import apart
from clais.files.apart import FIRST_PAGES, HEIC, NotDrawn, can, first_pages
from clais.files.contents import judged
from clais.files.scanning import no_scanner
from clais.files.unfit import Unfit
from tests.support.documents import PDF, a_pdf

TRIED = """
import os, resource, signal, socket, sys, threading
from clais.files import confinement
if sys.argv[1] == "confined":
    confinement.confine()
tried = {
    "read a file": lambda: os.close(os.open("/etc/passwd", os.O_RDONLY)),
    "write a file": lambda: os.close(os.open("/tmp", os.O_TMPFILE | os.O_RDWR)),
    "open a connection": lambda: socket.socket().close(),
    "start a program": lambda: os.execv("/bin/true", ["true"]) if os.fork() == 0 else os.wait(),
    "end another process": lambda: os.kill(os.getpid(), 0),
    "end a thread of another process": lambda: signal.pthread_kill(threading.get_ident(), 0),
    "limit another process": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
    "draw on": lambda: bytearray(50_000_000),
}
for what, act in tried.items():
    try:
        act()
        os.write(1, f"{what}\\n".encode())
    except OSError:
        pass
"""


def a_heic(width: int = 320, height: int = 240) -> bytes:
    file = BytesIO()
    picture = pillow_heif.from_pillow(Image.new("RGB", (width, height), (200, 30, 30)))
    picture.save(file, exif=b"Exif\0\0GPS", quality=30)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        return picture


def said_by(program: str, *values: str) -> str:
    """What a new process says that runs a program of the house."""
    surroundings = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", program, *values]
    return subprocess.run(command, capture_output=True, check=True, env=surroundings).stdout.decode()


def allowed(how: str) -> list[str]:
    return said_by(TRIED, how).splitlines()


def test_a_picture_of_a_phone_is_kept_as_a_jpeg_without_what_the_camera_wrote() -> None:
    kept = judged(a_heic(), no_scanner, "COPIE")
    picture = opened(kept.content)
    assert (kept.kind, picture.format, picture.size) == ("jpeg", "JPEG", (320, 240))
    assert b"GPS" not in kept.content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_heic()[: len(a_heic()) // 2], "heic"),
        (b"\0\0\0\x18ftypheic" + b"\xff" * 5000, "heic"),
        (a_heic(20_064, 64), "too_many_pixels"),
    ],
)
def test_one_that_is_cut_rubbish_or_too_large_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unfit) as why:
        judged(content, no_scanner)
    assert why.value.code == code


def test_where_nothing_can_be_confined_a_heic_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can(HEIC)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(apart, "is_possible", lambda: False)
        can.cache_clear()
        with pytest.raises(Unfit, match="heic"):
            judged(a_heic(), no_scanner)
    can.cache_clear()


def test_the_first_pages_of_a_pdf_are_one_picture() -> None:
    heights = [opened(first_pages(a_pdf(pages))).height for pages in (1, FIRST_PAGES, FIRST_PAGES + 2)]
    assert heights[0] < heights[1] == heights[2]


@pytest.mark.parametrize("content", [PDF, b"", a_pdf(1)[:200], a_heic()])
def test_of_what_is_no_whole_pdf_no_picture_comes(content: bytes) -> None:
    with pytest.raises(NotDrawn):
        first_pages(content)


def test_a_page_as_large_as_a_field_is_drawn_small() -> None:
    assert max(opened(first_pages(a_pdf(1, (14_400, 14_400)))).size) <= 1400


def test_what_takes_too_long_is_given_up_and_not_tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = a_pdf(1)
    monkeypatch.setattr(apart, "_given_up", {})
    with monkeypatch.context() as hurried:
        hurried.setattr(apart, "PATIENCE", 0.01)
        with pytest.raises(NotDrawn):
            first_pages(content)
    with pytest.raises(NotDrawn):
        first_pages(content)
    assert first_pages(a_pdf(2))
    monkeypatch.setattr(apart, "_given_up", dict.fromkeys(apart._given_up, 0.0))
    assert first_pages(content)


def test_nobody_waits_long_for_what_another_one_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "TURN", 0.01)
    with apart._ONE_AT_A_TIME[apart.PAGES], pytest.raises(NotDrawn):
        first_pages(a_pdf(1))
    assert judged(a_heic(), no_scanner, "COPIE").kind == "jpeg", "pictures that are sent have a turn of their own"
    assert first_pages(a_pdf(1))


def test_the_process_that_draws_reads_opens_and_starts_nothing() -> None:
    assert allowed("confined") == ["draw on"]


def test_one_that_is_not_confined_is_found() -> None:
    assert set(allowed("free")) > {"read a file", "open a connection", "limit another process"}


def test_no_process_that_serves_pages_loads_what_decodes_them() -> None:
    loaded = "import sys, clais.files.contents, clais.files.apart as a; a.can('heic'); print(*sys.modules)"
    assert not {"pillow_heif", "pypdfium2"} & set(said_by(loaded).split())
