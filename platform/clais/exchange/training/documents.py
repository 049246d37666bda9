"""A certificate as a PDF, on one page: what it is for, whose, until when, and where its number is checked."""

from functools import cache
from io import BytesIO
from pathlib import Path

import reportlab
from flask import Response, url_for
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from clais.exchange.training.models import Certificate
from clais.exchange.training.presentation import KINDS
from clais.text import fold
from clais.translation import gettext as _
from clais.web.formatting import exact_day

PLAIN, BOLD = "Vera", "VeraBd"
"""The typefaces that come with the library, so that a document is the same on every server."""
INK, BRAND = (0.11, 0.17, 0.16), (0.05, 0.35, 0.37)
_WIDTH, _HEIGHT = A4


def certificate_document(certificate: Certificate) -> Response:
    """The PDF of a certificate, to be kept or printed."""
    body = drawn(certificate, url_for("exchange_training.checked", number=certificate.number, _external=True))
    headers = {"Content-Disposition": f'attachment; filename="certificat-{certificate.number}.pdf"'}
    return Response(body, mimetype="application/pdf", headers=headers)


def drawn(certificate: Certificate, address: str) -> bytes:
    """The bytes of the document: the same for the same certificate. `address` is where anybody checks it."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(certificate.number)
    canvas.setStrokeColorRGB(*BRAND)
    canvas.setLineWidth(1.5)
    canvas.rect(15 * mm, 15 * mm, _WIDTH - 30 * mm, _HEIGHT - 30 * mm)
    lines = (
        (250, BOLD, 13, BRAND, certificate.issuer_name),
        (222, BOLD, 26, INK, _("Certificate")),
        (196, PLAIN, 12, INK, _("given to")),
        (183, BOLD, 20, INK, certificate.holder_name or "–"),
        (163, PLAIN, 12, INK, _("for the course")),
        (150, BOLD, 16, INK, certificate.course_title),
        (126, PLAIN, 13, INK, _days(certificate)),
        *(((115, PLAIN, 11, INK, certificate.evidence),) if certificate.evidence else ()),
        (80, PLAIN, 11, INK, _("Number")),
        (70, BOLD, 16, BRAND, certificate.number),
        (56, PLAIN, 10, INK, _("Anybody checks whether it is valid here:")),
        (49, PLAIN, 10, INK, address),
    )
    for height, face, size, colour, text in lines:
        _line(canvas, height * mm, face, size, colour, text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _days(certificate: Certificate) -> str:
    begins, ends = exact_day(certificate.valid_from), exact_day(certificate.valid_until)
    valid = _("valid from %(start)s to %(end)s", start=begins, end=ends)
    return valid if certificate.kind == "full" else f"{_(KINDS[certificate.kind])} · {valid}"


def _line(canvas: Canvas, height: float, face: str, size: int, colour: tuple[float, float, float], text: str) -> None:
    """One line in the middle, in smaller letters when it is long."""
    written, room = _drawable(text), _WIDTH - 44 * mm
    _typefaces()
    while size > 6 and pdfmetrics.stringWidth(written, face, size) > room:  # noqa: PLR2004 - the smallest one can read.
        size -= 1
    canvas.setFont(face, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawCentredString(_WIDTH / 2, height, written)


@cache
def _typefaces() -> frozenset[int]:
    """Register the typefaces, once; gives the characters that they have."""
    folder = Path(reportlab.__file__).parent / "fonts"
    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))
    return frozenset(pdfmetrics.getFont(PLAIN).face.charToGlyph)


def _drawable(text: str) -> str:
    """The text with the letters that the typefaces have: « Ş » becomes « S » rather than an empty box."""
    known = _typefaces()
    found = []
    for letter in text:
        plain = fold(letter)[:1] or letter
        base = letter if ord(letter) in known else plain.upper() if letter.isupper() else plain
        found.append(base if ord(base) in known else "?")
    return "".join(found)
