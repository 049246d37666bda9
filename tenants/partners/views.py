from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Partner
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import database, get_or_404
from clais.web.cursors import after_key, write_cursor
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from tenants.partners import actions, queries
from tenants.partners.choices import KINDS
from tenants.partners.schemas import PartnerSchema, PartnersSchema

pages = Pages()


@pages.page("/partenaires", "partner.read")
def index() -> Response:
    """The partners by name, of one kind or all."""
    chosen = query_arguments(PartnersSchema)
    after = after_key(chosen["after"])
    kind = chosen["kind"]
    rows = queries.partners_after(database(), after, kind=kind)
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    following = write_cursor(page[-1].name, page[-1].id) if more else None
    tabs = [{"label": _("All"), "url": url_for("partners.index"), "current": kind is None}]
    tabs += [
        {"label": _(label), "url": url_for("partners.index", kind=code), "current": code == kind}
        for code, label in KINDS.items()
    ]
    return render(
        "partners/index.html",
        partners=page,
        kinds=KINDS,
        choices=tabs,
        next_url=url_for("partners.index", kind=kind, after=following) if following else None,
        first_url=url_for("partners.index", kind=kind) if after else None,
    )


@pages.page("/partenaires/<uuid:partner_id>", "partner.read")
def show(partner_id: UUID) -> Response:
    """The card of a partner: what they do, how to reach them."""
    partner = get_or_404(Partner, partner_id)
    return render("partners/show.html", partner=partner, kinds=KINDS)


@pages.form("/partenaires/nouveau", "partner.write")
def new() -> Response:
    """Add a partner."""
    if request.method == "GET":
        return render("partners/form.html", form=Form(PartnerSchema()), partner=None)
    form = Form.from_request(PartnerSchema(), request.form)
    if not form.validate():
        return render("partners/form.html", status=422, form=form, partner=None)
    partner = actions.add_partner(database(), form.data)
    flash(_("%(name)s is on the list.", name=partner.name), "done")
    return redirect_after_post(url_for("partners.show", partner_id=partner.id))


@pages.form("/partenaires/<uuid:partner_id>/modification", "partner.write")
def change(partner_id: UUID) -> Response:
    """Correct the card of a partner."""
    partner = get_or_404(Partner, partner_id)
    if request.method == "GET":
        return render("partners/form.html", form=Form(PartnerSchema(), _values(partner)), partner=partner)
    form = Form.from_request(PartnerSchema(), request.form)
    if form.version != str(partner.version):
        raise _conflict(form, partner)
    if not form.validate():
        return render("partners/form.html", status=422, form=form, partner=partner)
    with optimistic_write(lambda: _conflict(form, get_or_404(Partner, partner_id))):
        actions.change_partner(database(), partner, form.data)
    flash(_("Card corrected."), "done")
    return redirect_after_post(url_for("partners.show", partner_id=partner.id))


def _values(partner: Partner) -> dict[str, Any]:
    return {name: getattr(partner, name) for name in PartnerSchema().load_fields}


def _conflict(form: Form, partner: Partner) -> StaleEdit:
    reload_url = url_for("partners.change", partner_id=partner.id)
    return stale_edit(form, _values(partner), reload_url, saved_by(partner.updated_at, partner.id))
