from clais.exchange.assessments.models import AssessmentBallot, AssessmentNotice
from clais.feature import Feature

FEATURE = Feature(name="exchange_assessments", package=__package__, tables=(AssessmentBallot, AssessmentNotice))
