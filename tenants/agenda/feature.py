from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.handling import Settlement, Workload
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.feature.sealed import SealedText
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.agenda import day, presentation, queries, sections, settlement, thread
from tenants.agenda.actions import NOTE, erase_letters
from tenants.agenda.columns import NEXT_APPOINTMENT
from tenants.agenda.models import Appointment
from tenants.agenda.trail import TRAIL
from tenants.agenda.views import appointments, letters, reports, weeks
from tenants.agenda.workflow import APPOINTMENT
from tenants.people.workflow import OPEN_STAGES

READ, WRITE = "appointment.read", "appointment.write"

FEATURE = Feature(
    name="agenda",
    package=__package__,
    trail=TRAIL,
    pages=(weeks.pages, appointments.pages, letters.pages, reports.pages),
    person_rows=(PersonRows(table=Appointment, label=N_("Appointments"), permission="appointment.read"),),
    tables=(Appointment,),
    workflows=(APPOINTMENT,),
    sealed_texts=(SealedText(NOTE, erase_letters),),
    rail=(RailEntry(N_("Agenda"), "calendar3", "agenda.index", READ, frozenset({LOCAL_PLATFORM}), order=40),),
    person_columns=(NEXT_APPOINTMENT,),
    sections=(
        Section(
            "appointments", 10, "next", READ, "agenda/_appointments.html", sections.appointments_on_file, on_card=True
        ),
        Section("past_appointments", 90, "next", READ, "agenda/_past.html", sections.past_on_file, on_card=True),
    ),
    acts=(Act(N_("Make an appointment"), "agenda.new", WRITE, 29, frozenset(OPEN_STAGES)),),
    thread=(ThreadSource("appointments", "follow_up.read", queries.OF_A_PERSON, thread.appointment_entry),),
    day=(
        DaySource("files_without_referent", "member.read", day.files_without_referent),
        DaySource("people_who_wait", "intake.create", day.people_who_wait),
        DaySource("appointments_of_the_gone", "follow_up.write", day.appointments_of_the_gone),
    ),
    settlements=(
        Settlement("appointments", WRITE, settlement.CHOICES, settlement.appointments_to_come, settlement.settle),
    ),
    workloads=(Workload("appointments", READ, presentation.appointments_this_week),),
)
