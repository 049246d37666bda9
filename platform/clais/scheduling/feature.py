from clais.feature import Feature
from clais.scheduling.models import JobRun

FEATURE = Feature(name="scheduling", package=__package__, tables=(JobRun,))
