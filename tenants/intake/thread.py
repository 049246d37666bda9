"""The receptions on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.translation import gettext as _
from clais.web.context import database
from tenants.intake.actions import asks_something
from tenants.intake.asked import questions_then
from tenants.intake.presentation import as_text
from tenants.intake.queries import then_of


def intake_entry(row: Any, _actor: Actor) -> Iterator[Entry]:
    """A reception: the receptionist and the request."""
    yield Entry(
        when=row.created_at,
        kind="intake",
        title=_("Request noted") if asks_something(row) else _("Reception noted"),
        by=row.received_by,
        icon="door-open",
        body=row.request or as_text(questions_then(database(), then_of(row)), "request_kinds", row.request_kinds),
        tag=_("urgent") if row.urgent_needs else "",
        tag_kind="late",
        url=url_for("intake.edit", person_id=row.person_id, intake_id=row.id),
    )
