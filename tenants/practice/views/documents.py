from uuid import UUID

from flask import Response, flash, url_for

from clais.exchange.practice.presentation import kind_text
from clais.exchange.practice.queries import documents_of_basin, own_uses, versions_of
from clais.exchange.practice.rows import Held
from clais.exchange.practice.views import library
from clais.feature.pages import Pages
from clais.instruments.choices import LANGUAGE_NAMES
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.practice import actions
from tenants.practice.lookups import opened_document
from tenants.practice.presentation import use_cell, use_text

pages = Pages()
READ, USE = "practice.read", "practice.use"


@pages.form("/echange/documents", READ)
def documents() -> Response:
    """The library: what there is, and what is in use here."""
    session = database()
    found = documents_of_basin(session)
    versions, uses = versions_of(session, [row.id for row in found]), own_uses(session)
    held = [Held(row, versions.get(row.id, []), [uses[row.id]] if row.id in uses else []) for row in found]
    words = {"used": _("in use here"), "unused": _("not in use here"), "old": _("in use here in an older version")}
    return render("practice/documents.html", **library("practice", held, _("In use here"), words, use_cell))


@pages.page("/echange/documents/<uuid:document_id>", READ)
def document(document_id: UUID) -> Response:
    """A document with its versions, and whether it is in use here."""
    held, use = opened_document(document_id)
    return render(
        "practice/document.html",
        held=held,
        use=use,
        used=use_text(use),
        kind=kind_text(held.document),
        language=LANGUAGE_NAMES.get(held.document.language, ""),
        may_use=actor().may(USE) and held.newest is not None and held.document.withdrawn_on is None,
        may_stop=actor().may(USE),
    )


@pages.button("/echange/documents/<uuid:document_id>/usage", USE)
def use_document(document_id: UUID) -> Response:
    """Say that the platform uses the newest version."""
    held, known = opened_document(document_id)
    if held.newest is not None and held.document.withdrawn_on is None:
        key = (held.document.owner_tenant_id, document_id)
        try:
            actions.use(database(), actor(), known, key, held.newest.number)
        except Refused:
            flash(_("A colleague has just said it."), "info")
        else:
            flash(_("The support centre sees that you use version %(number)s.", number=held.newest.number), "done")
    return redirect_after_post(url_for("practice.document", document_id=document_id))


@pages.button("/echange/documents/<uuid:document_id>/usage/fin", USE)
def stop_using_document(document_id: UUID) -> Response:
    """Say that the platform uses a document no more."""
    _held, known = opened_document(document_id)
    if known is not None:
        actions.stop_using(database(), known)
        flash(_("The support centre sees that you do not use it any more."), "done")
    return redirect_after_post(url_for("practice.document", document_id=document_id))
