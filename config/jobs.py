"""The jobs of the house: what the worker does for every tenant, and how often."""

from datetime import timedelta
from functools import partial

from sqlalchemy import delete

from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.jobs import announce, lapse_unanswered
from clais.identity.actor import Actor
from clais.messaging.outbox import forget_old, send_waiting
from clais.messaging.smtp import transport_of
from clais.scheduling.jobs import Job, job
from clais.web.models import Submission
from config.settings import Settings
from support_center.routing.jobs import apply_withdrawals

MAIL_EVERY = timedelta(seconds=5)
EXCHANGE_EVERY = timedelta(seconds=15)
LAPSE_EVERY = timedelta(minutes=15)
CLEAN_EVERY = timedelta(hours=6)
KEEP_SUBMISSIONS = timedelta(days=2)
"""A form that is sent again later than this comes from a page that no session opens any more."""


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """Every job, with the mail transport of this installation."""
    new_transport = partial(transport_of, settings.mail_url, settings.mail_directory, settings.mail_from)
    new_transport()  # An address that is none is refused here, not at the first mail.

    def send_mails(session: ScopedSession, _actor: Actor) -> None:
        # One for each run: while one waits for a slow server, the next is under way, and must not speak in between.
        send_waiting(session, new_transport())

    return (
        job("mail.send", MAIL_EVERY)(send_mails),
        job("referral.announce", EXCHANGE_EVERY)(announce),
        # A centre that is suspended or closed still holds what was copied from parcels: it must forget like any other.
        job("referral.apply_withdrawals", EXCHANGE_EVERY, in_every_state=True)(apply_withdrawals),
        job("referral.lapse", LAPSE_EVERY)(lapse_unanswered),
        job("clean", CLEAN_EVERY)(clean),
    )


def clean(session: ScopedSession, _actor: Actor) -> None:
    """Forget, in one tenant, what has served: keys of sent forms, old mails, notifications read long ago.

    Not the sessions of browsers and the failed sign-ins: they belong to no tenant. Nobody may read another's sessions,
    the worker included, so one's own expired ones go at one's next sign-in; failures go at the next failure.
    """
    session.execute(
        delete(Submission).where(
            Submission.tenant_id == session.scope.tenant_id, Submission.created_at < now() - KEEP_SUBMISSIONS
        )
    )
    forget_old(session)
