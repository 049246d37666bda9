from clais.audit.models import LISTED
from clais.feature import Feature
from clais.feature.file import Act
from clais.feature.navigation import RailEntry
from clais.feature.trail import Trail
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE
from clais.trail import views
from clais.translation import N_

FEATURE = Feature(
    name="trail",
    package=__package__,
    trail=Trail(
        verbs={
            LISTED: N_("%(who)s saw names in a list"),
            views.READING: N_("%(who)s read the log of accesses"),
            "trail.accept": N_("%(who)s took the trail as it was after a backup was put back"),
        }
    ),
    pages=(views.pages,),
    acts=(Act(N_("Who read this file"), "trail.on_paper", "audit.read", 90),),
    rail=(
        RailEntry(
            N_("Log of accesses"),
            "journal-text",
            "trail.index",
            "audit.read",
            frozenset({LOCAL_PLATFORM, SUPPORT_CENTRE}),
            order=85,
            wide=True,
        ),
    ),
)
