from clais.exchange.referrals.announcing import announce, has_untold_news
from clais.exchange.referrals.jobs import close_unused, lapse_unanswered, next_close_at, next_lapse_at
from clais.exchange.referrals.models import (
    Consent,
    Parcel,
    PresenceSummary,
    Referral,
    ReferralEvent,
    ReferralMessage,
    Withdrawal,
)
from clais.exchange.referrals.queries import number_of_open_referrals
from clais.exchange.referrals.reminding import begin_clocks, next_clock_at, next_reminder_at, remind
from clais.exchange.referrals.silence import next_news_at
from clais.exchange.referrals.trail import TRAIL
from clais.exchange.referrals.waking import ANNOUNCE, CLOSE, LAPSE, REMIND
from clais.exchange.referrals.workflow import REFERRAL, SEAT_OFFER
from clais.feature import Feature
from clais.feature.closing import Holding
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_

FEATURE = Feature(
    name="exchange_referrals",
    package=__package__,
    trail=TRAIL,
    holdings=(Holding(N_("Open referrals"), number_of_open_referrals),),
    person_rows=(
        PersonRows(table=Referral, label=N_("Referrals"), permission="referral.read", fixed_by="withdrawn_at"),
        PersonRows(
            table=Consent,
            label=N_("Agreements to share"),
            permission="referral.read",
            hangs_on=("referral_id", "referral"),
            fixed_by="withdrawn_at",
        ),
    ),
    tables=(Referral, Parcel, Consent, ReferralEvent, ReferralMessage, Withdrawal, PresenceSummary),
    workflows=(REFERRAL, SEAT_OFFER),
    jobs=(
        Job(ANNOUNCE, announce, next_at=next_news_at, missed=has_untold_news),
        Job(LAPSE, lapse_unanswered, next_at=next_lapse_at),
        Job(REMIND, remind, next_at=next_reminder_at),
        Job("referral.begin_clocks", begin_clocks, next_at=next_clock_at, swept=True),
        Job(CLOSE, close_unused, next_at=next_close_at),
    ),
)
