"""The sentences of the trail about notes and contacts.

No sentence says whether a note is a confidence: a reader of the trail may not be one of its readers.
"""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "note.write": N_("%(who)s wrote a note in %(file)s"),
        "note.rewrite": N_("%(who)s corrected a note in %(file)s"),
        "contact.note": N_("%(who)s noted a contact in %(file)s"),
        "contact.correct": N_("%(who)s corrected a contact in %(file)s"),
        "contact.complete": N_("%(who)s completed a contact in %(file)s"),
        "contact.unfile": N_("%(who)s put an appointment back, with its report, in %(file)s"),
        "contact.file_again": N_("%(who)s filed the report of an appointment again in %(file)s"),
        "contact.take_back": N_("%(who)s took a contact back in %(file)s"),
    }
)
