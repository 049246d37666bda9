"""A square code that a phone photographs, as the path of a drawing: nothing but one's own server draws it."""

from typing import NamedTuple

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel


class SquareCode(NamedTuple):
    """The side of a code in modules, and its dark ones as the path of an SVG."""

    side: int
    path: str


def square_code(text: str) -> SquareCode:
    """The code of a text, such as an address (ISO/IEC 18004, level M)."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text))
    code.make()
    side = code.getModuleCount()
    dark = (f"M{x} {y}h1v1h-1z" for y in range(side) for x in range(side) if code.isDark(y, x))
    return SquareCode(side, "".join(dark))
