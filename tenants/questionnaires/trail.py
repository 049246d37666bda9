"""The sentences of the trail about questionnaires."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.feature.trail import Trail
from clais.translation import N_
from tenants.questionnaires.models import InstrumentFilling


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What the instruments of some fillings were called."""
    found = select(InstrumentFilling.id, InstrumentFilling.name).where(
        InstrumentFilling.tenant_id == session.scope.tenant_id, InstrumentFilling.id.in_(ids)
    )
    return {row.id: row.name for row in session.execute(found)}


TRAIL = Trail(
    verbs={
        "questionnaire.begin": N_("%(who)s began a questionnaire in %(file)s"),
        "questionnaire.hand_over": N_("%(who)s gave the screen to the person for a questionnaire in %(file)s"),
        "questionnaire.finish": N_("%(who)s finished a questionnaire in %(file)s"),
        "questionnaire.correct": N_("%(who)s took up a questionnaire again in %(file)s"),
        "questionnaire.drop": N_("%(who)s gave up a questionnaire in %(file)s"),
        "questionnaire.carry": N_("%(who)s went on with a questionnaire on another version in %(file)s"),
    },
    names={"instrument_filling": names},
)
