"""The sentences of the trail about appointments."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "appointment.make": N_("%(who)s made an appointment in %(file)s"),
        "appointment.read": N_("%(who)s read an appointment in %(file)s"),
        "appointment.change": N_("%(who)s changed an appointment in %(file)s"),
        "appointment.confirm": N_("%(who)s confirmed an appointment in %(file)s"),
        "appointment.cancel": N_("%(who)s cancelled an appointment in %(file)s"),
        "appointment.arrive": N_("%(who)s noted that someone is there for their appointment in %(file)s"),
        "appointment.not_there": N_("%(who)s noted that someone is not there any more in %(file)s"),
        "appointment.come": N_("%(who)s noted a kept appointment in %(file)s"),
        "appointment.miss": N_("%(who)s noted a missed appointment in %(file)s"),
        "appointment.undo": N_("%(who)s set an appointment back in %(file)s"),
    }
)
