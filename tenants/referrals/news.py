"""What the referrals of a member add to their day. The agenda composes that page; the two meet in `config.my_day`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from clais.database import ScopedSession
from clais.exchange.workflow import STATES
from clais.identity.actor import Actor
from clais.words import gettext as _
from tenants.people.presentation import full_name
from tenants.referrals import screens
from tenants.referrals.queries import referrals_that_moved, referrals_without_answer

MOST = 8


@dataclass(frozen=True, slots=True)
class News:
    """A referral that moved, or whose answer is late: who, why in a sentence, where to look."""

    who: str
    why: str
    act_label: str
    url: str
    who_url: str
    tag: str
    tag_kind: str
    when: date | datetime
    late: bool = False


def news(session: ScopedSession, actor: Actor) -> Iterator[News]:
    """First the answers that are late, then what moved since `actor` looked."""
    for referral, person in referrals_without_answer(session, actor.membership_id, MOST):
        yield News(
            full_name(person),
            _(
                "No answer yet on “%(scheme)s”: %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                standing=screens.standing(referral),
            ),
            _("Write a message"),
            url_for("referrals.show", referral_id=referral.id),
            url_for("people.show", person_id=person.id),
            _("late"),
            "late",
            referral.answer_due_on or referral.last_moved_at,
            late=True,
        )
    for referral, person in referrals_that_moved(session, actor.membership_id, MOST):
        yield News(
            full_name(person),
            _(
                "The referral to “%(scheme)s” moved: %(state)s. %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                state=_(STATES[referral.state]).lower(),
                standing=screens.standing(referral),
            ),
            _("Look"),
            url_for("referrals.show", referral_id=referral.id),
            url_for("people.show", person_id=person.id),
            _(STATES[referral.state]),
            screens.TAGS.get(referral.state, ""),
            referral.last_moved_at,
        )
