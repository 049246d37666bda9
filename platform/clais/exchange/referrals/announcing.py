"""Tells the members of a tenant what the other party did: a line on the screen for each thing, one mail for all."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Select,
    String,
    Subquery,
    TableValuedAlias,
    Uuid,
    cast,
    column,
    except_,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.referrals import news
from clais.exchange.referrals.models import Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.silence import LOOK_BACK, Line, spoken_after_all, unread_messages
from clais.exchange.referrals.workflow import ANSWER, OFFER_ANSWERS, TAKE, TAKE_BACKS
from clais.feature import composition
from clais.identity.models import Membership
from clais.messaging.actions import notify_all
from clais.messaging.mails import News, post_news
from clais.messaging.models import SILENT, SPOKEN, Notification
from clais.messaging.subjects import subject_url
from clais.services import services
from clais.translation import gettext

RECEIVER_STEPS = ("send", "supply", "cancel", "lapse", *TAKE_BACKS, *OFFER_ANSWERS)
BATCH = 2000
"""How many lines one run writes at most; the next run goes on."""


Found = TypeVar("Found", Referral, ReferralEvent, ReferralMessage, Withdrawal)
Pairs = Select[UUID, str]
"""Members and what they should hear of."""


def announce(session: ScopedSession, actor: Actor) -> int:
    """Tell the members of the tenant at work what the other party did, once.

    `actor` is the system in this tenant; sentences and addresses are made in its request context. Of many messages in
    one referral a member reads one line, for a day or until they have read it, and all that is new in one run is one
    mail. Returns how many lines are new; run again, it announces nothing twice.
    """
    lines = {(line.member_id, line.key): line for line in _lines(session, _not_told(session))}
    added = notify_all(session, [line.values() for line in lines.values()])
    loud = [lines[row["membership_id"], row["dedupe_key"]] for row in added if row["kind"] != SILENT]
    loud += spoken_after_all(session)
    mail(session, actor, loud)
    return len(loud)


def has_untold_news(session: ScopedSession) -> bool:
    """Whether a member has not heard of something that the other party did some time ago."""
    return bool(_not_told(session))


def hearers_of(session: ScopedSession, person_ids: set[UUID]) -> dict[UUID, list[UUID]]:
    """Person → the memberships that hear of them."""
    found: dict[UUID, list[UUID]] = {}
    if person_ids:
        follows = _followers(session.scope.tenant_id)
        rows = select(follows.c.person_id, follows.c.membership_id).where(follows.c.person_id.in_(person_ids))
        for person_id, membership_id in session.execute(rows):
            found.setdefault(person_id, []).append(membership_id)
    return found


def _followers(here: UUID) -> Subquery:
    """The pairs of a person and a member who hears of them; none where no feature keeps files."""
    followers = composition().followers
    if followers is None:
        return select(null().label("person_id"), null().label("membership_id")).where(false()).subquery()
    return followers(here, services().permissions).subquery()


def _not_told(session: ScopedSession) -> list[tuple[UUID, UUID]]:
    """The members and the ids of what they should hear of and have no notification of, oldest first.

    One set without another: whatever their sizes, PostgreSQL hashes or sorts both, and never reads one for each row of
    the other, as it does for a join whose condition holds a cast, which row security lets no index answer.
    """
    here, since = session.scope.tenant_id, now() - LOOK_BACK
    told = select(Notification.membership_id, Notification.dedupe_key).where(
        Notification.tenant_id == here, Notification.created_at > since
    )
    happened = [*_for_senders(session, since), *_for_receivers(session, since)]
    if not happened:
        return []
    waiting = except_(union_all(*happened), told).subquery()
    member_id, key = waiting.c
    # Ids are in the order of time.
    return [(one, UUID(text)) for one, text in session.execute(select(member_id, key).order_by(key).limit(BATCH))]


def _for_senders(session: ScopedSession, since: datetime) -> tuple[Pairs, ...]:
    """News for the members who follow the person now, whoever sent the referral; nothing where none moved."""
    here = session.scope.tenant_id
    sent = _with_hearers(session, since)
    if sent is None:
        return ()
    steps = (
        select(sent.c.member_id, cast(ReferralEvent.id, String))
        .join(ReferralEvent, ReferralEvent.referral_id == sent.c.referral_id)
        .where(ReferralEvent.tenant_id == here, ReferralEvent.happened_at > since, news.by_other_party(here))
        # An offer that is over already is not told as one.
        .where(or_(ReferralEvent.transition != "offer_seat", sent.c.offered))
    )
    messages = (
        select(sent.c.member_id, cast(ReferralMessage.id, String))
        .join(ReferralMessage, ReferralMessage.referral_id == sent.c.referral_id)
        .where(ReferralMessage.tenant_id == here, ReferralMessage.sent_at > since, ReferralMessage.by_tenant_id != here)
    )
    return steps, messages


def _with_hearers(session: ScopedSession, since: datetime) -> TableValuedAlias | None:
    """The referrals that moved, each with the members who hear of its person: few, so they are read first.

    None where nobody is to hear of any.
    """
    here = session.scope.tenant_id
    moved = select(Referral.id, Referral.person_id, Referral.seat_offer).where(
        Referral.tenant_id == here, Referral.last_moved_at > since
    )
    rows = session.execute(moved).all()
    people, offered = {row.id: row.person_id for row in rows}, {row.id for row in rows if row.seat_offer == "offered"}
    hearers = hearers_of(session, {person_id for person_id in people.values() if person_id})
    pairs = [(one, member) for one, person_id in people.items() for member in hearers.get(person_id, ())]
    if not pairs:
        return None
    columns = ([one for one, _member in pairs], [member for _one, member in pairs])
    arrays = (literal(ids, ARRAY(Uuid())) for ids in columns)
    is_offered = literal([one in offered for one, _member in pairs], ARRAY(Boolean()))
    return (
        func.unnest(*arrays, is_offered)
        .table_valued(
            column("referral_id", Uuid()), column("member_id", Uuid()), column("offered", Boolean()), name="sent"
        )
        .render_derived()
    )


def _for_receivers(session: ScopedSession, since: datetime) -> tuple[Pairs, ...]:
    """News for the present members who answer referrals: they are here, and what they hear of is with the senders.

    A centre answers referrals, and a platform the transfers of files.
    """
    here, present = session.scope.tenant_id, present_members(session, ANSWER, TAKE)
    if not present:
        return ()
    members = literal(present, ARRAY(Uuid()))
    steps = _for_each(members, ReferralEvent).where(
        ReferralEvent.to_tenant_id == here,
        ReferralEvent.happened_at > since,
        ReferralEvent.transition.in_(RECEIVER_STEPS),
    )
    messages = _for_each(members, ReferralMessage).where(
        ReferralMessage.to_tenant_id == here,
        ReferralMessage.sent_at > since,
        ReferralMessage.by_tenant_id != here,
    )
    withdrawn = _for_each(members, Withdrawal).where(
        Withdrawal.to_tenant_id == here, Withdrawal.withdrawn_at > since, Withdrawal.cause != "unused"
    )
    return steps, messages, withdrawn


def present_members(session: ScopedSession, *permissions: str) -> list[UUID]:
    """The present members of the tenant at work who hold one of the permissions."""
    holders = {role for permission in permissions for role in services().permissions.holders(permission)}
    members = select(Membership.id).where(
        Membership.tenant_id == session.scope.tenant_id,
        Membership.role.in_(holders),
        Membership.ended_at.is_(None),
    )
    return list(session.scalars(members))


def _for_each(members: ColumnElement[Any], table: type[ReferralEvent | ReferralMessage | Withdrawal]) -> Pairs:
    each = func.unnest(members).table_valued(column("member_id", Uuid()), name="officer").render_derived()
    return select(each.c.member_id, cast(table.id, String)).select_from(table).join(each, true())


def _lines(session: ScopedSession, waiting: Sequence[tuple[UUID, UUID]]) -> Iterator[Line]:
    """What waits, in words; of the messages in a referral the first that a member has not read stands for all."""
    ids = {key for _member, key in waiting}
    events, messages = _by_id(session, ReferralEvent, ids), _by_id(session, ReferralMessage, ids)
    withdrawals = _by_id(session, Withdrawal, ids)
    moved = {row.referral_id for row in events.values()} | {row.referral_id for row in messages.values()}
    referrals = _by_id(session, Referral, moved)
    many = Counter((member_id, messages[key].referral_id) for member_id, key in waiting if key in messages)
    unread = unread_messages(session) if many else set()
    for member_id, key in waiting:
        if key in withdrawals:
            yield _withdrawal_line(member_id, withdrawals[key])
            continue
        referral = referrals[(events.get(key) or messages[key]).referral_id]
        own = referral.tenant_id == session.scope.tenant_id
        subject = (referral.id, referral.person_id if own else None)
        if key in events:
            movement = news.movement_of_event(events[key], referral, to_sender=own)
            yield Line(member_id, movement.key, movement.text(gettext), news.KIND, *subject)
            continue
        pair = (member_id, referral.id)
        movement = news.movement_of_message(messages[key], referral, among_others=many[pair] > 1)
        text = movement.text(gettext)
        yield Line(member_id, movement.key, text, SPOKEN, *subject, is_silent=pair in unread)
        unread.add(pair)


def _by_id(session: ScopedSession, table: type[Found], ids: Iterable[UUID]) -> dict[UUID, Found]:
    """The rows that the tenant may read, as sender or as receiver."""
    here, wanted = session.scope.tenant_id, set(ids)
    if not wanted:
        return {}
    rows = select(table).where((table.tenant_id == here) | (table.to_tenant_id == here), table.id.in_(wanted))
    return {row.id: row for row in session.scalars(rows)}


def _withdrawal_line(member_id: UUID, withdrawal: Withdrawal) -> Line:
    """Which reference was withdrawn; nothing else may be told."""
    sentence = news.NEVER_MEANT if withdrawal.cause == "never_meant" else news.WITHDRAWN
    text = gettext(sentence) % {"reference": withdrawal.reference}
    return Line(member_id, str(withdrawal.id), text, "withdrawal", withdrawal.id)


def mail(session: ScopedSession, actor: Actor, lines: Sequence[Line]) -> None:
    """The same to each member in one mail, with the numbers of the referrals and links, and without a name."""
    by_member: dict[UUID, list[Line]] = {}
    for line in lines:
        by_member.setdefault(line.member_id, []).append(line)
    members = select(Membership).where(Membership.tenant_id == session.scope.tenant_id, Membership.id.in_(by_member))
    for member in session.scalars(members) if by_member else ():
        reader = replace(actor, permissions=services().permissions.of(member.role))
        mine = by_member[member.id]
        told = [News(line.text, _page(reader, line)) for line in mine]
        post_news(session, member.email, told, f"{mine[0].key}:{member.id.hex}")


def _page(reader: Actor, line: Line) -> str | None:
    return None if line.kind == "withdrawal" else subject_url(reader, news.SUBJECT, line.subject_id)
