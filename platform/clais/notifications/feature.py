from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.messaging.queries import unread_count
from clais.notifications import views
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE
from clais.translation import N_

FEATURE = Feature(
    name="notifications",
    package=__package__,
    pages=(views.pages,),
    rail=(
        RailEntry(
            N_("Notifications"),
            "bell",
            "notifications.index",
            "notification.read",
            frozenset({LOCAL_PLATFORM, SUPPORT_CENTRE}),
            order=90,
            count=lambda reader: unread_count(reader.tenant_id, reader.membership_id),
            wide=True,
        ),
    ),
)
