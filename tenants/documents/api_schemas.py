"""The schemas of the documents API's answers."""

from typing import Any

from marshmallow import fields, validate

from clais.files.contents import MIMETYPES
from clais.forms.schemas import Schema
from tenants.documents.choices import FOUND, KINDS, SIGNED_HOW
from tenants.documents.models import PaperFile
from tenants.documents.workflow import PAPER

SCANS = ("clean", "none", "waiting", "infected")
"""Whether a virus scanner looked at a file: it found nothing, there is none, it will, it found a virus."""


def scan_of(file: PaperFile) -> str:
    """What is known of a file, one of SCANS."""
    if file.infected_at is not None:
        return "infected"
    if file.scan_due_at is not None:
        return "waiting"
    return "clean" if file.scanned else "none"


def _one_of(codes: Any) -> validate.OneOf:
    return validate.OneOf(list(codes))


class DocumentFile(Schema):
    """A file of a document. Until its `scan` is done it is given to nobody; of an infected one nothing is kept."""

    id = fields.UUID(required=True)
    type = fields.Function(
        lambda file: MIMETYPES[file.kind],
        required=True,
        metadata={"type": "string", "enum": sorted(MIMETYPES.values())},
    )
    pages = fields.Integer(required=True)
    size = fields.Integer(required=True)
    scan = fields.Function(scan_of, required=True, metadata={"type": "string", "enum": list(SCANS)})
    added_at = fields.DateTime(required=True)
    added_by = fields.String(required=True)


class DocumentLine(Schema):
    """A document of a person. Of one that is `withheld`, sensitive and not the caller's to read, no more is told."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=_one_of(PAPER.states))
    withheld = fields.Boolean(required=True)
    kind = fields.String(validate=_one_of(KINDS))
    title = fields.String(allow_none=True)
    sensitive = fields.Boolean()
    pieces = fields.Integer()
    why = fields.String(allow_none=True)
    asked_on = fields.Date(allow_none=True)
    wanted_by = fields.Date(allow_none=True)
    received_at = fields.DateTime(allow_none=True)
    issued_on = fields.Date(allow_none=True)
    expires_on = fields.Date(allow_none=True)
    original_seen = fields.Boolean()
    reason = fields.String(allow_none=True, validate=_one_of([*FOUND, None]))
    signed_on = fields.Date(allow_none=True)
    signed_how = fields.String(allow_none=True, validate=_one_of([*SIGNED_HOW, None]))
    signed_by = fields.String(allow_none=True)
    replaces_id = fields.UUID(allow_none=True)
    changed_at = fields.DateTime()
    changed_by = fields.String()


class Document(DocumentLine):
    """A document with its files, in their order."""

    files = fields.List(fields.Nested(DocumentFile))
