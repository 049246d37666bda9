from clais.feature import Feature
from clais.feature.closing import Holding
from clais.feature.columns import ListAct
from clais.feature.file import Section, ThreadSource
from clais.feature.handling import Workload
from clais.feature.job import Job
from clais.feature.merging import PersonRows, Successor
from clais.feature.navigation import Search, SubjectPage
from clais.translation import N_
from tenants.people import api, presentation, sections, thread
from tenants.people.columns import LAST_CONTACT, MUNICIPALITY, STATUS_NOW
from tenants.people.dated import said_otherwise
from tenants.people.following import followers
from tenants.people.gaps import GAPS
from tenants.people.jobs import complete_keys, next_keys_at, next_statuses_at, seal_statuses
from tenants.people.models import HandOver, Person, PersonChange, PersonKey, PersonPeriod, RecentlyOpened, ToldApart
from tenants.people.queries import number_of_files
from tenants.people.standing import about_both, successor_of
from tenants.people.trail import TRAIL
from tenants.people.urls import home_url
from tenants.people.views import card, files, referents, several, stages
from tenants.people.workflow import STAGE

FEATURE = Feature(
    name="people",
    package=__package__,
    trail=TRAIL,
    holdings=(Holding(N_("Files"), number_of_files),),
    pages=(files.pages, card.pages, stages.pages, referents.pages, several.pages),
    api=(api.people_api,),
    tables=(Person, PersonKey, RecentlyOpened, HandOver, PersonPeriod, PersonChange, ToldApart),
    person_rows=(
        PersonRows(table=Person, column="merged_into_id"),
        PersonRows(table=PersonKey, stays="they are made anew from the cards"),
        PersonRows(table=RecentlyOpened, single=("membership_id",)),
        PersonRows(table=HandOver),
        # The history of a fact is that of one file: what the kept one says stands, the other's is kept aside.
        PersonRows(table=PersonPeriod, single=("fact",), aside=said_otherwise),
        PersonRows(table=PersonChange, stays="what changed on a card is told of that card, and is never changed"),
        # What was decided about the two files themselves stays as it is.
        PersonRows(table=ToldApart, single=("other_id",), standing="ended_at", aside=about_both),
        PersonRows(table=ToldApart, column="other_id", single=("person_id",), standing="ended_at", aside=about_both),
    ),
    successors=(Successor(Person, successor_of, home_url),),
    workflows=(STAGE,),
    jobs=(
        Job("person.complete_keys", complete_keys, next_at=next_keys_at, swept=True),
        Job("person.seal_statuses", seal_statuses, next_at=next_statuses_at, swept=True),
    ),
    search=Search("people.search", "person.list", "people.propose"),
    gaps=GAPS,
    list_acts=(ListAct("hand_over", 10, N_("Hand to…"), "people", "people.hand_several", "person.edit"),),
    person_columns=(LAST_CONTACT, STATUS_NOW, MUNICIPALITY),
    sections=(
        Section("details", 12, "aside", "person.read", "people/_details.html", sections.details_on_file, "situation"),
    ),
    thread=(
        ThreadSource("stages", "person.read", thread.STAGES, thread.stage_entry),
        ThreadSource("hand_overs", "person.read", thread.HAND_OVERS, thread.hand_over_entry),
    ),
    subject_pages=(
        SubjectPage(
            "person",
            "file.show",
            "person_id",
            "person.read",
            describe=presentation.names,
            remark=presentation.words_of_givers,
        ),
    ),
    workloads=(Workload("files", "person.list", presentation.open_files),),
    followers=followers,
)
