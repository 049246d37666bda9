"""Where somebody was directed: the paper that says it, and the same by mail."""

from uuid import UUID

from flask import Response, flash, request, url_for

from clais.database import new_id
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Partner
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.desk.actions import elsewhere
from tenants.desk.choices import WHY_TOLD
from tenants.desk.lookups import partner_of, visit_opened
from tenants.desk.models import Visit
from tenants.desk.rules.language import FRENCH, language_of
from tenants.desk.schemas import MailToCardSchema, MailToSchema
from tenants.people.models import Person

pages = Pages()


@pages.page("/guichet/visites/<uuid:visit_id>/billet", "desk.read")
def slip(visit_id: UUID) -> Response:
    """The paper that says where to go, and its mail. It names nobody but the partner."""
    visit = visit_opened(visit_id)
    return _page(visit, partner_of(visit), _person_of(visit))


@pages.post("/guichet/visites/<uuid:visit_id>/billet/courriel", "desk.write")
def mail_slip(visit_id: UUID) -> Response:
    """Send it by mail: to the address of the card of who chose that, or to one that is typed for it and not kept."""
    visit, session = visit_opened(visit_id), database()
    partner, person = partner_of(visit), _person_of(visit)
    form = Form.from_request(MailToSchema if person is None else MailToCardSchema, request.form)
    if not form.validate():
        return _page(visit, partner, person, form)
    data = form.data
    try:
        if person is None:
            sent_as = form.submission or str(new_id())
            leaves = elsewhere.mail_to(session, visit, partner, data["email"], data["language"], sent_as=sent_as)
        else:
            leaves = elsewhere.mail_to_card(session, visit, partner, person, data["language"])
    except Refused:
        flash(_("Nothing was sent: this person did not choose to be written to by mail."), "wait")
    else:
        said = _("The mail leaves.") if leaves else _("This mail had been sent already: it leaves once.")
        flash(said, "done" if leaves else "wait")
    return redirect_after_post(url_for("desk.slip", visit_id=visit_id))


def _page(visit: Visit, partner: Partner, person: Person | None, form: Form | None = None) -> Response:
    if form is None and person is None:
        form = Form(MailToSchema, {"language": FRENCH})
    elif form is None and person is not None and elsewhere.may_be_mailed(person):
        form = Form(MailToCardSchema, {"language": language_of(person.languages)})
    return render(
        "desk/slip.html",
        status=422 if form and form.errors else 200,
        visit=visit,
        partner=partner,
        why=_(WHY_TOLD[visit.sent_reason]) if visit.sent_reason in WHY_TOLD else "",
        platform=actor().tenant_name,
        form=form,
        is_typed=person is None,
    )


def _person_of(visit: Visit) -> Person | None:
    return database().get(Person, (visit.tenant_id, visit.person_id)) if visit.person_id else None
