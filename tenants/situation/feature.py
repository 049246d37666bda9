from clais.feature import Feature
from clais.feature.file import Section
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.situation import sections
from tenants.situation.models import Episode
from tenants.situation.trail import TRAIL
from tenants.situation.views import changes, episodes, periods

READ = "person.read"

FEATURE = Feature(
    name="situation",
    package=__package__,
    trail=TRAIL,
    pages=(periods.pages, episodes.pages, changes.pages),
    person_rows=(PersonRows(table=Episode, label=N_("Episodes of work and training"), permission=READ),),
    tables=(Episode,),
    sections=(
        Section("history", 10, "main", READ, "situation/_history.html", sections.history_on_file, "situation"),
        Section("episodes", 14, "main", READ, "situation/_episodes.html", sections.episodes_on_file, "situation"),
    ),
)
