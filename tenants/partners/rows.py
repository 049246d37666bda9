"""The list of partners in words."""

from collections.abc import Iterable
from textwrap import shorten

from flask import url_for

from clais.database import NIL
from clais.listing import Cell, Column, Line
from clais.numbers import format_phone
from clais.registry.models import Partner
from clais.translation import gettext as _
from clais.web.formatting import mail_url, telephone_url
from tenants.partners.choices import KINDS

SHOWN = 56
"""So much of what a partner does is on its row; the whole is on its card."""


def columns() -> dict[str, Column]:
    """The columns by the names of their sorts."""
    return {
        "name": Column(_("Partner")),
        "kind": Column(_("Kind of partner"), css="nowrap span-1 joined"),
        "phone": Column(_("Phone"), css="nowrap span-2"),
        "email": Column(_("E-mail"), css="wider prio-2 whole-line"),
        "note": Column(_("What they do, whom to ask for"), css="words prio-1 wide-only"),
    }


def lines_of(partners: Iterable[Partner]) -> list[Line]:
    """The rows. A phone number calls, an address writes."""
    # Building a URL costs more than reading a row: one is built, and each id is put into it.
    pattern = url_for("partners.show", partner_id=NIL)
    kinds = {code: _(label) for code, label in KINDS.items()}
    member, none = _("Member of the platform"), Cell(_("not filled in"), missing=True)
    return [
        Line(
            partner.name,
            pattern.replace(str(NIL), str(partner.id)),
            (
                Cell(kinds.get(partner.kind, partner.kind), member if partner.is_member else ""),
                Cell(format_phone(partner.phone), url=telephone_url(partner.phone)) if partner.phone else none,
                Cell(partner.email, url=mail_url(partner.email)) if partner.email else none,
                Cell(shorten(partner.note or "", SHOWN, placeholder="…")),
            ),
        )
        for partner in partners
    ]
