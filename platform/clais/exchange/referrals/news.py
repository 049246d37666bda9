"""What the other party did and a member has not seen yet: on the screen at once, and in notifications and mails."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    union_all,
    update,
)

from clais.clock import now
from clais.database import ScopedSession
from clais.database.moments import moment
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.workflow import OFFER_WORDS, STATES, TAKE_BACKS
from clais.feature.handling import Key, Reader
from clais.messaging.actions import notify
from clais.messaging.models import Notification
from clais.text import lower_first
from clais.translation import N_
from clais.web.formatting import exact_day

RECENT = timedelta(days=60)
"""How far back news is looked for."""
KIND = SUBJECT = "referral"
MOVED = N_("Referral %(reference)s moved: %(state)s")
WRITTEN = N_("Referral %(reference)s: a new message")
WRITTEN_MORE = N_("Referral %(reference)s: new messages")
ARRIVED = N_("A new referral waits for an answer: %(reference)s")
WITHDRAWN = N_("Consent withdrawn: %(reference)s")
NEVER_MEANT = N_("Sent by mistake: %(reference)s")
TAKEN_BACK = N_("Referral %(reference)s: the centre took its answer back, it stands at: %(state)s")
OFFERED = N_("Referral %(reference)s: a seat is offered, answer by %(day)s")
OFFER_MOVED = N_("Referral %(reference)s: %(state)s")
NEWS_DUE = N_("Referral %(reference)s: the sender waits for news")
RECEIPT_LATE = N_("Referral %(reference)s: its receipt is not acknowledged yet")
ANSWER_SOON = N_("Referral %(reference)s: the answer is promised by the next working day")
ANSWER_LATE = N_("Referral %(reference)s: the promised answer is late")
STILL_OVERDUE = N_("Referral %(reference)s still has no answer: the receiver was reminded")
ASKED = N_("Referral %(reference)s: the receiver still waits for what is missing")
SUPPLIED = N_("Referral %(reference)s: the sender answered what was asked")
LAPSED = N_("Referral %(reference)s got no answer. We are sorry: choose another way for the person from its page")
OVERDUE = N_("Referral %(reference)s was not answered in time")

_STANDINGS = STATES | OFFER_WORDS

Row = type[ReferralEvent] | type[ReferralMessage] | type[Withdrawal]
Translate = Callable[[str], str]
"""Translates a gettext id."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Something the other party did. A member gets one notification a `key`; `sentence` is a gettext id."""

    key: str
    sentence: str
    reference: str
    state: str = ""
    """A state of a referral, or a step of an offer."""
    day: date | None = None

    def text(self, translate: Translate) -> str:
        """The sentence, translated. It names a referral and nobody."""
        return translate(self.sentence) % {
            "reference": self.reference,
            "state": lower_first(translate(_STANDINGS[self.state])) if self.state else "",
            "day": exact_day(self.day) if self.day else "",
        }


def movement_of_event(event: ReferralEvent, referral: Referral, *, to_sender: bool) -> Movement:
    """The news of a step, for the sender or for the receiver."""
    if event.transition == "send" and not to_sender:
        return Movement(str(event.id), ARRIVED, referral.reference)
    if event.transition == "offer_seat" and referral.seat_offer == "offered":
        return Movement(str(event.id), OFFERED, referral.reference, day=referral.offer_until)
    if event.transition in OFFER_WORDS:
        return Movement(str(event.id), OFFER_MOVED, referral.reference, event.transition)
    sentence = TAKEN_BACK if event.transition in TAKE_BACKS else MOVED
    if event.transition == "supply":
        sentence = SUPPLIED
    if event.transition == "lapse" and to_sender:
        sentence = LAPSED
    return Movement(str(event.id), sentence, referral.reference, event.target)


def movement_of_message(message: ReferralMessage, referral: Referral, *, among_others: bool = False) -> Movement:
    """The news of a message from the other party, or of it and those that came with it."""
    return Movement(str(message.id), WRITTEN_MORE if among_others else WRITTEN, referral.reference)


def by_other_party(here: Key) -> ColumnElement[bool]:
    """Steps that the other party took, and those that nobody of the tenant took (a lapse)."""
    return or_(ReferralEvent.by_tenant_id != here, ReferralEvent.transition == "lapse")


def not_read(table: Row, membership_id: Key, here: Key) -> ColumnElement[bool]:
    """Whether a member has not read a notification of the row. What they read is looked up once for all rows."""
    return cast(table.id, String).not_in(_read_keys(here, membership_id))


def _read_keys(here: Key, membership_id: Key) -> Select[str]:
    return select(Notification.dedupe_key).where(
        Notification.tenant_id == here, Notification.membership_id == membership_id, Notification.read_at.is_not(None)
    )


def moved_for(reader: Reader, followed: ColumnElement[bool]) -> Select[Referral]:
    """The sent referrals that moved since the reader looked, last moved first; `followed`: they hear of its person."""
    found = _moved(reader, followed, Referral)
    return found.order_by(Referral.last_moved_at.desc()).limit(bindparam("most", type_=Integer()))


def moved_count(reader: Reader, followed: ColumnElement[bool]) -> ScalarSelect[int]:
    """The query that counts the sent referrals with news for a member; the rail combines it with its other counts."""
    return select(func.count()).select_from(_moved(reader, followed, Referral.id).subquery()).scalar_subquery()


def _moved(reader: Reader, followed: ColumnElement[bool], what: Any) -> Select[Any]:
    """`what` of the referrals with a step or a message of the other party that a member did not see.

    It starts at what happened of late and looks the read notifications up once; whose person it was, and whether they
    are followed, is asked for what is left, which is little: the rail runs it on every page, however many referrals the
    platform has.
    """
    here = reader.tenant_id
    steps = select(ReferralEvent.referral_id, cast(ReferralEvent.id, String).label("key")).where(
        ReferralEvent.tenant_id == here, ReferralEvent.happened_at > moment(RECENT), by_other_party(here)
    )
    messages = select(ReferralMessage.referral_id, cast(ReferralMessage.id, String).label("key")).where(
        ReferralMessage.tenant_id == here,
        ReferralMessage.sent_at > moment(RECENT),
        ReferralMessage.by_tenant_id != here,
    )
    happened = union_all(steps, messages).subquery()
    unread = happened.c.key.not_in(_read_keys(here, reader.membership_id))
    # Read once: without statistics, as after a restore, the server would read it again for each referral.
    new = select(happened.c.referral_id).where(unread).distinct().cte("new").prefix_with("MATERIALIZED")
    # A join, and nothing around it: looked for among all referrals of the platform, each would be asked for again.
    return select(what).join(new, Referral.id == new.c.referral_id).where(Referral.tenant_id == here, followed)


def unread_messages(session: ScopedSession, membership_id: UUID, referrals: Iterable[Referral]) -> set[UUID]:
    """Among `referrals`, those with a message of the other party that a member has not seen."""
    ids = [referral.id for referral in referrals]
    if not ids:
        return set()
    here = session.scope.tenant_id
    return set(
        session.scalars(
            select(ReferralMessage.referral_id).where(
                or_(ReferralMessage.tenant_id == here, ReferralMessage.to_tenant_id == here),
                ReferralMessage.referral_id.in_(ids),
                ReferralMessage.by_tenant_id != here,
                ReferralMessage.sent_at > now() - RECENT,
                not_read(ReferralMessage, membership_id, session.scope.tenant_id),
            )
        )
    )


def mark_seen(session: ScopedSession, membership_id: UUID, referral: Referral, translate: Translate) -> None:
    """Mark all news of a referral as read by a member who looks at it."""
    here = session.scope.tenant_id
    own = referral.tenant_id == here
    unread: list[Movement] = []
    events = select(ReferralEvent).where(
        ReferralEvent.tenant_id == referral.tenant_id,
        ReferralEvent.referral_id == referral.id,
        # Colleagues are told of what is taken back: whoever looks at it, or did it, knows.
        or_(by_other_party(here), ReferralEvent.transition.in_(TAKE_BACKS)),
        not_read(ReferralEvent, membership_id, session.scope.tenant_id),
    )
    unread += [movement_of_event(event, referral, to_sender=own) for event in session.scalars(events)]
    messages = select(ReferralMessage).where(
        ReferralMessage.tenant_id == referral.tenant_id,
        ReferralMessage.referral_id == referral.id,
        ReferralMessage.by_tenant_id != here,
        not_read(ReferralMessage, membership_id, session.scope.tenant_id),
    )
    unread += [movement_of_message(message, referral) for message in session.scalars(messages)]
    for movement in unread:
        notify_member(session, membership_id, referral, movement, translate)
    if unread:
        _read(session, membership_id, [movement.key for movement in unread], now())


def notify_member(
    session: ScopedSession, membership_id: UUID, referral: Referral, movement: Movement, translate: Translate
) -> bool:
    """Put a movement on a member's screen, once. False when it was there."""
    own = referral.tenant_id == session.scope.tenant_id
    return notify(
        session,
        membership_id,
        KIND,
        "referral",
        referral.id,
        movement.text(translate),
        movement.key,
        person_id=referral.person_id if own else None,
    )


def _read(session: ScopedSession, membership_id: UUID, keys: list[str], moment: datetime) -> None:
    session.execute(
        update(Notification)
        .where(
            and_(
                Notification.tenant_id == session.scope.tenant_id,
                Notification.membership_id == membership_id,
                Notification.dedupe_key.in_(keys),
                Notification.read_at.is_(None),
            )
        )
        .values(read_at=moment)
    )
