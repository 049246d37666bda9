"""The pages of a person's fillings."""

from uuid import UUID

from flask import url_for

from tenants.questionnaires.models import InstrumentFilling


def filling_url(filling: InstrumentFilling) -> str:
    """Where a filling is answered, and read once it is finished."""
    return url_for("questionnaires.filling", person_id=filling.person_id, filling_id=filling.id)


def fillings_url(person_id: UUID) -> str:
    """The questionnaires of a person."""
    return url_for("questionnaires.index", person_id=person_id)
