from clais.exchange.publications.models import (
    Instrument,
    InstrumentContent,
    InstrumentVersion,
    Scheme,
    SchemeSession,
    SeatCount,
)
from clais.feature import Feature

FEATURE = Feature(
    name="exchange_publications",
    package=__package__,
    tables=(Scheme, SchemeSession, SeatCount, Instrument, InstrumentVersion, InstrumentContent),
)
