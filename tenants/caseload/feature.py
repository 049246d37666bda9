from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.caseload import actions, jobs
from tenants.caseload.models import ListExport, ListExportPart, SavedView
from tenants.caseload.trail import TRAIL
from tenants.caseload.views import exports, files, saved

FEATURE = Feature(
    name="caseload",
    package=__package__,
    pages=(files.pages, exports.pages, saved.pages),
    tables=(SavedView, ListExport, ListExportPart),
    jobs=(
        Job(actions.WRITE_EXPORT, jobs.write_export, next_at=jobs.next_export_at),
        Job(actions.FORGET_EXPORTS, jobs.forget_exports, next_at=jobs.next_to_forget_at, in_every_state=True),
    ),
    trail=TRAIL,
    rail=(
        RailEntry(N_("Files"), "folder2-open", "caseload.index", "person.list", frozenset({LOCAL_PLATFORM}), order=30),
    ),
)
