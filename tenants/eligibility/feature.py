from clais.exchange.eligibility.waking import COUNT_TRIALS, SPOT
from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.eligibility import day
from tenants.eligibility.jobs import count_trials, next_spotting_at, next_trial_at, spot
from tenants.eligibility.models import DeclaredFact, SpottedPerson
from tenants.eligibility.trail import TRAIL
from tenants.eligibility.views import answers, spotting

FEATURE = Feature(
    name="eligibility",
    package=__package__,
    trail=TRAIL,
    tables=(DeclaredFact, SpottedPerson),
    pages=(answers.pages, spotting.pages),
    jobs=(
        Job(SPOT, spot, next_at=next_spotting_at),
        Job(COUNT_TRIALS, count_trials, next_at=next_trial_at),
    ),
    day=(DaySource("spotting", "referral.send", day.sessions_for_my_people),),
    person_rows=(
        PersonRows(table=DeclaredFact, label=N_("Answers for the conditions of schemes"), permission="person.read"),
        PersonRows(
            table=SpottedPerson,
            label=N_("Sessions that may be for them"),
            permission="person.read",
            single=("scheme_session_id",),
        ),
    ),
)
