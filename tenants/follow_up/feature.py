from clais.feature import Feature
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.follow_up import queries, sections, thread
from tenants.follow_up.models import Contact, EarlierContact, EarlierNote, Note
from tenants.follow_up.trail import TRAIL
from tenants.follow_up.views import contacts, corrections, drafts, notes
from tenants.follow_up.views import thread as thread_page
from tenants.people.workflow import OPEN_STAGES

READ, WRITE = "follow_up.read", "follow_up.write"

FEATURE = Feature(
    name="follow_up",
    package=__package__,
    trail=TRAIL,
    pages=(notes.pages, contacts.pages, drafts.pages, corrections.pages, thread_page.pages),
    person_rows=(
        PersonRows(table=Note, label=N_("Notes"), permission="follow_up.read"),
        PersonRows(
            table=Contact, label=N_("Contacts"), permission="follow_up.read", hangs_on=("appointment_id", "appointment")
        ),
    ),
    tables=(Contact, EarlierContact, EarlierNote, Note),
    sections=(Section("notes", 10, "aside", READ, "follow_up/_notes.html", sections.on_the_file),),
    acts=(Act(N_("Note a contact"), "follow_up.new_contact", WRITE, 20, frozenset(OPEN_STAGES)),),
    thread=(
        ThreadSource("notes", READ, queries.NOTES_OF_A_PERSON, thread.note_entry),
        ThreadSource("contacts", READ, queries.CONTACTS_OF_A_PERSON, thread.contact_entry),
    ),
)
