"""The signature of a plan, drawn on the screen by the person, or noted because it stands on paper."""

from typing import Any
from uuid import UUID

from flask import Response, flash, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity import sessions
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import key_read, optimistic_write
from clais.web.context import actor, database
from clais.web.handed_over import handed_over_to
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation import queries, sections
from tenants.orientation.actions import signatures
from tenants.orientation.conflicts import open_plan_or_conflict, plan_conflict
from tenants.orientation.lookups import person_of_page, plan_of
from tenants.orientation.models import ActionPlan
from tenants.orientation.rules.signed_text import HEIGHT, WIDTH, hash_of
from tenants.orientation.schemas import DrawnSchema, SignatureSchema
from tenants.orientation.signed import text_to_sign
from tenants.orientation.texts import with_texts
from tenants.orientation.views.plan import plan_page
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/plan/signature/ecran", "orientation.write")
def sign_on_screen(person_id: UUID) -> AnyResponse:
    """Show the plan to the person, who signs below it."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        return _page(person, plan_of(person), Form(DrawnSchema()))
    form = Form.from_request(DrawnSchema(), request.form)
    found = open_plan_or_conflict(person, form)
    if not form.validate():
        return _page(person, found, form)
    keyring, read = services().keyring, key_read(form)
    try:
        with conflict_if_closed(form, person), optimistic_write(lambda: plan_conflict(person, form)):
            signatures.sign_on_screen(database(), found, actor(), keyring, drawing=form.data["drawing"], read=read)
    except Refused as refused:
        # The person signs what they read: a plan that changed since is read again.
        database().rollback()
        if g.handed_to is not None:
            flash(_("The plan changed meanwhile: read it again before you sign."), "wait")
            return redirect_after_post(request.path)
        raise plan_conflict(person, form) from refused
    flash(_("The plan is signed, and what was signed is kept as it is."), "done")
    return redirect_after_post(_plan_url(person))


@pages.button("/personnes/<uuid:person_id>/plan/signature/remise", "orientation.write")
def hand_plan_over(person_id: UUID) -> AnyResponse:
    """Give the screen to the person who signs: this session opens their plan alone, until the agent's password."""
    person = person_of_page(person_id)
    plan_of(person)
    return handed_over_to(url_for("orientation.sign_on_screen", person_id=person.id), back_to=_plan_url(person))


@pages.post("/personnes/<uuid:person_id>/plan/signature", "orientation.write")
def sign_plan(person_id: UUID) -> AnyResponse:
    """Note the person's signature on paper, or in another tool."""
    person = person_of_page(person_id)
    form = Form.from_request(SignatureSchema(), request.form)
    found = open_plan_or_conflict(person, form)
    if not form.validate():
        return plan_page(person, status=422, signature=form)
    if form.version != str(found.version):
        # The candidate signs what they read: a plan that changed since must be read again.
        raise plan_conflict(person, form)
    with conflict_if_closed(form, person), optimistic_write(lambda: plan_conflict(person, form)):
        signatures.note_signature(database(), found, actor(), services().keyring, **form.data)
    flash(_("The signature is recorded."), "done")
    return redirect_after_post(_plan_url(person))


def _plan_url(person: Person) -> str:
    return url_for("orientation.plan", person_id=person.id)


def _page(person: Person, found: ActionPlan, form: Form) -> Response:
    session = database()
    content = queries.plan_content(session, found)
    shown: dict[str, Any] = dict(with_texts(person, sections.plan_parts(session, found)) or {})
    return render(
        "orientation/plan_sign.html",
        status=422 if form.errors else 200,
        person=person,
        section=shown,
        form=form,
        version=hash_of(text_to_sign(found, content)).hex(),
        width=WIDTH,
        height=HEIGHT,
        is_handed_over=g.handed_to is not None,
        minutes=int(sessions.HANDED_TIMEOUT.total_seconds()) // 60,
        back_url=_plan_url(person),
    )
