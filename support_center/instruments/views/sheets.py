"""A version as a spreadsheet (XLSForm): taken away to be written elsewhere, and read back into the draft."""

from io import BytesIO
from uuid import UUID

from flask import Response, flash, request, send_file, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.presentation import problem_text
from clais.instruments.rules.definition import MOST_ITEMS, Definition, InstrumentKind
from clais.instruments.xlsform.problems import SheetProblem
from clais.instruments.xlsform.reading import Reading, read
from clais.instruments.xlsform.writing import write
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import database
from clais.web.rendering import render
from support_center.instruments.actions.drafts import read_in
from support_center.instruments.conflicts import changed
from support_center.instruments.forms import whole_mark
from support_center.instruments.lookups import Opened, opened_version
from support_center.instruments.schemas import NothingSchema
from support_center.instruments.views.editor import head
from support_center.instruments.workflow import WRITE

pages = Pages()
READ = "instrument.read"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200
"""How many problems of a file are listed; the rest are counted."""


@pages.page("/outils/versions/<uuid:version_id>/tableur.xlsx", READ)
def download_sheet(version_id: UUID) -> Response:
    """A version as a spreadsheet."""
    opened = opened_version(version_id)
    name = f"{opened.instrument.code}-{opened.version.number}.xlsx"
    content = BytesIO(write(opened.definition).content)
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


@pages.page("/outils/versions/<uuid:version_id>/tableur", READ)
def sheet(version_id: UUID) -> Response:
    """Take the spreadsheet of a version away, or bring one."""
    return _page(opened_version(version_id), Form(NothingSchema()))


@pages.post("/outils/versions/<uuid:version_id>/tableur", WRITE)
def read_sheet(version_id: UUID) -> Response:
    """Read a spreadsheet into the draft; the page says all that is wrong with it."""
    opened = opened_version(version_id)
    form = Form.from_request(NothingSchema(), request.form)
    file = request.files.get("file")
    if not form.validate() or file is None or not file.filename:
        form.add_error(None, _("Choose a spreadsheet."))
        return _page(opened, form, status=422)
    found = read(file.read(), InstrumentKind(opened.instrument.kind))
    if found.definition is None or len(found.definition.items) > MOST_ITEMS:
        form.add_error(None, _("This file could not be read: the draft is as it was."))
        return _page(opened, form, found, status=422)
    definition = found.definition

    def change(standing: Definition) -> Definition:
        if form.version != whole_mark(standing):
            form.add_error(None, _("The draft was saved meanwhile: it is as it was saved. Read the file in again."))
            return standing
        return definition

    changed(opened, form, change)
    if form.errors:
        return _page(opened_version(version_id), form, found, status=409)
    read_in(database(), opened.version)
    flash(_("Read in: the draft asks what the file asks."), "done")
    return _page(opened_version(version_id), Form(NothingSchema()), found)


def _page(opened: Opened, form: Form, found: Reading | None = None, status: int = 200) -> Response:
    problems = found.problems if found else ()
    return render(
        "instruments/sheet.html",
        status=status,
        **head(opened),
        form=form,
        mark=whole_mark(opened.definition),
        was_read=found is not None,
        lines=[_line(problem) for problem in problems[:MOST_SHOWN]],
        more=max(0, len(problems) - MOST_SHOWN),
        unsaid=[problem_text(problem) for problem in write(opened.definition).unsaid],
        counted=ngettext("%(num)d question", "%(num)d questions", len(opened.definition.items)),
        address=url_for("instruments.download_sheet", version_id=opened.version.id),
    )


def _line(problem: SheetProblem) -> tuple[bool, str, str]:
    """Whether a problem blocks, where it is, what it is."""
    row = _("row %(number)s", number=problem.row) if problem.row else ""
    column = _("column “%(name)s”", name=problem.column) if problem.column else ""
    sheet_name = _("sheet “%(name)s”", name=problem.sheet) if problem.sheet else ""
    return problem.blocks, ", ".join(filter(None, (sheet_name, row, column))), problem_text(problem)
