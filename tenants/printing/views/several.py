"""A PDF about several people: how far it is made, the file for who asked for it, each opening on record."""

from base64 import b64decode
from contextlib import suppress
from uuid import UUID

import structlog
from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record
from clais.clock import now
from clais.dates import day_of
from clais.encryption import DecryptionFailed
from clais.feature.pages import Pages
from clais.sealing import unseal
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from tenants.printing.choices import JOINT_KINDS, PRESENCE
from tenants.printing.joint import forget_joint
from tenants.printing.models import JointPrintout
from tenants.printing.queries import letters_failed, letters_made
from tenants.printing.views.printouts import READ, pdf_response

pages = Pages()
log = structlog.get_logger("tenants.printing")


@pages.page("/imprimes/<uuid:joint_printout_id>", READ)
def show_joint(joint_printout_id: UUID) -> Response:
    """How far it is made; the page asks again by itself, and offers the file once it is there."""
    joint = _mine(joint_printout_id)
    return render(
        "printing/joint.html",
        "printing/_joint_progress.html",
        joint=joint,
        is_list=joint.kind == PRESENCE,
        label=_(JOINT_KINDS[joint.kind].label),
        done=letters_made(database(), joint.id),
        failed=letters_failed(database(), joint.id),
    )


@pages.button("/imprimes/<uuid:joint_printout_id>/fichier", READ)
def fetch_joint(joint_printout_id: UUID) -> Response:
    """The file, to who asked for it; each time it is put on record, with those whom it is about."""
    joint = _mine(joint_printout_id)
    if joint.made_at is None or joint.sealed is None:
        abort(404)
    facts = None
    with suppress(DecryptionFailed):
        facts = unseal(services().keyring, joint)
    if facts is None:
        log.error("a joint printout could not be read", joint=str(joint.id))
        abort(404)
    people = [UUID(key) for key in facts["people"]]
    record(database(), "joint_printout.open", "joint_printout", joint.id, listed=people)
    name = f"{JOINT_KINDS[joint.kind].file_name}-{day_of(joint.asked_at):%Y-%m-%d}.pdf"
    return pdf_response(b64decode(facts["file"]), name)


@pages.button("/imprimes/<uuid:joint_printout_id>/effacement", READ)
def forget(joint_printout_id: UUID) -> AnyResponse:
    """Erase it before its time."""
    joint = _mine(joint_printout_id)
    is_list = joint.kind == PRESENCE
    forget_joint(database(), joint)
    flash(_("The list is erased.") if is_list else _("It is erased. Each letter stays in its file."), "done")
    return redirect_after_post(url_for("agenda.index") if is_list else url_for("caseload.index"))


def _mine(joint_printout_id: UUID) -> JointPrintout:
    """A joint printout of the actor that is kept still, or 404."""
    joint = get_or_404(JointPrintout, joint_printout_id)
    who = actor()
    if joint.membership_id != who.membership_id or joint.ends_at <= now():
        abort(404)
    if not who.may(JOINT_KINDS[joint.kind].permission):
        abort(404)
    return joint
