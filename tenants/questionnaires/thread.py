"""The questionnaires on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.dates import noon_unless_written_on
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import ASKED_ELSEWHERE

FILLINGS = Source(
    InstrumentFilling.person_id,
    {
        "id": InstrumentFilling.id,
        "person_id": InstrumentFilling.person_id,
        "name": InstrumentFilling.name,
        "number": InstrumentFilling.number,
        "state": InstrumentFilling.state,
        "by_person": InstrumentFilling.by_person,
        "out_of_use": InstrumentFilling.out_of_use,
        "begun_on": InstrumentFilling.begun_on,
        "begun_by": InstrumentFilling.begun_by,
        "finished_on": InstrumentFilling.finished_on,
        "created_at": InstrumentFilling.created_at,
    },
    where=(InstrumentFilling.state != "dropped", InstrumentFilling.kind.not_in(ASKED_ELSEWHERE)),
    order=(InstrumentFilling.begun_on.desc(), InstrumentFilling.id.desc()),
)
"""The questionnaires of a person, without those that were given up."""


def filling_entry(row: Any, _actor: Actor) -> Iterator[Entry]:
    """A questionnaire: what was filled in, on which version, by whom."""
    finished = row.finished_on is not None
    yield Entry(
        when=noon_unless_written_on(row.finished_on, row.created_at) if finished else row.created_at,
        kind="questionnaire",
        title=_("%(name)s filled in", name=row.name) if finished else _("%(name)s begun", name=row.name),
        body=_("Answered by the person, on the tablet.") if row.by_person and finished else "",
        by=row.begun_by,
        icon="list-check",
        tag="" if finished else _("being filled in"),
        tag_kind="wait",
        url=url_for("questionnaires.filling", person_id=row.person_id, filling_id=row.id),
    )
