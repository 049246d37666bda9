from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.instruments.models import InstrumentDraft, InstrumentReading, InstrumentRemark, InstrumentTrial
from support_center.instruments.queries import to_review_count
from support_center.instruments.trail import TRAIL
from support_center.instruments.views import languages, parts, questions, sheets, shelf, trials, versions
from support_center.instruments.workflow import VERSION

FEATURE = Feature(
    name="instruments",
    package=__package__,
    tables=(InstrumentDraft, InstrumentTrial, InstrumentRemark, InstrumentReading),
    workflows=(VERSION,),
    trail=TRAIL,
    pages=(shelf.pages, questions.pages, parts.pages, languages.pages, versions.pages, trials.pages, sheets.pages),
    rail=(
        RailEntry(
            N_("Instruments"),
            "list-check",
            "instruments.index",
            "instrument.read",
            frozenset({SUPPORT_CENTRE}),
            order=30,
            count=to_review_count,
        ),
    ),
)
