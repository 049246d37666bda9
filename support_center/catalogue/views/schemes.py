from collections.abc import Sequence
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from markupsafe import Markup

from clais.clock import today
from clais.database import NIL
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import (
    KINDS,
    SCHEME_STATES,
    SchemeOffer,
    free_seats,
    offers_of_basin,
    scheme_of_basin,
)
from clais.exchange.publications.rows import in_order, narrowed, offer_columns, offer_filters, offer_lines
from clais.exchange.referrals.parcels import FIELDS
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.lists import asked, found_text
from clais.web.rendering import redirect_after_post, render
from support_center.catalogue import actions
from support_center.catalogue.conflicts import save
from support_center.catalogue.forms import field_values
from support_center.catalogue.schemas import SchemeSchema, SchemesSchema

pages = Pages()


@pages.page("/dispositifs", "scheme.read")
def index() -> Response:
    """What the centre publishes to its basin."""
    chosen = asked("catalogue.index", SchemesSchema)
    offers = offers_of_basin(database(), only_open=False)
    others = {name: value for name, value in chosen.filters.items() if name != "state"}
    views = {None: _("All"), "open": _("Open schemes"), "closed": _("Closed schemes")}
    page = in_order(narrowed(offers, chosen.filters), chosen.sort, descending=chosen.descending)
    may_write = actor().may("catalogue.write")
    lines = offer_lines(page, url_for("catalogue.show", scheme_id=NIL), _planning if may_write else None)
    listing = chosen.listing(
        _("Schemes"),
        offer_columns(),
        lines,
        filters=offer_filters(),
        found=found_text(len(page), len(offers), ngettext("%(num)d scheme", "%(num)d schemes", len(offers))),
        has_acts=any(line.acts for line in lines),
        tabs=[
            chosen.tab(label, str(len(narrowed(offers, others | ({"state": code} if code else {})))), state=code)
            for code, label in views.items()
        ],
    )
    return render("catalogue/index.html", listing=listing, may_write=may_write, is_narrowed=bool(chosen.filters))


def _planning(offer: SchemeOffer) -> str:
    """The act of a scheme that takes people and has no session that they could join."""
    if offer.sessions or offer.scheme.state != "open":
        return ""
    link = Markup('<a class="btn btn-outline-secondary" href="{}">{}<span class="visually-hidden"> : {}</span></a>')
    return link.format(
        url_for("catalogue.new_session", scheme_id=offer.scheme.id), _("Plan a session"), offer.scheme.name
    )


@pages.form("/dispositifs/nouveau", "catalogue.write")
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


@pages.page("/dispositifs/<uuid:scheme_id>", "scheme.read")
def show(scheme_id: UUID) -> Response:
    """One scheme and its sessions."""
    offer = scheme_of_basin(database(), scheme_id)
    if offer is None:
        abort(404)
    return render(
        "catalogue/show.html",
        scheme=offer.scheme,
        sessions=_to_come_first(offer.sessions),
        past=[row for row in reversed(offer.sessions) if row.ends_on < today()],
        required=[_(FIELDS[code].label) for code in offer.scheme.required_fields if code in FIELDS],
        kinds=KINDS,
        states=SCHEME_STATES,
        today=today(),
        free_seats=free_seats,
        may_write=actor().may("catalogue.write") and offer.scheme.owner_tenant_id == actor().tenant_id,
    )


def _to_come_first(sessions: Sequence[SchemeSession]) -> list[SchemeSession]:
    """The sessions that are not over: those to come, soonest first, then those under way."""
    going = [row for row in sessions if row.ends_on >= today()]
    return sorted(going, key=lambda row: (row.starts_on <= today(), row.starts_on))


@pages.form("/dispositifs/<uuid:scheme_id>/modification", "catalogue.write")
def edit_scheme(scheme_id: UUID) -> Response:
    """Change a scheme; a version saved meanwhile is shown beside this one."""
    scheme = get_or_404(Scheme, scheme_id)
    back = url_for("catalogue.show", scheme_id=scheme.id)
    form = Form(SchemeSchema(), field_values(SchemeSchema(), scheme))
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
