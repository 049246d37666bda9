"""Where a file came from, on its thread."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.exchange.referrals.workflow import TAKE
from clais.feature.file import Entry
from clais.place_names import of_place
from clais.thread import Source
from clais.translation import gettext as _
from tenants.file_transfers.models import FileArrival

ARRIVALS = Source(
    FileArrival.person_id,
    {
        "taken_at": FileArrival.taken_at,
        "from_name": FileArrival.from_name,
        "reference": FileArrival.reference,
        "referral_id": FileArrival.referral_id,
        "taken_by": FileArrival.taken_by,
    },
    order=(FileArrival.taken_at.desc(),),
)
"""The transfers by which a file came here."""


def arrival_entry(row: Any, actor: Actor) -> Iterator[Entry]:
    """The file was taken over: from where, by whom; the link leads to what was shared."""
    yield Entry(
        when=row.taken_at,
        kind="arrival",
        title=_("File taken over %(from_place)s", from_place=of_place(row.from_name)),
        body=row.reference,
        by=row.taken_by,
        url=url_for("file_transfers.show", referral_id=row.referral_id) if actor.may(TAKE) else None,
        icon="inbox",
    )
