from datetime import timedelta

from clais.feature import Feature
from clais.feature.job import Job
from clais.messaging.jobs import forget_messages, send_mails
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.trail import TRAIL

FEATURE = Feature(
    name="messaging",
    package=__package__,
    trail=TRAIL,
    tables=(OutboxMessage, Notification),
    jobs=(
        Job("mail.send", timedelta(seconds=5), send_mails, outside_tenants=True),
        Job("mail.forget", timedelta(hours=6), forget_messages, outside_tenants=True),
    ),
)
