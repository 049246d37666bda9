"""Files as a form brings them, judged one by one; documents as a form shows them."""

from collections.abc import Iterable, Sequence

from flask import request
from werkzeug.datastructures import FileStorage

from clais.clock import today
from clais.files.contents import LARGEST, Content, judged
from clais.files.scanning import AT_ONCE, within
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
    found, why = contents_in(request.files.getlist(FILE), kind, place)
    for words in why:
        form.add_error(None, words)
    return found


def contents_in(files: Iterable[FileStorage], kind: str, place: str = "") -> tuple[Sequence[Content], Sequence[str]]:
    """The contents of files, in their order, or none and why each is not kept that is not."""
    brought = [(file.filename, file.read(LARGEST + 1)) for file in files if file.filename]
    if not brought:
        return (), [_("Choose the file: a scan, a photo or a PDF.")]
    if len(brought) > MOST_FILES:
        return (), [_("These are more than %(most)s files: add them as several documents.", most=MOST_FILES)]
    found, why, scan = [], [], within(services().scanner, AT_ONCE)
    for name, content in brought:
        try:
            found.append(judged(content, scan, copy_mark(kind, place)))
        except Unfit as unfit:
            why.append(_(UNFIT[unfit.code], name=name, most=LARGEST // 1024**2))
    return ((), why) if why else (found, ())


def copy_mark(kind: str, place: str = "") -> str:
    """What is written across a copy of an identity paper: nobody can use it as one of their own."""
    if not kind_of(kind).marked:
        return ""
    name = place or actor().organisation or actor().tenant_name
    return _("COPY · %(place)s · %(day)s", place=name, day=exact_day(today()))
