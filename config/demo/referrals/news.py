"""Notifications: what each side is told of the other's steps and messages."""

from datetime import datetime, timedelta
from uuid import UUID

from clais.exchange.referrals.news import KIND, RECENT, WITHDRAWN
from clais.messaging.actions import MAXIMUM_TEXT_LENGTH, single_line
from clais.messaging.models import Notification
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.french import french
from config.demo.referrals.drawing import DrawnReferral

ANSWERING = ("support_officer", "coordinator", "agent")
"""Who answers: in the centre referrals, in a platform the files that are offered."""
_SEEN_AFTER = timedelta(hours=20)
_NEWS = timedelta(days=3)


def tell_sender(referral: DrawnReferral, key: UUID, moment: datetime, text: str, kind: str = KIND) -> None:
    """A line on the screen of whoever sent the referral; old news was read."""
    desk, who = referral.history.desk, referral.history.referent
    fresh = desk.today - moment.date() <= _NEWS and referral.is_news
    if referral.of_the_story:
        # Only the last movement of a story is news: the question, or the seat.
        fresh = moment > referral.steps[-1][1] if referral.question else moment == referral.steps[-1][1]
    _tell(desk, referral, who, key, moment, text, referral.history.key, kind, seen=None if fresh else moment)


def tell_receivers(
    referral: DrawnReferral, key: UUID, moment: datetime, text: str, kind: str = KIND, *, seen: datetime | None
) -> None:
    """The same for whoever answers in the receiving place; unread until the referral is acknowledged."""
    for officer in referral.to.of_role(*ANSWERING):
        _tell(referral.to, referral, officer, key, moment, text, None, kind, seen=seen)


def tell_of_withdrawal(referral: DrawnReferral, key: UUID, moment: datetime) -> None:
    """A line for each officer with the number of what was withdrawn and nothing else."""
    for officer in referral.to.of_role(*ANSWERING):
        referral.to.ledger.add(
            Notification, referral.history.dice, moment, membership_id=officer.membership_id, kind="withdrawal",
            subject_type="withdrawal", subject_id=key, dedupe_key=str(key),
            text=single_line(french(WITHDRAWN, reference=referral.reference), MAXIMUM_TEXT_LENGTH),
            read_at=moment + _SEEN_AFTER,
        )  # fmt: skip


def _tell(
    desk: Desk, referral: DrawnReferral, who: Colleague, key: UUID, moment: datetime, text: str,
    person_id: UUID | None, kind: str, *, seen: datetime | None,
) -> None:  # fmt: skip
    # As `exchange.referrals.news` does it: the row that is told of is the key, so that the worker tells nothing twice.
    if desk.today - moment.date() <= RECENT:
        desk.ledger.add(
            Notification, referral.history.dice, moment, membership_id=who.membership_id, kind=kind,
            subject_type="referral", subject_id=referral.key, person_id=person_id, dedupe_key=str(key),
            text=single_line(text, MAXIMUM_TEXT_LENGTH), read_at=seen + _SEEN_AFTER if seen else None,
        )  # fmt: skip
