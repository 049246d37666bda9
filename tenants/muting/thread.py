"""On the thread of a file: that it was made quiet, and taken up again."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.feature.file import Entry
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.muting.presentation import reason_of


def muting_entry(muting: Any, _actor: Actor) -> Iterator[Entry]:
    """The decision, and the click that ended it before its time."""
    day = exact_day(muting.until_on)
    yield Entry(
        muting.created_at, "muting", _("No contact needed until %(day)s", day=day), reason_of(muting),
        by=muting.noted_by, icon="alarm",
    )  # fmt: skip
    if muting.state == "ended":
        yield Entry(
            muting.updated_at, "muting", _("Contact is taken up again"), by=muting.ended_by or "", icon="telephone"
        )
