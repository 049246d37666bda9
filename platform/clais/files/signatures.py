"""What a file is by its first bytes: its name, and what a browser says of it, prove nothing."""

SIGNATURES = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
"""The kinds of documents that are kept, and how each begins."""


def kind_of(content: bytes) -> str | None:
    """The kind of a document, one of SIGNATURES; None for anything else."""
    return next((kind for kind, signature in SIGNATURES.items() if content.startswith(signature)), None)
