from clais.feature import Feature
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.eligibility.models import DeclaredFact, SpottedPerson
from tenants.eligibility.trail import TRAIL
from tenants.eligibility.views import answers

FEATURE = Feature(
    name="eligibility",
    package=__package__,
    trail=TRAIL,
    tables=(DeclaredFact, SpottedPerson),
    pages=(answers.pages,),
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
