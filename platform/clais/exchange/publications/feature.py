from clais.exchange.publications.models import Scheme, SchemeSession
from clais.feature import Feature

FEATURE = Feature(name="exchange_publications", package=__package__, tables=(Scheme, SchemeSession))
