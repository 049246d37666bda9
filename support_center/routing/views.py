from clais.exchange.queries import waiting_count
from clais.messaging.subjects import subject_page
from clais.registry.models import SUPPORT_CENTRE
from clais.web.navigation import destination, search_with
from clais.words import N_
from support_center.routing import inbox_views, participant_views
from support_center.routing.feature import routing

__all__ = ["inbox_views", "participant_views", "routing"]

destination(
    N_("To treat"), "inbox", "routing.inbox", "inbox.read", kinds=(SUPPORT_CENTRE,), order=10,
    count=lambda tenant_id, _membership_id: waiting_count(tenant_id),
)  # fmt: skip
destination(N_("Seats"), "grid-3x3-gap", "routing.seats", "participant.read", kinds=(SUPPORT_CENTRE,), order=30)
destination(
    N_("Participants"),
    "person-lines-fill",
    "routing.participants",
    "participant.read",
    kinds=(SUPPORT_CENTRE,),
    order=40,
)
search_with("routing.search", "participant.read")
subject_page("referral", "routing.show", "referral_id", "inbox.read")
