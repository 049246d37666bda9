"""The referrals on the file of a person and on its thread."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals import news, queries
from clais.exchange.referrals.delays import promised_on
from clais.exchange.referrals.models import Referral, ReferralEvent
from clais.exchange.referrals.workflow import OFFER_WORDS, STATES, WAITING
from clais.feature.file import Entry
from clais.thread import TENANT, Source
from clais.translation import gettext as _
from tenants.people.models import Person
from tenants.referrals import presentation

ON_FILE = "referrals of the person"


def on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The referrals of a person; None before the first one."""
    found = session.read_once(ON_FILE, lambda: queries.sent_for(session, person.id))
    if not found:
        return None
    return {
        "referrals": found,
        "count": len(found),
        "states": STATES,
        "tags": presentation.TAGS,
        "status_text": presentation.status_text,
        "is_late": presentation.is_late,
        "silence_text": presentation.silence_text,
        "unread": news.unread_messages(session, actor.membership_id, found),
        "may_send": actor.may("referral.send") and person.stage != "closed",
    }


def awaited_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The answers that the person's referrals wait for, as rows of what comes next."""
    content = on_file(session, person, actor)
    awaited = [referral for referral in content["referrals"] if referral.state in WAITING] if content else []
    if not content or not awaited:
        return None
    due = [day for day in map(promised_on, awaited) if day]
    return {**content, "awaited": awaited, "first_on": min(due, default=None)}


STEPS = Source(
    Referral.person_id,
    {
        "happened_at": ReferralEvent.happened_at,
        "target": ReferralEvent.target,
        "transition": ReferralEvent.transition,
        "referral_id": Referral.id,
        "reference": Referral.reference,
        "scheme_name": Referral.scheme_name,
        "to_name": Referral.to_name,
    },
    order=(ReferralEvent.happened_at.desc(),),
    where=(ReferralEvent.tenant_id == TENANT, ReferralEvent.referral_id == Referral.id),
)
"""The steps of a person's referrals."""


def entry(step: Any, _actor: Actor) -> Iterator[Entry]:
    """A step of a referral, for the thread of the file."""
    yield Entry(
        when=step.happened_at,
        kind="referral",
        title=_(
            "Referral %(reference)s · %(scheme)s",
            reference=step.reference,
            scheme=step.scheme_name or step.to_name,
        ),
        tag=_(OFFER_WORDS.get(step.transition) or STATES[step.target]),
        tag_kind=presentation.TAGS.get(step.target, ""),
        url=url_for("referrals.show", referral_id=step.referral_id),
        group=str(step.referral_id),
        icon="send",
    )
