from clais.feature import Feature
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.merging import PersonRows
from clais.feature.navigation import PrimaryAct, RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.intake import queries, sections, thread
from tenants.intake.models import InformationRequest, Intake
from tenants.intake.trail import TRAIL
from tenants.intake.views import reception, register, requests
from tenants.people.workflow import OPEN_STAGES

FEATURE = Feature(
    name="intake",
    package=__package__,
    trail=TRAIL,
    pages=(reception.pages, register.pages, requests.pages),
    person_rows=(
        PersonRows(
            table=Intake,
            label=N_("Receptions"),
            permission="intake.read",
            hangs_on=("filling_id", "instrument_filling"),
        ),
    ),
    tables=(InformationRequest, Intake),
    rail=(
        RailEntry(
            N_("Reception"),
            "door-open",
            "intake.index",
            "intake.create",
            frozenset({LOCAL_PLATFORM}),
            order=20,
            count=lambda reader: queries.waiting_count(reader.tenant_id),
        ),
    ),
    primary_act=PrimaryAct(N_("New intake"), "intake.register", "person.create"),
    sections=(
        Section("urgent", 10, "top", "intake.read", "intake/_urgent.html", sections.urgent_on_file),
        Section("request", 20, "main", "intake.read", "intake/_request.html", sections.request_on_file, "situation"),
    ),
    acts=(
        Act(
            N_("Note a reception"),
            "intake.new",
            "intake.create",
            order=60,
            stages=frozenset(OPEN_STAGES),
            primary_in=frozenset({"registered"}),
        ),
    ),
    thread=(ThreadSource("intakes", "intake.read", queries.OF_A_PERSON, thread.intake_entry),),
)
