"""What someone brings as a document is judged by its bytes, and a picture is drawn anew before it is kept."""

import re
from dataclasses import dataclass

from clais.files.apart import jpeg_of_heic
from clais.files.pictures import drawn_anew
from clais.files.scanning import Scanner, Verdict
from clais.files.signatures import is_heic, kind_of
from clais.files.unfit import Unfit

LARGEST = 20 * 1024 * 1024
"""Of one document, in bytes."""
MIMETYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg"}
"""The kinds that are kept: a picture becomes a JPEG."""

_HEAD, _TAIL = 1024, 64 * 1024
_MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml)", re.IGNORECASE)
_ARCHIVE_END = b"PK\x05\x06"
_PDF_END = b"%%EOF"
_LOCKED = re.compile(rb"/Encrypt\b")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_STREAM = re.compile(rb">>\s*stream\r?\n")
_MOST_PAGES = 9999
"""What the count of pages says at most: nobody scans as many, and a file may say what it likes."""


@dataclass(frozen=True, slots=True)
class Content:
    """A content as it is kept: its kind, of MIMETYPES, whether a scanner found it clean, and whether it `waits` for one
    that gave no answer.
    """

    kind: str
    content: bytes
    scanned: bool
    pages: int = 1
    waits: bool = False


def judged(content: bytes, scan: Scanner, mark: str = "") -> Content:
    """What is kept of a content. `mark` is written across a picture, such as that of an identity card.

    One that `waits` is given to nobody before it was scanned. Raises Unfit, with a code that says why it is refused.
    """
    if not content:
        raise Unfit("empty")
    if len(content) > LARGEST:
        raise Unfit("too_large")
    kind = "heic" if is_heic(content) else kind_of(content)
    if kind is None:
        raise Unfit(_other_kind(content))
    verdict = scan(content)
    if verdict is Verdict.INFECTED:
        raise Unfit("infected")
    if verdict is Verdict.NOT_TAKEN:
        raise Unfit("not_scanned")
    scanned, waits = verdict is Verdict.CLEAN, verdict is Verdict.NO_ANSWER
    if kind == "pdf":
        return Content("pdf", content, scanned, _pages_of_whole_pdf(content), waits)
    drawn = drawn_anew(jpeg_of_heic(content) if kind == "heic" else content, mark)
    return Content("jpeg", drawn, scanned, waits=waits)


def _other_kind(content: bytes) -> str:
    """Why a content is none that is kept: what it seems to be instead."""
    if _MARKUP.search(content[:_HEAD]):
        return "markup"
    if content.startswith(b"PK\x03\x04"):
        return "archive"
    return "kind"


def _pages_of_whole_pdf(content: bytes) -> int:
    """How many pages has a PDF that is whole, is nothing else besides, and asks for nothing when it is opened.

    Raises Unfit. What hides in compressed parts is not found here: it is why a PDF is only ever given as a download.
    """
    if _MARKUP.search(content[:_HEAD]) or _ARCHIVE_END in content[-_TAIL:]:
        raise Unfit("two_kinds")
    if _PDF_END not in content[-_HEAD * 2 :]:
        raise Unfit("cut")
    plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), _without_packed(content))
    if _LOCKED.search(plain):
        raise Unfit("locked")
    if _ACTIVE.search(plain):
        raise Unfit("active")
    return min(max(len(_PAGE.findall(plain)), 1), _MOST_PAGES)


def _without_packed(content: bytes) -> bytes:
    """A PDF without what is compressed: in a scan of some megabytes, `/JS` stands somewhere by chance."""
    kept, since, at = [], 0, 0
    while begin := _STREAM.search(content, at):
        described = content[max(content.rfind(b"obj", at, begin.start()), at) : begin.start()]
        at = begin.end()
        if b"/Filter" in described:
            end = content.find(b"endstream", at)
            if end < 0:
                break
            kept.append(content[since:at])
            since = at = end
    return b"".join((*kept, content[since:]))
