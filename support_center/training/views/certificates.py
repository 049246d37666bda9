from datetime import timedelta
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.exchange.training.documents import certificate_document
from clais.exchange.training.evidence import LARGEST, evidence_document, with_evidence
from clais.exchange.training.models import Certificate, Course, Registration
from clais.exchange.training.presentation import certificate_tag, missing_text, validity_text
from clais.exchange.training.queries import course_of_basin, holding_of, period_of
from clais.exchange.training.rules.periods import standing_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import open_platforms, platforms_of
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, state_conflict
from clais.web.context import actor, database
from clais.web.errors import StateConflict
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.training.actions import certificates as actions
from support_center.training.forms import DOCUMENT, read_document
from support_center.training.lookups import own_certificate, received_registration
from support_center.training.queries import certificates_of, ending_certificates
from support_center.training.rows import ENDING, certificate_line, endings
from support_center.training.schemas import PastSchema, ProvisionalSchema, ReasonSchema

pages = Pages()
READ, WRITE = "training.read", "certificate.write"
WHY = {
    "overlaps": N_("This agent holds a certificate that covers some of these days."),
    "given_meanwhile": N_("A colleague has just given one: look at the list again."),
    "gives_none": N_("This course gives no certificate."),
}


@pages.page("/formation-des-agents/certificats", READ)
def certificates() -> Response:
    """What is in grace, and ends within 30, 60 and 90 days, by platform, and each of these certificates."""
    session = database()
    ending = ending_certificates(session, today() + timedelta(days=max(ENDING)))
    names = platforms_of(session, actor().basin_id)
    return render(
        "training/certificates.html",
        platforms=endings(ending, open_platforms(session, actor().basin_id)),
        ending=ENDING,
        lines=[certificate_line(one, names) for one in ending],
    )


@pages.page("/formation-des-agents/certificats/<uuid:certificate_id>", READ)
def certificate(certificate_id: UUID) -> Response:
    """One certificate: its days, its number, where it can be checked."""
    found = own_certificate(certificate_id)
    standing = standing_of(period_of(found), today())
    return render(
        "training/certificate.html",
        certificate=found,
        line=certificate_line(found, platforms_of(database(), actor().basin_id)),
        sentence=validity_text(found, standing),
        may_write=actor().may(WRITE) and found.revoked_on is None,
        has_evidence=actor().may(WRITE) and found.id in with_evidence(database(), [found]),
        check_url=url_for("exchange_training.checked", number=found.number, _external=True),
    )


@pages.page("/formation-des-agents/certificats/<uuid:certificate_id>/document", READ)
def document(certificate_id: UUID) -> Response:
    """The certificate as a PDF."""
    return certificate_document(own_certificate(certificate_id))


@pages.form("/formation-des-agents/certificats/<uuid:certificate_id>/retrait", WRITE)
def revoke(certificate_id: UUID) -> Response:
    """Withdraw a certificate, and say why."""
    found = own_certificate(certificate_id)
    back = url_for("training.certificate", certificate_id=found.id)
    form = Form(ReasonSchema())
    if request.method == "POST":
        form = Form.from_request(ReasonSchema(), request.form)
        if form.validate():
            try:
                with optimistic_write(lambda: _conflict(certificate_id, form)):
                    actions.revoke(database(), found, form.data["reason"])
            except Refused as refused:
                database().rollback()
                raise _conflict(certificate_id, form) from refused
            flash(_("Withdrawn from today on: the public page says so too."), "done")
            return redirect_after_post(back)
    heading = _("Withdraw %(number)s", number=found.number)
    return form_page(form, heading, back, submit=_("Withdraw the certificate"))


def _conflict(certificate_id: UUID, form: Form) -> StateConflict:
    found: Certificate = own_certificate(certificate_id)
    facts = [(_("State"), certificate_tag(found)[0])]
    back = url_for("training.certificate", certificate_id=found.id)
    return state_conflict(form, facts, back, saved_by(found.updated_at, found.id))


@pages.page("/formation-des-agents/inscriptions/<uuid:registration_id>", READ)
def holder(registration_id: UUID) -> Response:
    """An agent who is registered: what they hold of the course, what leads on."""
    session, registration = database(), received_registration(registration_id)
    course = course_of_basin(session, registration.course_id)
    if course is None:
        abort(404)
    held = certificates_of(session, registration, course.certified_id)
    names = platforms_of(session, actor().basin_id)
    return render(
        "training/holder.html",
        registration=registration,
        name=registration.member_name or _("an agent who has left"),
        platform=names.get(str(registration.tenant_id), ""),
        course=course,
        lines=[certificate_line(one, names) for one in held],
        missing=missing_text(holding_of(held, today())),
        may_write=actor().may(WRITE) and bool(registration.member_name),
    )


@pages.form_with_file("/formation-des-agents/inscriptions/<uuid:registration_id>/reprise", WRITE)
def take_over(registration_id: UUID) -> Response:
    """Write down a certificate from before, with the document that proves it, if there is one."""
    session, (registration, course) = database(), _holder(registration_id)
    back = url_for("training.holder", registration_id=registration_id)
    form, content = Form(PastSchema()), b""
    if request.method == "POST":
        form = Form.from_request(PastSchema(), request.form)
        is_valid = form.validate()
        content = read_document(form, request.files.get(DOCUMENT))
        if is_valid and not form.errors:
            try:
                certificate = actions.take_over(session, actor(), course, registration, **form.data)
            except Refused as refused:
                form.add_error(None, _(WHY[refused.code]))
            else:
                if content:
                    actions.keep_evidence(session, services().keyring, actor(), certificate, content)
                flash(_("The certificate is given."), "done")
                return redirect_after_post(back)
    return render(
        "training/past.html",
        status=422 if form.errors else 200,
        form=form,
        name=registration.member_name,
        cancel_url=back,
        largest=LARGEST,
        chosen_again=bool(content),
    )


@pages.page("/formation-des-agents/certificats/<uuid:certificate_id>/preuve", WRITE)
def evidence(certificate_id: UUID) -> Response:
    """The document behind a certificate from before; that it was opened is on record."""
    found = own_certificate(certificate_id)
    record_reading(database(), None, "certificate.read_evidence", subject_id=found.id)
    return evidence_document(database(), services().keyring, found)


@pages.button("/formation-des-agents/certificats/<uuid:certificate_id>/preuve/effacement", WRITE)
def erase_evidence(certificate_id: UUID) -> AnyResponse:
    """Erase the document behind a certificate from before; the certificate stays."""
    found = own_certificate(certificate_id)
    try:
        actions.erase_evidence(database(), found)
    except Refused:
        flash(_("There is no document any more."), "wait")
    else:
        flash(_("The document is erased; the certificate stays."), "done")
    return redirect_after_post(url_for("training.certificate", certificate_id=found.id))


@pages.form("/formation-des-agents/inscriptions/<uuid:registration_id>/provisoire", WRITE)
def provisional(registration_id: UUID) -> Response:
    """Let someone begin before the course."""
    session, (registration, course) = database(), _holder(registration_id)
    back = url_for("training.holder", registration_id=registration_id)
    form = Form(ProvisionalSchema())
    if request.method == "POST":
        form = Form.from_request(ProvisionalSchema(), request.form)
        if form.validate():
            try:
                actions.give_provisional(session, actor(), course, registration, **form.data)
            except Refused as refused:
                form.add_error(None, _(WHY[refused.code]))
            else:
                flash(_("The certificate is given."), "done")
                return redirect_after_post(back)
    heading = _("Give a provisional certificate")
    return form_page(form, f"{heading} : {registration.member_name}", back)


def _holder(registration_id: UUID) -> tuple[Registration, Course]:
    """An agent who is still known, and the course that they are registered for; or 404."""
    registration = received_registration(registration_id)
    course = course_of_basin(database(), registration.course_id)
    if course is None or not registration.member_name:
        abort(404)
    return registration, course
