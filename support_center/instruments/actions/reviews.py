"""A version in review: who has read it, and what is remarked."""

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.exchange.publications.instruments import IN_PREPARATION, IN_REVIEW
from clais.exchange.publications.models import InstrumentVersion
from clais.workflow import Refused
from support_center.instruments.models import InstrumentReading, InstrumentRemark
from support_center.instruments.queries import contents_of, draft_of, readings_of


def note_reading(session: ScopedSession, actor: Actor, version: InstrumentVersion, read: str) -> None:
    """Note that one has read what is in review; once. `read` is the fingerprint of what one read.

    Raises Refused: `own_work` for who wrote it, `changed` when something else is in review now, `wrong_state`.
    """
    draft = draft_of(session, version.id, held=True)
    session.refresh(version)
    reviewed = next(iter(contents_of(session, version.id)), None)
    if draft is None or reviewed is None or version.state != IN_REVIEW:
        raise Refused("wrong_state")
    if str(actor.user_id) in draft.authors:
        raise Refused("own_work")
    if reviewed.fingerprint != read:
        raise Refused("changed")
    if actor.membership_id not in readings_of(session, version.id):
        session.add(InstrumentReading(instrument_version_id=version.id, membership_id=actor.membership_id))
        session.flush()
        record(session, "instrument.read", "instrument_version", version.id)


def forget_readings(session: ScopedSession, version: InstrumentVersion) -> None:
    """Forget who had read a version: it changes, and is read anew."""
    session.execute(
        delete(InstrumentReading).where(
            InstrumentReading.tenant_id == session.scope.tenant_id,
            InstrumentReading.instrument_version_id == version.id,
        )
    )


def remark(session: ScopedSession, actor: Actor, version: InstrumentVersion, part: str | None, text: str) -> None:
    """Remark on a version in review. Raises Refused(`wrong_state`) for one that is not in preparation."""
    if version.state not in IN_PREPARATION:
        raise Refused("wrong_state")
    row = InstrumentRemark(instrument_version_id=version.id, part=part, text=text, written_by=actor.display_name)
    session.add(row)
    session.flush()
    record(session, "instrument.remark", "instrument_version", version.id)


def settle(session: ScopedSession, row: InstrumentRemark, *, settled: bool) -> None:
    """Say that a remark is settled, or that it is open again."""
    row.settled = settled
    record(session, "instrument.settle", "instrument_version", row.instrument_version_id)
    session.flush()
