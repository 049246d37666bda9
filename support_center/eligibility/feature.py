from clais.feature import Feature
from support_center.eligibility.models import EligibilityDraft
from support_center.eligibility.trail import TRAIL
from support_center.eligibility.views import conditions, rules

FEATURE = Feature(
    name="eligibility_desk",
    package=__package__,
    tables=(EligibilityDraft,),
    trail=TRAIL,
    pages=(conditions.pages, rules.pages),
)
