"""The referrals on someone's day: late answers, and changes of state."""

from collections.abc import Iterator

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals.workflow import STATES
from clais.feature.day import LATE, NEWS, Waiting
from clais.services import services
from clais.translation import gettext as _
from tenants.people.urls import file_url
from tenants.referrals import presentation
from tenants.referrals.queries import referrals_that_moved, referrals_without_answer

MOST = 8


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """First the late answers, then the changes of state since `actor` looked."""
    table = services().permissions
    for referral, person in referrals_without_answer(session, actor.membership_id, table, MOST):
        yield Waiting(
            LATE + 2,
            person.full_name,
            _(
                "No answer yet on “%(scheme)s”: %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                standing=presentation.status_text(referral),
            ),
            _("Write a message"),
            url_for("referrals.show", referral_id=referral.id),
            _("late"),
            "late",
            referral.answer_due_on or referral.last_moved_at,
            file_url(person.id),
        )
    for referral, person in referrals_that_moved(session, actor.membership_id, table, MOST):
        yield Waiting(
            NEWS - 1,
            person.full_name,
            _(
                "The referral to “%(scheme)s” moved: %(state)s. %(standing)s.",
                scheme=referral.scheme_name or referral.to_name,
                state=_(STATES[referral.state]).lower(),
                standing=presentation.status_text(referral),
            ),
            _("Look"),
            url_for("referrals.show", referral_id=referral.id),
            _(STATES[referral.state]),
            presentation.TAGS.get(referral.state, ""),
            referral.last_moved_at,
            file_url(person.id),
        )
