from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Section, ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.documents import day, sections, thread
from tenants.documents.actions.papers import SCAN, TIDY
from tenants.documents.api import documents_api
from tenants.documents.jobs import FORGET, forget_ended, next_term_at, next_tidying_at, scan_held, tidy
from tenants.documents.models import Paper, PaperFile, PaperLink
from tenants.documents.queries import OF_A_PERSON, next_scan
from tenants.documents.trail import TRAIL
from tenants.documents.views import adding, answering, links, papers
from tenants.documents.workflow import PAPER, READ

FEATURE = Feature(
    name="documents",
    package=__package__,
    trail=TRAIL,
    api=(documents_api,),
    pages=(papers.pages, adding.pages, answering.pages, links.pages, links.public_pages),
    tables=(Paper, PaperFile, PaperLink),
    person_rows=(PersonRows(table=Paper, label=N_("Documents"), permission=READ),),
    workflows=(PAPER,),
    jobs=(
        Job(FORGET, forget_ended, next_at=next_term_at, swept=True, in_every_state=True),
        Job(SCAN, scan_held, next_at=next_scan, in_every_state=True),
        Job(TIDY, tidy, next_at=next_tidying_at, swept=True, in_every_state=True),
    ),
    sections=(Section("documents", 10, "main", READ, "documents/_papers.html", sections.papers_on_file, "documents"),),
    thread=(ThreadSource("documents", READ, OF_A_PERSON, thread.paper_entry),),
    day=(DaySource("documents", READ, day.papers_to_see_to),),
)
