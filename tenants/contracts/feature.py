from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.handling import Clock, Settlement
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.contracts import clock, day, sections, settlement, thread
from tenants.contracts.columns import CONTRACT_UNTIL
from tenants.contracts.gaps import GAPS
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.trail import TRAIL
from tenants.contracts.views import contracts, evaluations, overview, steps
from tenants.contracts.workflow import CONTRACT, EVALUATION, WRITE
from tenants.people.workflow import OPEN_STAGES

PATH = "path"

FEATURE = Feature(
    name="contracts",
    package=__package__,
    trail=TRAIL,
    pages=(contracts.pages, steps.pages, evaluations.pages, overview.pages),
    tables=(IntegrationContract, ContractEvaluation),
    person_rows=(
        PersonRows(
            table=IntegrationContract,
            label=N_("Contracts"),
            permission=contracts.READ,
            periods=("starts_on", "ended_on", "ends_on"),
            void_in="withdrawn",
        ),
        PersonRows(table=ContractEvaluation, hangs_on=("contract_id", "integration_contract")),
    ),
    workflows=(CONTRACT, EVALUATION),
    rail=(
        RailEntry(
            N_("Contracts"),
            "file-earmark-text",
            "contracts.index",
            overview.OVERSEE,
            frozenset({LOCAL_PLATFORM}),
            order=60,
            wide=True,
        ),
    ),
    person_columns=(CONTRACT_UNTIL,),
    gaps=GAPS,
    sections=(
        Section("contract", 25, "next", contracts.READ, "contracts/_next.html", sections.next_on_file),
        Section("contracts", 20, "main", contracts.READ, "contracts/_contracts.html", sections.contracts_on_file, PATH),
    ),
    acts=(Act(N_("Note a contract"), "contracts.new", WRITE, 60, frozenset(OPEN_STAGES)),),
    thread=(
        ThreadSource("contracts", contracts.READ, thread.CONTRACTS, thread.contract_entries),
        ThreadSource("contract_evaluations", contracts.READ, thread.EVALUATIONS, thread.evaluation_entry),
    ),
    day=(DaySource("contracts", WRITE, day.contracts),),
    clocks=(Clock("contracts", WRITE, clock.evaluations, clock.put_evaluation_off),),
    settlements=(Settlement("contracts", WRITE, settlement.CHOICES, settlement.open_contracts, settlement.settle),),
)
