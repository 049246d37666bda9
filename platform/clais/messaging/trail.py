"""What is put on record of mails, in words."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "mail.resend": N_("%(who)s had a mail sent once more"),
        "mail.settle": N_("%(who)s closed a mail whose sending was uncertain"),
    }
)
