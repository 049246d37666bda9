from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Section, ThreadSource
from clais.feature.merging import PersonRows
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
    person_rows=(
        PersonRows(table=PersonExit, stays="the path of each file is its own, and so is how it ended"),
        PersonRows(
            table=ExitCheck,
            hangs_on=("exit_id", PersonExit.__tablename__),
            stays="the news of an exit are asked for in the file that was closed",
        ),
    ),
    tables=(PersonExit, ExitCheck),
    workflows=(CHECK,),
    sections=(Section("exit", 5, "main", READ, "exits/_exit.html", sections.exit_on_file),),
    thread=(
        ThreadSource("exits", READ, thread.EXITS, thread.exit_entry),
        ThreadSource("exit_checks", READ, thread.CHECKS, thread.check_entry),
    ),
    day=(DaySource("exits", CLOSE, day.news),),
)
