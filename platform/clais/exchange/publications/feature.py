from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion, Scheme, SchemeSession
from clais.feature import Feature

FEATURE = Feature(
    name="exchange_publications",
    package=__package__,
    tables=(Scheme, SchemeSession, Instrument, InstrumentVersion, InstrumentContent),
)
