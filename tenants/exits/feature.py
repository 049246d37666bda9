from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Section, ThreadSource
from tenants.exits import day, sections, thread
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.trail import TRAIL
from tenants.exits.views import closing, news
from tenants.exits.workflow import CHECK
from tenants.people.workflow import CLOSE

READ = "person.read"

FEATURE = Feature(
    name="exits",
    package=__package__,
    trail=TRAIL,
    pages=(closing.pages, news.pages),
    tables=(PersonExit, ExitCheck),
    workflows=(CHECK,),
    sections=(Section("exit", 5, "main", READ, "exits/_exit.html", sections.exit_on_file),),
    thread=(
        ThreadSource("exits", READ, thread.EXITS, thread.exit_entry),
        ThreadSource("exit_checks", READ, thread.CHECKS, thread.check_entry),
    ),
    day=(DaySource("exits", CLOSE, day.news),),
)
