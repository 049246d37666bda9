from clais.due.models import Due
from clais.feature import Feature

FEATURE = Feature(name="due", package=__package__, tables=(Due,))
