from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.exchange.models import Scheme, SchemeSession
from clais.exchange.parcels import FIELDS
from clais.exchange.schemes import KINDS, SCHEME_STATES, free_seats, offers_of_basin, scheme_of_basin
from clais.registry.models import SUPPORT_CENTRE
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.formatting import clock_time, exact_day
from clais.web.forms import Form
from clais.web.navigation import destination
from clais.web.rendering import redirect_after_post, render
from clais.web.routing import Feature
from clais.words import N_
from clais.workflow import Refused
from support_center.catalogue import actions
from support_center.catalogue.schemas import SchemeSchema, SessionSchema

catalogue = Feature("catalogue", __name__)
READ, WRITE = "scheme.read", "catalogue.write"
destination(N_("Schemes"), "signpost-split", "catalogue.index", READ, kinds=(SUPPORT_CENTRE,), order=20)


@catalogue.page("/dispositifs", READ)
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


@catalogue.form("/dispositifs/nouveau", WRITE)
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


@catalogue.page("/dispositifs/<uuid:scheme_id>", READ)
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


@catalogue.form("/dispositifs/<uuid:scheme_id>/modification", WRITE)
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


@catalogue.form("/dispositifs/<uuid:scheme_id>/sessions/nouvelle", WRITE)
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


@catalogue.form("/dispositifs/sessions/<uuid:session_id>/modification", WRITE)
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


@catalogue.post("/dispositifs/sessions/<uuid:session_id>/cloture", WRITE)
def close_session(session_id: UUID) -> Response:
    """End the registrations of a session."""
    row = get_or_404(SchemeSession, session_id)
    actions.close_session(database(), row)
    flash(_("Registrations are over. Seats that are held stay held."), "done")
    return redirect_after_post(url_for("catalogue.show", scheme_id=row.scheme_id))


def _values(schema: SchemeSchema | SessionSchema, row: Scheme | SchemeSession) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.load_fields}


def save(form: Form, row: Scheme | SchemeSession, write: Any) -> None:
    """Write unless someone saved another version since the form was drawn. Raises StaleEdit with both versions."""
    if form.version != str(row.version):
        raise _stale(form, row)
    try:
        write()
    except StaleDataError as error:
        raise _stale(form, row) from error


def _stale(form: Form, row: Scheme | SchemeSession) -> StaleEdit:
    stored = _values(SchemeSchema() if isinstance(row, Scheme) else SessionSchema(), row)
    differing = [name for name in stored if form.data.get(name) != stored[name]]
    scheme_id = row.id if isinstance(row, Scheme) else row.scheme_id
    return StaleEdit(
        yours=_shown(form, form.data, differing),
        theirs=_shown(form, stored, differing),
        reload_url=url_for("catalogue.show", scheme_id=scheme_id),
    )


def _shown(form: Form, values: Mapping[str, Any], names: list[str]) -> list[tuple[object, object]]:
    return [(form[name].label, _words(name, values.get(name))) for name in names]


def _words(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "required_fields":
        return ", ".join(_(FIELDS[code].label) for code in value)
    if name in {"kind", "state"}:
        return _((KINDS | SCHEME_STATES).get(value, value))
    if name == "starts_at":
        return clock_time(value)
    return exact_day(value) if hasattr(value, "isoformat") else str(value)
