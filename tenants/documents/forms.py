"""Files as a form brings them, judged one by one; documents as a form shows them."""

from collections.abc import Sequence

from flask import request

from clais.clock import today
from clais.files.contents import LARGEST, Content, judged
from clais.files.unfit import Unfit
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor
from clais.web.formatting import exact_day
from tenants.documents.actions.papers import MOST_FILES, Shelf
from tenants.documents.choices import kind_of
from tenants.documents.refusals import UNFIT

FILE = "file"
"""The name of the files that come with a form."""


def shelf() -> Shelf:
    """Where this installation keeps contents."""
    found = services()
    return Shelf(found.files, found.keyring)


def contents_of(form: Form, kind: str, place: str = "") -> Sequence[Content]:
    """The files that came with a form, in their order; none, and an error on the form for each that is not kept.

    `place` is the name of the platform, for who is not at work in it.
    """
    brought = [(file.filename, file.read(LARGEST + 1)) for file in request.files.getlist(FILE) if file.filename]
    if not brought:
        form.add_error(None, _("Choose the file: a scan, a photo or a PDF."))
        return ()
    if len(brought) > MOST_FILES:
        form.add_error(None, _("These are more than %(most)s files: add them as several documents.", most=MOST_FILES))
        return ()
    found = []
    for name, content in brought:
        try:
            found.append(judged(content, services().scanner, copy_mark(kind, place)))
        except Unfit as unfit:
            form.add_error(None, _(UNFIT[unfit.code], name=name, most=LARGEST // 1024**2))
            if unfit.code == "not_scanned":
                break  # A scanner that is away is waited for once, not once for each file.
    return found if len(found) == len(brought) else ()


def copy_mark(kind: str, place: str = "") -> str:
    """What is written across a copy of an identity paper: nobody can use it as one of their own."""
    if not kind_of(kind).marked:
        return ""
    name = place or actor().organisation or actor().tenant_name
    return _("COPY · %(place)s · %(day)s", place=name, day=exact_day(today()))
