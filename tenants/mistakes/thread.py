"""On the thread of a file: that an entry was taken out, or the file itself, and not what it said."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.translation import gettext as _
from tenants.mistakes.choices import FILE
from tenants.mistakes.workflow import SET_ASIDE


def mistake_entry(row: Any, actor: Actor) -> Iterator[Entry]:
    """That something was set aside, and that it was restored."""
    url = url_for("mistakes.index", _anchor=f"mistake-{row.id}") if actor.may(SET_ASIDE) else None
    out, back = (
        (_("The file was set aside: encoded by mistake"), _("The file was restored"))
        if row.subject_type == FILE
        else (_("An entry was taken out: encoded by mistake"), _("An entry was restored"))
    )
    yield Entry(row.set_aside_at, "mistake", out, by=row.set_aside_by, icon="eye-slash", url=url)
    if row.restored_at:
        yield Entry(row.restored_at, "mistake", back, by=row.restored_by or "", icon="reply", url=url)
