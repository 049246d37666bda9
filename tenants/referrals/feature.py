from sqlalchemy import ScalarSelect

from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.handling import Reader, Settlement
from clais.feature.navigation import RailEntry, SubjectPage
from clais.registry.models import LOCAL_PLATFORM
from clais.services import services
from clais.translation import N_
from tenants.people.workflow import OPEN_STAGES
from tenants.referrals import day, presentation, queries, sections, settlement
from tenants.referrals.views import choosing, facts, lists, offers, referrals, sending

READ, SEND = "referral.read", "referral.send"
HERE = frozenset({LOCAL_PLATFORM})


def _moved(reader: Reader) -> ScalarSelect[int]:
    return queries.moved_count(reader, services().permissions)


FEATURE = Feature(
    name="referrals",
    package=__package__,
    pages=(lists.pages, referrals.pages, offers.pages, choosing.pages, sending.pages, facts.pages),
    rail=(
        RailEntry(N_("Referrals"), "send", "referrals.index", READ, HERE, order=50, count=_moved),
        RailEntry(
            N_("Schemes of the basin"),
            "signpost-split",
            "referrals.catalogue",
            "catalogue.read",
            HERE,
            order=55,
            wide=True,
        ),
    ),
    subject_pages=(SubjectPage("referral", "referrals.show", "referral_id", READ, describe=presentation.descriptions),),
    sections=(
        Section("awaited", 30, "next", READ, "referrals/_awaited.html", sections.awaited_on_file),
        Section("referrals", 35, "main", READ, "referrals/_on_file.html", sections.on_file, "referrals"),
    ),
    acts=(
        Act(
            N_("Refer to…"),
            "referrals.choose",
            SEND,
            order=40,
            stages=frozenset(OPEN_STAGES),
            primary_in=frozenset({"in_follow_up"}),
        ),
    ),
    thread=(ThreadSource("referrals", READ, sections.STEPS, sections.entry),),
    day=(DaySource("referrals", READ, day.news, subject_types=frozenset({"referral"}), mark_seen=day.mark_seen),),
    settlements=(Settlement("referrals", SEND, settlement.CHOICES, settlement.open_referrals, settlement.settle),),
)
