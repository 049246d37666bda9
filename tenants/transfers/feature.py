from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act
from clais.feature.merging import PersonRows
from clais.feature.navigation import SubjectPage
from clais.translation import N_
from tenants.people.workflow import OPEN_STAGES
from tenants.transfers import day, presentation
from tenants.transfers.actions import TRANSFERRED
from tenants.transfers.models import CaseloadTransfer, TransferReceipt, TransferredFile
from tenants.transfers.trail import TRAIL
from tenants.transfers.views import letters, transfers
from tenants.transfers.workflow import LEAD, TRANSFER

FEATURE = Feature(
    name="transfers",
    package=__package__,
    trail=TRAIL,
    pages=(transfers.pages, letters.pages),
    person_rows=(
        PersonRows(table=TransferredFile, stays="who had the other file until then does not get the kept one back"),
    ),
    tables=(CaseloadTransfer, TransferredFile, TransferReceipt),
    workflows=(TRANSFER,),
    acts=(Act(N_("Letter about the referent"), "transfers.tell", letters.WRITE, 93, frozenset(OPEN_STAGES)),),
    subject_pages=(
        SubjectPage(TRANSFERRED, "transfers.show", "transfer_id", transfers.OWN, describe=presentation.describe),
    ),
    day=(
        DaySource("transfers_to_confirm", "person.edit", day.to_confirm, frozenset({TRANSFERRED})),
        DaySource("transfers_to_take_back", LEAD, day.to_take_back),
    ),
)
