"""What is kept of a file of a document, given for nobody to run."""

import structlog
from flask import Response, abort

from clais.encryption import DecryptionFailed
from clais.files.contents import MIMETYPES
from clais.files.kept import kept_content
from clais.files.store import StoreFault
from clais.services import services
from tenants.documents.models import Paper, PaperFile
from tenants.people.models import Person

POLICY = "default-src 'none'; sandbox"
"""Of a file: should a browser show it all the same, it runs nothing and reads nothing."""
log = structlog.get_logger("tenants.documents")


def download_of(person: Person, paper: Paper, file: PaperFile) -> Response:
    """The bytes of a file, to be saved and not shown."""
    name = f"document-{person.reference}-{file.place + 1}.{file.kind}"
    return given(content_of(paper, file), file.kind, {"Content-Disposition": f'attachment; filename="{name}"'})


def given(content: bytes, kind: str, headers: dict[str, str]) -> Response:
    """Bytes of a kind of MIMETYPES, as which alone they are taken."""
    safe = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(content, mimetype=MIMETYPES[kind], headers=headers | safe)


def content_of(paper: Paper, file: PaperFile) -> bytes:
    """What is kept of a file; 404 when that is missing, 503 while the store does not answer."""
    found = services()
    try:
        return kept_content(found.files, found.keyring, file, paper.id)
    except LookupError:
        log.error("the content of a document is missing", file=str(file.id))  # noqa: TRY400 - no value in the log.
    except DecryptionFailed:
        log.error("the content of a document could not be read", file=str(file.id))  # noqa: TRY400 - the same.
    except StoreFault:
        log.error("the store of contents does not answer")  # noqa: TRY400 - the same.
        abort(503)
    return abort(404)
