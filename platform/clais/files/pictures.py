"""Draws a picture anew: upright, without what the camera wrote beside it (place, device, day), marked if it must be."""

import struct
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock

import reportlab
from PIL import Image, ImageDraw, ImageFont, ImageOps

from clais.files.unfit import Unfit

LONGEST_SIDE = 20_000
MOST_PIXELS = 50_000_000
"""Of a picture that is brought, in all: some phones take 48 million."""
MOST_BYTES = 150_000_000
"""That a picture which is not read smaller at once, as a JPEG is, may fill while it is drawn."""
KEPT_SIDE = 3000
"""The longest side of a picture that is kept: a page of A4 with 250 points an inch."""
QUALITY = 85
_ONE_AT_A_TIME = Lock()
"""A picture of the largest size fills MOST_BYTES and half as much while it is drawn."""
_FAULTS = (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, OverflowError, struct.error)
"""What Pillow raises for bytes that are no whole picture."""
_MARK_COLOUR = (176, 42, 55, 120)


def drawn_anew(content: bytes, mark: str = "") -> bytes:
    """A JPEG of the picture in `content`, a JPEG or PNG. Raises Unfit when it is too large, or not whole."""
    with _ONE_AT_A_TIME:
        try:
            return _drawn(content, mark)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise Unfit("too_many_pixels") from None
        except _FAULTS:
            raise Unfit("cut") from None


def _drawn(content: bytes, mark: str) -> bytes:
    # Only the two decoders that are wanted: each other one is a way in.
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
        width, height = picture.size
        if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
            raise Unfit("too_many_pixels")
        picture.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
        if picture.width * picture.height * _bytes_of_a_point(picture) > MOST_BYTES:
            raise Unfit("too_many_pixels")
        picture.load()
        smooth = _smooth(picture)
        # Smaller first: turned, it would stand in the memory a second time in its full size.
        smooth.thumbnail((KEPT_SIDE, KEPT_SIDE))
        page = _on_white(ImageOps.exif_transpose(smooth))
    if mark:
        page = _marked(page, mark)
    file = BytesIO()
    page.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _bytes_of_a_point(picture: Image.Image) -> int:
    """What one point takes while the picture is read, changed by `_smooth`, and made smaller."""
    if picture.mode == "P":
        return 9 if picture.has_transparency_data else 4
    return {"1": 2, "L": 1, "I;16": 5, "I": 9, "RGB": 4}.get(picture.mode, 8)


def _smooth(picture: Image.Image) -> Image.Image:
    """The picture in shades that can be mixed: made smaller in black and white alone, it would lose its thin lines."""
    if picture.mode.startswith("I"):
        return picture.point(lambda shade: shade / 256).convert("L")  # Of 65,536 shades, 256.
    if picture.mode == "P":
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.convert("L") if picture.mode == "1" else picture


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, on a page that holds nothing but its points."""
    page = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        page.paste(clear, mask=clear.getchannel("A"))
    else:
        page.paste(picture.convert("RGB"))
    return page


def _marked(page: Image.Image, mark: str) -> Image.Image:
    """The page with the mark written across it, again and again, so that no part of it is a copy without one."""
    side = int((page.width**2 + page.height**2) ** 0.5)
    font = _typeface(max(side // 36, 8))
    step = int(font.getlength(mark + "   "))
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for row, top in enumerate(range(0, side, max(side // 8, 1))):
        for left in range(-(row % 2) * step // 2, side, max(step, 1)):
            pen.text((left, top), mark, font=font, fill=_MARK_COLOUR)
    turned = layer.rotate(20, resample=Image.Resampling.BILINEAR)
    left, top = (side - page.width) // 2, (side - page.height) // 2
    return Image.alpha_composite(
        page.convert("RGBA"), turned.crop((left, top, left + page.width, top + page.height))
    ).convert("RGB")


@cache
def _typeface(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"), size)
