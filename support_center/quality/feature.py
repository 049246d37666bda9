from clais.exchange.quality.queries import to_read_count
from clais.exchange.quality.workflow import ASK
from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.quality import views
from support_center.quality.models import QualityNote
from support_center.quality.trail import TRAIL

FEATURE = Feature(
    name="quality_desk",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    tables=(QualityNote,),
    rail=(
        RailEntry(
            N_("Supervision"),
            "eye",
            "quality_desk.index",
            ASK,
            frozenset({SUPPORT_CENTRE}),
            order=7,
            count=to_read_count,
        ),
    ),
)
