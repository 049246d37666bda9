from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.catalogue.delays import next_count_at
from support_center.catalogue.jobs import check_website, count_delays
from support_center.catalogue.models import WebsiteCheck
from support_center.catalogue.trail import TRAIL
from support_center.catalogue.views import operators, reserves, schemes, sessions
from support_center.catalogue.websites import next_check_at
from support_center.catalogue.workflow import SCHEME

FEATURE = Feature(
    name="catalogue",
    package=__package__,
    trail=TRAIL,
    pages=(schemes.pages, operators.pages, sessions.pages, reserves.pages),
    tables=(WebsiteCheck,),
    workflows=(SCHEME,),
    jobs=(
        Job("scheme.count_delays", count_delays, next_at=next_count_at, swept=True),
        Job("scheme.check_website", check_website, next_at=next_check_at, swept=True),
    ),
    rail=(
        RailEntry(
            N_("Schemes"),
            "signpost-split",
            "catalogue.index",
            "scheme.read",
            frozenset({SUPPORT_CENTRE}),
            order=20,
            # A supervisor's other places need the width of a telephone.
            wide=True,
        ),
    ),
)
