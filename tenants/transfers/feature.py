from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.merging import PersonRows
from clais.feature.navigation import SubjectPage
from tenants.transfers import day, presentation, views
from tenants.transfers.actions import TRANSFERRED
from tenants.transfers.models import CaseloadTransfer, TransferReceipt, TransferredFile
from tenants.transfers.trail import TRAIL
from tenants.transfers.workflow import LEAD, TRANSFER

FEATURE = Feature(
    name="transfers",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(
        PersonRows(table=TransferredFile, stays="who had the other file until then does not get the kept one back"),
    ),
    tables=(CaseloadTransfer, TransferredFile, TransferReceipt),
    workflows=(TRANSFER,),
    subject_pages=(
        SubjectPage(TRANSFERRED, "transfers.show", "transfer_id", views.OWN, describe=presentation.describe),
    ),
    day=(
        DaySource("transfers_to_confirm", "person.edit", day.to_confirm, frozenset({TRANSFERRED})),
        DaySource("transfers_to_take_back", LEAD, day.to_take_back),
    ),
)
