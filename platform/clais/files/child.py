"""The process that decodes a HEIC picture or draws the first pages of a PDF: bytes come in, a JPEG goes out."""

import resource
import sys
from collections.abc import Callable, Mapping
from io import BytesIO

import pillow_heif
import pypdfium2
from PIL import Image

from clais.files.apart import FIRST_PAGES, HEIC, MOST, PAGES, TOO_MANY_PIXELS
from clais.files.confinement import confine
from clais.files.pictures import KEPT_SIDE, LONGEST_SIDE, MOST_PIXELS

MEMORY = 1 << 30
SECONDS = 8
WIDE, HIGH = 900, 1400
"""The most points of a page that is drawn."""
BETWEEN = 12
_QUALITY_KEPT, _QUALITY_SHOWN = 95, 80


def from_heic(content: bytes) -> bytes:
    """A JPEG of a HEIC picture, upright, without what the camera wrote beside it."""
    found = pillow_heif.open_heif(content, convert_hdr_to_8bit=True)
    width, height = found.size
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        sys.exit(TOO_MANY_PIXELS)
    picture = Image.frombytes(found.mode, found.size, found.data, "raw", found.mode, found.stride)
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return _jpeg(picture.convert("RGB"), _QUALITY_KEPT)


def first_pages(content: bytes) -> bytes:
    """A JPEG of the first pages of a PDF, one below the other. Nothing in it is run, and no form of it is filled in."""
    document = pypdfium2.PdfDocument(content)
    drawn = [_page(document[place]) for place in range(min(len(document), FIRST_PAGES))]
    height = sum(page.height for page in drawn) + BETWEEN * (len(drawn) - 1)
    sheet = Image.new("RGB", (max(page.width for page in drawn), height), "#c8cdd2")
    top = 0
    for page in drawn:
        sheet.paste(page, (0, top))
        top += page.height + BETWEEN
    return _jpeg(sheet, _QUALITY_SHOWN)


def _page(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(WIDE / max(width, 1), HIGH / max(height, 1))
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


MADE: Mapping[str, Callable[[bytes], bytes]] = {HEIC: from_heic, PAGES: first_pages}


def main() -> None:
    """Read what was brought, give up everything else, then look at it."""
    make, content = MADE[sys.argv[1]], sys.stdin.buffer.read()
    _jpeg(Image.new("RGB", (8, 8)), _QUALITY_SHOWN)  # What Pillow loads late is loaded now.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))
    confine()
    sys.stdout.buffer.write(make(content))


if __name__ == "__main__":
    main()
