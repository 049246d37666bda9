from datetime import timedelta

from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.messaging import views
from clais.messaging.jobs import forget_messages, send_mails
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.queries import unread_count
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE
from clais.translation import N_

FEATURE = Feature(
    name="messaging",
    package=__package__,
    pages=(views.pages,),
    tables=(OutboxMessage, Notification),
    jobs=(
        Job("mail.send", timedelta(seconds=5), send_mails),
        Job("mail.forget", timedelta(hours=6), forget_messages),
    ),
    rail=(
        RailEntry(
            N_("Notifications"),
            "bell",
            "messaging.notifications",
            "notification.read",
            frozenset({LOCAL_PLATFORM, SUPPORT_CENTRE}),
            order=90,
            count=unread_count,
        ),
    ),
)
