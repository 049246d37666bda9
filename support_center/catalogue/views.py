from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.clock import today
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import KINDS, SCHEME_STATES, free_seats, offers_of_basin, scheme_of_basin
from clais.exchange.referrals.parcels import FIELDS
from clais.feature.pages import Pages
from clais.forms.answers import all_answers
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit, StateConflict
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.schemas import NothingSchema, SchemeSchema, SessionSchema

pages = Pages()
READ, WRITE = "scheme.read", "catalogue.write"


@pages.page("/dispositifs", READ)
def index() -> Response:
    """What the centre publishes to its basin."""
    return render(
        "catalogue/index.html",
        offers=offers_of_basin(database(), only_open=False),
        kinds=KINDS,
        states=SCHEME_STATES,
        today=today(),
        free_seats=free_seats,
        may_write=actor().may(WRITE),
    )


@pages.form("/dispositifs/nouveau", WRITE)
def new_scheme() -> Response:
    """Publish a scheme."""
    form = Form(SchemeSchema())
    if request.method == "POST":
        form = Form.from_request(SchemeSchema(), request.form)
        if form.validate():
            scheme = actions.publish_scheme(database(), actor(), form.data)
            flash(_("Published: the platforms of the basin read it now."), "done")
            return redirect_after_post(url_for("catalogue.show", scheme_id=scheme.id))
    return render(
        "catalogue/edit.html",
        columns=False,
        status=422 if form.errors else 200,
        form=form,
        heading=_("New scheme"),
        cancel_url=url_for("catalogue.index"),
        version=None,
    )


@pages.page("/dispositifs/<uuid:scheme_id>", READ)
def show(scheme_id: UUID) -> Response:
    """One scheme and its sessions."""
    offer = scheme_of_basin(database(), scheme_id)
    if offer is None:
        abort(404)
    return render(
        "catalogue/show.html",
        scheme=offer.scheme,
        sessions=sorted(offer.sessions, key=lambda row: row.starts_on, reverse=True),
        required=[_(FIELDS[code].label) for code in offer.scheme.required_fields if code in FIELDS],
        kinds=KINDS,
        states=SCHEME_STATES,
        today=today(),
        free_seats=free_seats,
        may_write=actor().may(WRITE) and offer.scheme.owner_tenant_id == actor().tenant_id,
    )


@pages.form("/dispositifs/<uuid:scheme_id>/modification", WRITE)
def edit_scheme(scheme_id: UUID) -> Response:
    """Change a scheme; a version saved meanwhile is shown beside this one."""
    scheme = get_or_404(Scheme, scheme_id)
    back = url_for("catalogue.show", scheme_id=scheme.id)
    form = Form(SchemeSchema(), _values(SchemeSchema(), scheme))
    if request.method == "POST":
        form = Form.from_request(SchemeSchema(), request.form)
        if form.validate():
            save(form, scheme, lambda: actions.edit_scheme(database(), scheme, form.data))
            flash(_("Saved."), "done")
            return redirect_after_post(back)
    return render(
        "catalogue/edit.html",
        columns=False,
        status=422 if form.errors else 200,
        form=form,
        heading=_("Change %(name)s", name=scheme.name),
        cancel_url=back,
        version=form.version or scheme.version,
    )


@pages.form("/dispositifs/<uuid:scheme_id>/sessions/nouvelle", WRITE)
def new_session(scheme_id: UUID) -> Response:
    """Publish a session."""
    scheme = get_or_404(Scheme, scheme_id)
    back = url_for("catalogue.show", scheme_id=scheme.id)
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


@pages.form("/dispositifs/sessions/<uuid:session_id>/modification", WRITE)
def edit_session(session_id: UUID) -> Response:
    """Change a session; never fewer seats than are held."""
    row = get_or_404(SchemeSession, session_id)
    back = url_for("catalogue.show", scheme_id=row.scheme_id)
    form = Form(SessionSchema(), _values(SessionSchema(), row))
    if request.method == "POST":
        form = Form.from_request(SessionSchema(), request.form)
        if form.validate():
            try:
                save(form, row, lambda: actions.edit_session(database(), row, form.data))
            except Refused:
                form.add_error("seats", _("%(taken)s seats are held: release some first.", taken=row.seats_taken))
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


@pages.post("/dispositifs/sessions/<uuid:session_id>/cloture", WRITE)
def close_session(session_id: UUID) -> Response:
    """End the registrations of a session."""
    row = get_or_404(SchemeSession, session_id)
    form = Form.from_request(NothingSchema(), request.form)
    if form.version != str(row.version):
        raise _session_changed(row)
    actions.close_session(database(), row)
    flash(_("Registrations are over. Seats that are held stay held."), "done")
    return redirect_after_post(url_for("catalogue.show", scheme_id=row.scheme_id))


def _values(schema: SchemeSchema | SessionSchema, row: Scheme | SchemeSession) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.load_fields}


def save(form: Form, row: Scheme | SchemeSession, write: Any) -> None:
    """Write unless someone saved another version since the form was drawn. Raises StaleEdit with both versions."""
    key = row.id
    if form.version != str(row.version):
        raise _overtaken(form, row)
    with optimistic_write(lambda: _overtaken(form, get_or_404(type(row), key))):
        write()


def _overtaken(form: Form, row: Scheme | SchemeSession) -> StaleEdit:
    schema = SchemeSchema() if isinstance(row, Scheme) else SessionSchema()
    return stale_edit(form, _values(schema, row), request.path, saved_by(row.updated_at, row.id))


def _session_changed(row: SchemeSession) -> StateConflict:
    """What a session says now, for whoever ended the registrations of another version of it."""
    standing = all_answers(Form(SessionSchema(), _values(SessionSchema(), row)))
    reload_url = url_for("catalogue.show", scheme_id=row.scheme_id)
    return StateConflict([], standing, reload_url, saved_by(row.updated_at, row.id))
