"""The sentences of the trail about visits."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "visit.arrive": N_("%(who)s noted that somebody came to the desk"),
        "visit.read": N_("%(who)s read a visit to the desk in %(file)s"),
        "visit.ask": N_("%(who)s noted something else that was asked at the desk"),
        "visit.assign": N_("%(who)s said with whom somebody waits at the desk"),
        "visit.receive": N_("%(who)s noted that somebody went in from the desk"),
        "visit.resume": N_("%(who)s went on with a visit to the desk"),
        "visit.finish": N_("%(who)s ended a visit to the desk"),
        "visit.count": N_("%(who)s counted the question of a visit to the desk"),
        "visit.hold": N_("%(who)s put a visit to the desk on hold"),
        "visit.queue": N_("%(who)s put a visit back in the queue of the desk"),
        "visit.leave": N_("%(who)s noted that somebody left the desk before being received"),
        "visit.direct": N_("%(who)s directed somebody elsewhere from the desk"),
        "visit.mail": N_("%(who)s sent somebody from the desk a mail that says where to go"),
        "visit.cancel": N_("%(who)s took back an arrival that was noted by mistake"),
        "visit.was_received": N_("%(who)s said afterwards that somebody was received"),
        "visit.had_left": N_("%(who)s said afterwards that somebody had left the desk"),
        "visit.forget": N_("%(who)s closed a visit of which nobody knows any more"),
        "visit.undo": N_("%(who)s took the last step of a visit to the desk back"),
        "visit.identify": N_("%(who)s said whose visit to the desk it was: %(file)s"),
        "visit.ask_to_reopen": N_("%(who)s asked from the desk to open again %(file)s"),
        "visit.erase_names": N_("%(who)s erased what somebody without a file had said at the desk"),
    }
)
