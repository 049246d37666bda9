"""What referrals put on someone's day: answers that are late, and what moved."""

from collections.abc import Iterator

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.workflow import STATES
from clais.feature.day import LATE, NEWS, Waiting
from clais.translation import gettext as _
from tenants.people.urls import file_url
from tenants.referrals import presentation as screens
from tenants.referrals.queries import referrals_that_moved, referrals_without_answer

MOST = 8


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """First the answers that are late, then what moved since `actor` looked."""
    for referral, person in referrals_without_answer(session, actor.membership_id, MOST):
        yield Waiting(
            LATE + 2,
            person.full_name,
            _(
                "No answer yet on “%(scheme)s”: %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                standing=screens.standing(referral),
            ),
            _("Write a message"),
            url_for("referrals.show", referral_id=referral.id),
            _("late"),
            "late",
            referral.answer_due_on or referral.last_moved_at,
            file_url(person.id),
        )
    for referral, person in referrals_that_moved(session, actor.membership_id, MOST):
        yield Waiting(
            NEWS - 1,
            person.full_name,
            _(
                "The referral to “%(scheme)s” moved: %(state)s. %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                state=_(STATES[referral.state]).lower(),
                standing=screens.standing(referral),
            ),
            _("Look"),
            url_for("referrals.show", referral_id=referral.id),
            _(STATES[referral.state]),
            screens.TAGS.get(referral.state, ""),
            referral.last_moved_at,
            file_url(person.id),
        )
