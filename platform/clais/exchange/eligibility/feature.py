from clais.exchange.eligibility.models import EligibilityTrial, EligibilityVersion, SpottingCount, TrialCount
from clais.feature import Feature

FEATURE = Feature(
    name="exchange_eligibility",
    package=__package__,
    tables=(EligibilityVersion, EligibilityTrial, TrialCount, SpottingCount),
)
