from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.day import day, views
from tenants.day.models import Postponed

FEATURE = Feature(
    name="day",
    package=__package__,
    pages=(views.pages,),
    person_rows=(PersonRows(table=Postponed),),
    tables=(Postponed,),
    rail=(RailEntry(N_("My day"), "sun", "day.my_day", "day.read", frozenset({LOCAL_PLATFORM}), order=10),),
    day=(DaySource("news", "notification.read", day.news, mark_seen=day.mark_seen),),
)
