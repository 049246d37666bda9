"""The list of files, taken away as a file: at once, or written by the worker while a bar shows how far it is."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import now, today
from clais.database.keyset import MOST_COUNTED
from clais.encryption import DecryptionFailed
from clais.feature.columns import PersonColumn
from clais.feature.pages import Pages
from clais.sealing import unseal
from clais.services import services
from clais.spreadsheets import MIMETYPES
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.lists import Asked
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.caseload import actions, queries
from tenants.caseload.export import about_list, cells_of, document, to_json
from tenants.caseload.forms import asked_here, columns_here, filters_in_force, wanted_by
from tenants.caseload.models import ListExport
from tenants.caseload.queries import Wanted
from tenants.caseload.rows import file_columns

pages = Pages()
EXPORT = "person.export"
AT_ONCE = 1_000
"""Up to so many files are written while the reader waits: less than a second."""
log = structlog.get_logger("tenants.caseload")


@pages.page("/personnes/export", EXPORT)
def export() -> Response:
    """What is taken away: how many files, narrowed by what, with which columns; and the exports that are kept."""
    columns = columns_here()
    chosen = asked_here(columns)
    wanted = wanted_by(chosen, columns)
    (count,) = queries.counts(database(), [wanted], columns)
    return render(
        "caseload/export.html",
        count=count,
        more=count == MOST_COUNTED,
        chips=_chips(chosen, columns),
        heads=[column.label for column in file_columns(columns, wanted).values()],
        arguments=chosen.arguments,
        back_url=chosen.url(),
        kept=queries.exports_of(database(), actor().membership_id),
    )


@pages.button("/personnes/export/<any(xlsx, csv):kind>", EXPORT)
def take_away(kind: str) -> AnyResponse:
    """The file, or the page that shows how far it is written when it is a long one."""
    session, columns, who = database(), columns_here(), actor()
    chosen = asked_here(columns)
    wanted = wanted_by(chosen, columns)
    rows = queries.files_page(session, wanted, columns, limit=AT_ONCE)
    asked = _to_keep(wanted, columns, chosen)
    if len(rows) > AT_ONCE:
        total = queries.number_of(session, wanted, columns)
        try:
            made = actions.ask_export(session, who, kind, asked, total, who.language)
        except Refused:
            flash(_("Three exports are being written already: wait for one of them."), "wait")
            return redirect_after_post(url_for("caseload.export", **chosen.arguments))
        return redirect_after_post(url_for("caseload.show_export", export_id=made.id))
    cells = [cells_of(row, columns, wanted, who) for row in rows]
    about = about_list(who.tenant_name, who.display_name, now(), asked["chips"], len(rows))
    actions.note_export(session, asked, [row[0].id for row in rows])
    return _download(document(kind, columns, wanted, cells, about), kind)


@pages.page("/personnes/export/<uuid:export_id>", EXPORT)
def show_export(export_id: UUID) -> Response:
    """How far an export is written; the page asks again by itself, and offers the file once it is whole."""
    made = _mine(export_id)
    return render("caseload/export_made.html", "caseload/_export_progress.html", made=made)


@pages.button("/personnes/export/<uuid:export_id>/fichier", EXPORT)
def fetch_export(export_id: UUID) -> Response:
    """The file of an export that is whole, to who asked for it; each time it is put on record."""
    made = _mine(export_id)
    if made.sealed is None:
        abort(404)
    facts = None
    with suppress(DecryptionFailed):
        facts = unseal(services().keyring, made)
    if facts is None:
        log.error("an export could not be read", export=str(made.id))
        abort(404)
    actions.note_export(database(), made.wanted, [UUID(key) for key in facts["people"]])
    return _download(base64.b64decode(facts["file"]), made.kind)


@pages.button("/personnes/export/<uuid:export_id>/effacement", EXPORT)
def forget_export(export_id: UUID) -> AnyResponse:
    """Erase an export before its time, or stop writing it."""
    actions.forget_export(database(), _mine(export_id))
    flash(_("The export is erased."), "done")
    return redirect_after_post(url_for("caseload.export"))


def _mine(export_id: UUID) -> ListExport:
    """An export of the actor that is kept still, or 404."""
    made = get_or_404(ListExport, export_id)
    if made.membership_id != actor().membership_id or made.ends_at <= now():
        abort(404)
    return made


def _chips(chosen: Asked, columns: Sequence[PersonColumn]) -> list[tuple[str, str]]:
    return [(chip.label, chip.value) for chip in chosen.chips(filters_in_force(chosen, columns))]


def _to_keep(wanted: Wanted, columns: Sequence[PersonColumn], chosen: Asked) -> Mapping[str, Any]:
    """What the worker needs to write the list as the actor sees it now."""
    names = sorted(column.name for column in columns)
    return to_json(wanted) | {"columns": names, "chips": _chips(chosen, columns), "platform": actor().tenant_name}


def _download(content: bytes, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="dossiers-{today():%Y-%m-%d}.{kind}"'}
    return Response(content, mimetype=MIMETYPES[kind], headers=headers)
