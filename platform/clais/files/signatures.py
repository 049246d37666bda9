"""What a file is by its first bytes: its name, and what a browser says of it, prove nothing."""

SIGNATURES = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
"""The kinds of documents that are kept, and how each begins."""


_HEIC = frozenset({b"ftypheic", b"ftypheix", b"ftyphevc", b"ftyphevx", b"ftypheim", b"ftypheis", b"ftypmif1"})


def is_heic(content: bytes) -> bool:
    """Whether it begins as the pictures of some phones do, which are kept as a JPEG only."""
    return content[4:12] in _HEIC


def kind_of(content: bytes) -> str | None:
    """The kind of a document, one of SIGNATURES; None for anything else."""
    return next((kind for kind, signature in SIGNATURES.items() if content.startswith(signature)), None)
