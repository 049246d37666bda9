"""A text that was given on paper: how far it is made, and the file, each opening on record."""

from base64 import b64decode
from uuid import UUID

import structlog
from flask import Response, abort

from clais.dates import day_of
from clais.encryption import DecryptionFailed
from clais.feature.pages import Pages
from clais.sealing import unseal
from clais.services import services
from clais.translation import gettext as _
from clais.web.rendering import render
from tenants.people.urls import home_of
from tenants.printing.choices import KINDS
from tenants.printing.lookups import opened_printout

pages = Pages()
READ = "printout.read"
POLICY = "default-src 'none'; sandbox"
"""Of a file: should a browser show it all the same, it runs nothing and reads nothing."""
log = structlog.get_logger("tenants.printing")


@pages.page("/personnes/<uuid:person_id>/imprimes/<uuid:printout_id>", READ)
def show(person_id: UUID, printout_id: UUID) -> Response:
    """How far it is made; the page asks again by itself, and offers the file once it is there."""
    person, given = opened_printout(person_id, printout_id)
    return render(
        "printing/show.html",
        "printing/_printout_progress.html",
        person=person,
        given=given,
        label=_(KINDS[given.kind].label),
        digest=given.pdf_hash.hex() if given.pdf_hash else "",
        back_url=home_of(person),
    )


@pages.page("/personnes/<uuid:person_id>/imprimes/<uuid:printout_id>/fichier", READ)
def content(person_id: UUID, printout_id: UUID) -> Response:
    """The file, as a download; the opening is on record."""
    person, given = opened_printout(person_id, printout_id)
    if given.made_at is None or given.sealed is None:
        abort(404)
    try:
        body = b64decode(unseal(services().keyring, given)["file"])
    except DecryptionFailed:
        log.error("a printout could not be read", printout=str(given.id))  # noqa: TRY400 - no value in the log.
        abort(404)
    name = f"{KINDS[given.kind].file_name}-{person.reference}-{day_of(given.asked_at):%Y-%m-%d}.pdf"
    return pdf_response(body, name)


def pdf_response(content: bytes, name: str) -> Response:
    """A PDF as a download."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, mimetype="application/pdf", headers=headers)
