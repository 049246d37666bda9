from clais.exchange.publications.models import (
    Instrument,
    InstrumentContent,
    InstrumentVersion,
    Scheme,
    SchemeOperator,
    SchemeSession,
    SeatCount,
    UsualDelay,
)
from clais.feature import Feature

FEATURE = Feature(
    name="exchange_publications",
    package=__package__,
    tables=(
        SchemeOperator,
        Scheme,
        SchemeSession,
        SeatCount,
        UsualDelay,
        Instrument,
        InstrumentVersion,
        InstrumentContent,
    ),
)
