from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.models import Scheme, SchemeSession
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.conflicts import save, session_conflict
from support_center.catalogue.forms import field_values
from support_center.catalogue.schemas import NothingSchema, SessionSchema
from support_center.catalogue.workflow import SCHEME

pages = Pages()


@pages.form("/dispositifs/<uuid:scheme_id>/sessions/nouvelle", "catalogue.write")
def new_session(scheme_id: UUID) -> Response:
    """Publish a session."""
    scheme = get_or_404(Scheme, scheme_id)
    back = url_for("catalogue.show", scheme_id=scheme.id)
    if scheme.state == SCHEME.initial:
        flash(_("Publish the scheme first: the platforms would read the session of a scheme that they do not see."))
        return redirect_after_post(back)
    form = Form(SessionSchema())
    if request.method == "POST":
        form = Form.from_request(SessionSchema(), request.form)
        if form.validate():
            actions.plan_session(database(), actor(), scheme, form.data)
            flash(_("The session is published."), "done")
            return redirect_after_post(back)
    return render(
        "catalogue/edit.html",
        columns=True,
        status=422 if form.errors else 200,
        form=form,
        heading=_("New session: %(name)s", name=scheme.name),
        cancel_url=back,
        version=None,
    )


@pages.form("/dispositifs/sessions/<uuid:session_id>/modification", "catalogue.write")
def edit_session(session_id: UUID) -> Response:
    """Change a session; never fewer seats than are held."""
    row = get_or_404(SchemeSession, session_id)
    back = url_for("catalogue.show", scheme_id=row.scheme_id)
    form = Form(SessionSchema(), field_values(SessionSchema(), row))
    if request.method == "POST":
        form = Form.from_request(SessionSchema(), request.form)
        if form.validate():
            try:
                save(form, row, lambda: actions.edit_session(database(), row, form.data))
            except Refused as refused:
                held = _("%(taken)s seats are held: release some first.", taken=row.seats_taken)
                kept = _("Other seats are kept for platforms: keep fewer first.")
                form.add_error("seats", held if refused.code == "seats_taken" else kept)
            else:
                flash(_("Saved."), "done")
                return redirect_after_post(back)
    return render(
        "catalogue/edit.html",
        columns=True,
        status=422 if form.errors else 200,
        form=form,
        heading=_("Change the session of %(day)s", day=exact_day(row.starts_on)),
        cancel_url=back,
        version=form.version or row.version,
    )


@pages.post("/dispositifs/sessions/<uuid:session_id>/cloture", "catalogue.write")
def close_session(session_id: UUID) -> Response:
    """End the registrations of a session."""
    row = get_or_404(SchemeSession, session_id)
    form = Form.from_request(NothingSchema(), request.form)
    if form.version != str(row.version):
        raise session_conflict(row)
    actions.close_session(database(), row)
    flash(_("Registrations are over. Seats that are held stay held."), "done")
    return redirect_after_post(url_for("catalogue.show", scheme_id=row.scheme_id))
