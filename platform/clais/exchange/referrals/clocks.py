"""The clocks of a referral, as each step leaves them: of the news that its receiver owes, and of its answer."""

from datetime import timedelta

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import working_days_after, working_days_between
from clais.exchange.referrals.delays import RUNNING, Promise
from clais.exchange.referrals.models import LONGEST_PAUSE, Referral
from clais.registry.models import Tenant


def count_from(session: ScopedSession, actor: Actor, referral: Referral, *, is_first: bool = False) -> None:
    """The days to the next news begin again with whatever the receiver does, and with nothing that the sender does;
    they end when nobody waits for news any more.
    """
    if referral.state not in RUNNING:
        referral.last_news_on = referral.news_due_on = None
    elif actor.tenant_id == referral.to_tenant_id:
        promise = promise_for(session, referral)
        referral.last_news_on = today()
        referral.news_due_on = promise.news_after(referral.last_news_on, is_first=is_first)


def pause_or_go_on(referral: Referral) -> None:
    """While the sender is asked for what is missing, the clock of the answer stands: its day is put off afterwards by
    the working days of the pause, four weeks after what was promised at most.
    """
    if referral.state == "incomplete":
        referral.asked_on = today()
    elif referral.asked_on is not None:
        if referral.state == "received" and referral.answer_due_on is not None:
            pause = working_days_between(referral.asked_on, today())
            wanted = working_days_after(referral.answer_due_on, pause)
            longest = (referral.promised_on or referral.answer_due_on) + timedelta(days=LONGEST_PAUSE)
            referral.answer_due_on = min(wanted, longest)
        referral.asked_on = None


def promise_for(session: ScopedSession, referral: Referral) -> Promise:
    """What its receiver promises for a referral."""
    receiver = session.get(Tenant, referral.to_tenant_id)
    return Promise.of(receiver.settings if receiver else {}, referral.tenant_id)
