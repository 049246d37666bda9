from clais.exchange.adoptions.models import InstrumentAdoption
from clais.feature import Feature

FEATURE = Feature(name="exchange_adoptions", package=__package__, tables=(InstrumentAdoption,))
