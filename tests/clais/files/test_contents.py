"""What is brought is judged by its bytes: hostile, cut and wrong files are refused with a code that has words."""

import random
import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from clais.files import contents, pictures
from clais.files.contents import LARGEST, judged
from clais.files.scanning import Verdict, no_scanner
from clais.files.unfit import Unfit
from tenants.documents.refusals import UNFIT
from tests.support.documents import PDF, picture


def refused(content: bytes) -> str:
    with pytest.raises(Unfit) as why:
        judged(content, no_scanner)
    assert why.value.code in UNFIT, "each code has its sentence"
    return why.value.code


def an_archive() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("bomb", b"\0" * 1_000_000)
    return file.getvalue()


def a_png_that_says(width: int, height: int) -> bytes:
    """Some bytes that claim to be a very large picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100_000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


HOSTILE = {
    "nothing": (b"", "empty"),
    "too large": (b"%PDF-" + b"x" * LARGEST, "too_large"),
    "a program": (b"MZ\x90\x00", "kind"),
    "a drawing with a script": (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "markup"),
    "a page": (b"<!DOCTYPE html><script>1</script>", "markup"),
    "an archive, or an office document": (an_archive(), "archive"),
    "a picture of some phones": (b"\0\0\0\x18ftypheic", "heic"),
    "a PDF that is a page too": (b"%PDF-1.7\n<html><script>1</script>\n%%EOF", "two_kinds"),
    "a PDF that is an archive too": (PDF + an_archive(), "two_kinds"),
    "a PDF that was cut off": (PDF.replace(b"%%EOF", b""), "cut"),
    "a locked PDF": (PDF.replace(b"/Type", b"/Encrypt 3 0 R /Type"), "locked"),
    "a PDF with a script": (PDF.replace(b"/Type", b"/JavaScript (app.alert) /Type"), "active"),
    "a PDF with a script under another name": (PDF.replace(b"/Type", b"/J#61vaScript () /Type"), "active"),
    "a PDF that carries a file": (PDF.replace(b"/Type", b"/EmbeddedFiles 4 0 R /Type"), "active"),
    "a picture of 50,000 points": (a_png_that_says(50_000, 50_000), "too_many_pixels"),
    "a long and narrow one": (a_png_that_says(50_000, 10), "too_many_pixels"),
    "a JPEG that was cut off": (picture((600, 400))[:-900], "cut"),
    "a PNG that was cut off": (picture((600, 400), "PNG")[:-30], "cut"),
    "only the beginning of a JPEG": (b"\xff\xd8\xff\xe0", "cut"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_is_refused(name: str) -> None:
    content, code = HOSTILE[name]
    assert refused(content) == code


def test_without_the_guard_a_hostile_file_would_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: each of the looks that are taken out lets its file through."""
    monkeypatch.setattr(contents, "_pages_of_whole_pdf", lambda _content: 1)
    assert judged(HOSTILE["a PDF with a script"][0], no_scanner).kind == "pdf"
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10)
    assert refused(picture()) == "too_many_pixels"
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
    assert judged(picture(), no_scanner).kind == "jpeg"


def test_a_picture_is_kept_without_what_the_camera_wrote_and_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned.
    exif[0x010F] = "Fabricant"
    exif.get_ifd(0x8825)[1] = "N"  # GPS.
    kept = judged(picture((60, 40), exif=exif.tobytes(), comment=b"chez Sofia"), no_scanner).content
    with Image.open(BytesIO(kept)) as shown:
        assert shown.size == (40, 60)
        assert not shown.getexif()
        assert "comment" not in shown.info
    assert b"Fabricant" not in kept
    assert b"Sofia" not in kept


def test_what_follows_a_picture_is_not_kept() -> None:
    kept = judged(picture() + an_archive() + b"<script>1</script>", no_scanner).content
    assert b"script" not in kept
    assert b"PK\x05\x06" not in kept


def test_a_picture_becomes_no_larger_than_a_page_needs() -> None:
    with Image.open(BytesIO(judged(picture((4000, 1000)), no_scanner).content)) as shown:
        assert shown.size == (pictures.KEPT_SIDE, pictures.KEPT_SIDE // 4)


def test_a_transparent_picture_is_laid_on_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(BytesIO(judged(file.getvalue(), no_scanner).content)) as shown:
        assert shown.getpixel((5, 5)) == (255, 255, 255)


def a_png(drawn: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    drawn.save(file, "PNG", **options)
    return file.getvalue()


def kept_picture(content: bytes) -> Image.Image:
    return Image.open(BytesIO(judged(content, no_scanner).content))


@pytest.mark.parametrize("shade", [0, 64, 156, 255])
def test_a_scan_in_65536_shades_of_grey_keeps_its_shades(shade: int) -> None:
    with kept_picture(a_png(Image.new("I;16", (20, 20), shade * 256))) as shown:
        assert shown.getpixel((10, 10)) == pytest.approx((shade,) * 3, abs=2)


@pytest.mark.parametrize("mode", ["1", "P"])
def test_a_thin_line_of_a_large_scan_in_black_and_white_is_not_lost(mode: str) -> None:
    drawn = Image.new("1", (4 * pictures.KEPT_SIDE, 40), 1)
    for place in range(0, drawn.width, 40):
        drawn.paste(0, (place, 0, place + 2, 40))
    with kept_picture(a_png(drawn.convert(mode))) as shown:
        assert shown.size == (pictures.KEPT_SIDE, 10)
        row = [shown.getpixel((place, 5)) for place in range(shown.width)]
    dark = [place for place, point in enumerate(row) if isinstance(point, tuple) and point[0] < 180]
    assert len(dark) >= drawn.width // 40, "each line is seen"


def test_a_turned_png_and_one_of_few_colours_with_a_hole_come_out_as_they_look() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    few = Image.new("P", (60, 40), 0)
    few.putpalette([200, 10, 10, 0, 0, 200])
    few.paste(1, (0, 0, 30, 40))
    with kept_picture(a_png(few, transparency=0, exif=exif.tobytes())) as shown:
        assert shown.size == (40, 60)
        assert shown.getpixel((20, 50)) == pytest.approx((255, 255, 255), abs=8)
        assert shown.getpixel((20, 10)) == pytest.approx((0, 0, 200), abs=8)


@pytest.mark.parametrize(
    ("mode", "side", "is_kept"), [("RGBA", 5200, False), ("RGB", 6500, False), ("L", 6000, True), ("1", 6000, True)]
)
def test_a_small_file_that_unfolds_to_more_than_the_memory_is_meant_for_is_refused(
    mode: str, side: int, is_kept: bool
) -> None:
    content = a_png(Image.new(mode, (side, side)))
    assert len(content) < 300_000
    if is_kept:
        assert judged(content, no_scanner).kind == "jpeg"
    else:
        assert refused(content) == "too_many_pixels"


def test_a_marked_copy_differs_all_over_from_one_without() -> None:
    plain = judged(picture((400, 300)), no_scanner).content
    marked = judged(picture((400, 300)), no_scanner, "COPIE · CPAS de Farciennes").content
    with Image.open(BytesIO(plain)) as one, Image.open(BytesIO(marked)) as other:
        for corner in ((0, 0, 200, 150), (200, 0, 400, 150), (0, 150, 200, 300), (200, 150, 400, 300)):
            assert one.crop(corner).tobytes() != other.crop(corner).tobytes()


def test_a_pdf_is_kept_as_it_is_and_its_pages_are_counted() -> None:
    found = judged(PDF, no_scanner)
    assert (found.kind, found.content, found.pages, found.scanned) == ("pdf", PDF, 1, False)


def a_scan(packed: bytes, described: bytes = b"/Filter /DCTDecode", pages: int = 1) -> bytes:
    """A PDF with one picture, as a scanner makes it."""
    page = b"1 0 obj << /Type /Page >> endobj\n" * pages
    return b"%PDF-1.4\n" + page + b"4 0 obj <<" + described + b">>\nstream\n" + packed + b"\nendstream endobj\n%%EOF\n"


@pytest.mark.parametrize("seed", range(3))
def test_what_a_scanned_picture_is_made_of_is_not_taken_for_a_script(seed: int) -> None:
    """By chance, a picture of some megabytes holds any of the short words that are looked for."""
    chance = random.Random(seed)  # noqa: S311
    noise = b" /JS ".join((chance.randbytes(100_000), b"/J#53 ", b"/Encrypt /Type /Page ", chance.randbytes(100_000)))
    found = judged(a_scan(noise, pages=2), no_scanner)
    assert (found.kind, found.content, found.pages) == ("pdf", a_scan(noise, pages=2), 2)


def test_what_stands_after_a_picture_or_in_one_that_is_not_packed_is_still_looked_at() -> None:
    """The twin: only what is packed is passed over."""
    assert refused(a_scan(b"xx") + b"5 0 obj << /JS (x) >> endobj\n%%EOF") == "active"
    assert refused(a_scan(b"6 0 obj << /JS (x) >> endobj", b"/Length 3")) == "active"
    never_ends = a_scan(b"xx").replace(b"endstream", b"") + b"/JS (x)\n%%EOF"
    assert refused(never_ends) == "active"


def test_a_pdf_that_says_to_have_more_pages_than_anyone_scans_is_kept() -> None:
    assert judged(a_scan(b"x", pages=33_000), no_scanner).pages == 9999


@pytest.mark.parametrize(
    ("verdict", "code"), [(Verdict.INFECTED, "infected"), (Verdict.NOT_TAKEN, "not_scanned")], ids=str
)
def test_what_a_scanner_does_not_find_clean_is_refused(verdict: Verdict, code: str) -> None:
    with pytest.raises(Unfit) as why:
        judged(PDF, lambda _content: verdict)
    assert why.value.code == code
    assert judged(PDF, lambda _content: Verdict.CLEAN).scanned


@pytest.mark.parametrize("content", [PDF, picture()], ids=["pdf", "jpeg"])
def test_what_a_scanner_is_silent_about_waits(content: bytes) -> None:
    kept = judged(content, lambda _content: Verdict.NO_ANSWER)
    assert (kept.scanned, kept.waits) == (False, True)
    assert not judged(content, no_scanner).waits, "nothing would ever scan it"
