from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.messaging.actions import SEND
from clais.messaging.jobs import forget_messages, next_mail_at, next_to_forget_at, send_mails
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.trail import TRAIL

FEATURE = Feature(
    name="messaging",
    package=__package__,
    trail=TRAIL,
    person_rows=(
        PersonRows(table=Notification),
        PersonRows(table=Notification, column="subject_id", where={"subject_type": "person"}),
    ),
    tables=(OutboxMessage, Notification),
    jobs=(
        Job(SEND, send_mails, next_at=next_mail_at, outside_tenants=True),
        Job("mail.forget", forget_messages, next_at=next_to_forget_at, swept=True, outside_tenants=True),
    ),
)
