from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.database.keyset import count_text
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Filter
from clais.registry.models import Partner
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.lists import asked, found_text, rows_or_400
from clais.web.rendering import redirect_after_post, render
from tenants.partners import actions, queries
from tenants.partners.choices import KINDS
from tenants.partners.rows import columns, lines_of
from tenants.partners.schemas import PartnerSchema, PartnersSchema

pages = Pages()


@pages.page("/partenaires", "partner.read")
def index() -> Response:
    """The partners, sorted and narrowed."""
    session, chosen = database(), asked("partners.index", PartnersSchema)
    narrowed = {name: value == "yes" if name == "is_member" else value for name, value in chosen.filters.items()}
    rows = rows_or_400(
        lambda: queries.partners_page(session, narrowed, chosen.sort, chosen.after, descending=chosen.descending)
    )
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    everyone, members, here = queries.counts(session, ({}, {"is_member": True}, narrowed))
    filters = [Filter("kind", _("Kind of partner"), {code: _(label) for code, label in KINDS.items()})]
    listing = chosen.listing(
        _("Partners"),
        columns(),
        lines_of(row[0] for row in page),
        found=found_text(here, everyone, ngettext("%(num)d partner", "%(num)d partners", everyone)),
        last=page[-1] if more else None,
        filters=filters,
        tabs=[
            chosen.tab(_("All"), count_text(everyone), is_member=None),
            chosen.tab(_("Members of the platform"), count_text(members), is_member="yes"),
        ],
    )
    return render("partners/index.html", listing=listing, is_narrowed=bool(chosen.filters))


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
