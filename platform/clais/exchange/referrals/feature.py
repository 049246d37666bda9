from datetime import timedelta

from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import close_unused, lapse_unanswered
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.queries import number_of_open_referrals
from clais.exchange.referrals.trail import TRAIL
from clais.exchange.referrals.workflow import REFERRAL
from clais.feature import Feature
from clais.feature.closing import Holding
from clais.feature.job import Job
from clais.translation import N_

FEATURE = Feature(
    name="exchange_referrals",
    package=__package__,
    trail=TRAIL,
    holdings=(Holding(N_("Open referrals"), number_of_open_referrals),),
    tables=(Referral, Parcel, Consent, ReferralEvent, ReferralMessage, Withdrawal),
    workflows=(REFERRAL,),
    jobs=(
        Job("referral.announce", timedelta(seconds=15), announce),
        Job("referral.lapse", timedelta(minutes=15), lapse_unanswered),
        Job("referral.close", timedelta(hours=1), close_unused),
    ),
)
