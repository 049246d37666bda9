"""The document behind a certificate from before: sealed for its row, and given to who may have it as a download."""

import base64
from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

import structlog
from flask import Response, abort
from sqlalchemy import ColumnElement, or_, select

from clais.database import ScopedSession, new_id
from clais.encryption import DecryptionFailed, Keyring
from clais.exchange.training.models import Certificate, CertificateEvidence
from clais.files.signatures import kind_of
from clais.sealing import seal, unseal

LARGEST = 5 * 1024 * 1024
"""Of a document, in bytes."""
MIMETYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
POLICY = "default-src 'none'; sandbox"
"""Of a download: should a browser show it all the same, it runs nothing and reads nothing."""
log = structlog.get_logger("clais.exchange.training")


def evidence_row(keyring: Keyring, certificate: Certificate, content: bytes, added_by: str) -> CertificateEvidence:
    """The row of a document, not yet added to the session. Raises ValueError for what is none."""
    kind = kind_of(content)
    if kind is None or len(content) > LARGEST:
        raise ValueError("no document that is kept")
    row = CertificateEvidence(
        tenant_id=certificate.tenant_id,
        id=new_id(),
        to_tenant_id=certificate.to_tenant_id,
        certificate_id=certificate.id,
        kind=kind,
        added_by=added_by,
    )
    # With the certificate, so that the documents of two cannot be exchanged.
    facts = (str(certificate.id), base64.b64encode(content).decode())
    row.sealed = seal(keyring, facts, table=row.__tablename__, tenant_id=row.tenant_id, row_id=row.id)
    return row


def with_evidence(session: ScopedSession, certificates: Collection[Certificate]) -> frozenset[UUID]:
    """Those of some certificates behind which there is a document."""
    taken_over = [one.id for one in certificates if one.evidence]
    if not taken_over:
        return frozenset()
    found = select(CertificateEvidence.certificate_id).where(
        _of_here(session), CertificateEvidence.certificate_id.in_(taken_over)
    )
    return frozenset(session.scalars(found))


def evidence_document(session: ScopedSession, keyring: Keyring, certificate: Certificate) -> Response:
    """The document behind a certificate, to be kept, never shown in the page; 404 when there is none."""
    found = select(CertificateEvidence).where(_of_here(session), CertificateEvidence.certificate_id == certificate.id)
    row = session.scalars(found).one_or_none()
    content = _opened(keyring, row) if row is not None else None
    if row is None or content is None:
        abort(404)
    name = f"preuve-{certificate.number}.{row.kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": POLICY}
    return Response(content, mimetype=MIMETYPES[row.kind], headers=headers)


def _of_here(session: ScopedSession) -> ColumnElement[bool]:
    """What the tenant at work gave, or received."""
    here = session.scope.tenant_id
    return or_(CertificateEvidence.tenant_id == here, CertificateEvidence.to_tenant_id == here)


def _opened(keyring: Keyring, row: CertificateEvidence) -> bytes | None:
    """The bytes of a document; None, with an error in the log, when they cannot be decrypted."""
    with suppress(DecryptionFailed):
        certificate_id, content = unseal(keyring, row)
        if certificate_id == str(row.certificate_id):
            return base64.b64decode(content)
    log.error("a sealed document could not be read", evidence=str(row.id))
    return None
