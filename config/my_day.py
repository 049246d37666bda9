"""Where referrals meet the day of an agent: two features that know nothing of each other."""

from collections.abc import Iterator

from clais.database import ScopedSession
from clais.identity.actor import Actor
from tenants.agenda.day import LATE, NEWS, Waiting, add_day_source
from tenants.referrals.news import news


def referrals_of_the_day(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The referrals whose answer is late, and those that moved."""
    for item in news(session, actor):
        yield Waiting(
            LATE + 2 if item.late else NEWS - 1,
            item.who,
            item.why,
            item.act_label,
            item.url,
            item.tag,
            item.tag_kind,
            item.when,
            item.who_url,
        )


def join_my_day() -> None:
    """Put the referrals on the day of those who may read them; notifications need not say the same again."""
    add_day_source("referrals", "referral.read", referrals_of_the_day, tells=("referral",))
