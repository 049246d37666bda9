"""What was given on paper, on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.clock import now
from clais.feature.file import Entry
from clais.text import lower_first
from clais.translation import gettext as _
from tenants.printing.choices import KINDS, READ_SENSITIVE
from tenants.printing.urls import printout_url


def printout_entry(row: Any, actor: Actor) -> Iterator[Entry]:
    """That something was printed, with the way to open it again for who may."""
    kind = KINDS[row.kind]
    if not actor.may(kind.permission):
        return
    is_open = kind.lasting or (row.mine and row.ends_at is not None and row.ends_at > now())
    is_read = row.withheld_at is None or actor.may(READ_SENSITIVE)
    name = lower_first(_(kind.label))
    yield Entry(
        when=row.asked_at,
        kind="document",
        title=_("Posted by mail: %(name)s", name=name) if row.mailed_at else _("Printed: %(name)s", name=name),
        by=row.asked_by,
        icon="send" if row.mailed_at else "printer",
        url=printout_url(row) if is_open and is_read else None,
    )
