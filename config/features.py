"""The features of the house. Their order is that of what has no order of its own: the search, the thread, the day."""

from clais.account import feature as account
from clais.audit import feature as audit
from clais.database import Base, TableKind, distributions_of, kinds_of
from clais.due import feature as due
from clais.exchange.adoptions import feature as exchange_adoptions
from clais.exchange.assessments import feature as exchange_assessments
from clais.exchange.eligibility import feature as exchange_eligibility
from clais.exchange.practice import feature as exchange_practice
from clais.exchange.publications import feature as publications
from clais.exchange.quality import feature as exchange_quality
from clais.exchange.referrals import feature as exchange_referrals
from clais.exchange.training import feature as exchange_training
from clais.feature import Feature
from clais.identity import feature as identity
from clais.keyring_check import feature as keyring_check
from clais.messaging import feature as messaging
from clais.notifications import feature as notifications
from clais.registry import feature as registry
from clais.scheduling import feature as scheduling
from clais.trail import feature as trail
from clais.web.submissions import feature as submissions
from support_center.catalogue import feature as catalogue
from support_center.eligibility import feature as eligibility_desk
from support_center.instruments import feature as instruments
from support_center.network import feature as network
from support_center.practice import feature as practice_desk
from support_center.presence import feature as presence
from support_center.quality import feature as quality_desk
from support_center.routing import feature as routing
from support_center.self_assessments import feature as platform_assessments
from support_center.training import feature as training
from tenants.advice import feature as advice
from tenants.agenda import feature as agenda
from tenants.caseload import feature as caseload
from tenants.contracts import feature as contracts
from tenants.cv import feature as cv
from tenants.day import feature as day
from tenants.desk import feature as desk
from tenants.documents import feature as documents
from tenants.drafts import feature as drafts
from tenants.eligibility import feature as eligibility
from tenants.exits import feature as exits
from tenants.file import feature as file
from tenants.file_transfers import feature as file_transfers
from tenants.follow_up import feature as follow_up
from tenants.gaps import feature as gaps
from tenants.instruments import feature as adoption
from tenants.intake import feature as intake
from tenants.invitations import feature as invitations
from tenants.merging import feature as merging
from tenants.mistakes import feature as mistakes
from tenants.muting import feature as muting
from tenants.note_templates import feature as note_templates
from tenants.obstacles import feature as obstacles
from tenants.orientation import feature as orientation
from tenants.partners import feature as partners
from tenants.pauses import feature as pauses
from tenants.people import feature as people
from tenants.plan_templates import feature as plan_templates
from tenants.practice import feature as practice
from tenants.printing import feature as printing
from tenants.quality import feature as quality
from tenants.questionnaires import feature as questionnaires
from tenants.referrals import feature as referrals
from tenants.self_assessments import feature as self_assessments
from tenants.sensitive import feature as sensitive
from tenants.situation import feature as situation
from tenants.summary import feature as summary
from tenants.tags import feature as tags
from tenants.tasks import feature as tasks
from tenants.team import feature as team
from tenants.training import feature as registrations
from tenants.transfers import feature as transfers

FEATURES: tuple[Feature, ...] = (
    registry.FEATURE,
    identity.FEATURE,
    audit.FEATURE,
    scheduling.FEATURE,
    keyring_check.FEATURE,
    due.FEATURE,
    submissions.FEATURE,
    account.FEATURE,
    messaging.FEATURE,
    notifications.FEATURE,
    trail.FEATURE,
    publications.FEATURE,
    exchange_adoptions.FEATURE,
    exchange_assessments.FEATURE,
    exchange_eligibility.FEATURE,
    exchange_practice.FEATURE,
    exchange_quality.FEATURE,
    exchange_referrals.FEATURE,
    exchange_training.FEATURE,
    people.FEATURE,
    caseload.FEATURE,
    gaps.FEATURE,
    file.FEATURE,
    tags.FEATURE,
    situation.FEATURE,
    sensitive.FEATURE,
    merging.FEATURE,
    mistakes.FEATURE,
    intake.FEATURE,
    orientation.FEATURE,
    obstacles.FEATURE,
    plan_templates.FEATURE,
    advice.FEATURE,
    contracts.FEATURE,
    pauses.FEATURE,
    muting.FEATURE,
    exits.FEATURE,
    questionnaires.FEATURE,
    drafts.FEATURE,
    follow_up.FEATURE,
    note_templates.FEATURE,
    tasks.FEATURE,
    documents.FEATURE,
    printing.FEATURE,
    summary.FEATURE,
    cv.FEATURE,
    invitations.FEATURE,
    agenda.FEATURE,
    eligibility.FEATURE,
    referrals.FEATURE,
    file_transfers.FEATURE,
    desk.FEATURE,
    day.FEATURE,
    partners.FEATURE,
    adoption.FEATURE,
    practice.FEATURE,
    self_assessments.FEATURE,
    registrations.FEATURE,
    quality.FEATURE,
    team.FEATURE,
    transfers.FEATURE,
    routing.FEATURE,
    presence.FEATURE,
    eligibility_desk.FEATURE,
    catalogue.FEATURE,
    instruments.FEATURE,
    network.FEATURE,
    practice_desk.FEATURE,
    training.FEATURE,
    platform_assessments.FEATURE,
    quality_desk.FEATURE,
)

METADATA = Base.metadata
"""The tables of all manifests; a test compares the two."""
KINDS = kinds_of(table for feature in FEATURES for table in feature.tables)
"""Table → its kind, as each says."""
DISTRIBUTIONS = distributions_of(table for feature in FEATURES for table in feature.tables)
"""Table → where its rows are in a cluster."""
DUE_JOBS = tuple(job.name for feature in FEATURES for job in feature.jobs if job.next_at)
"""The jobs that run where they are due."""


def tables_of_kind(*kinds: TableKind) -> frozenset[str]:
    """The names of the tables of these kinds."""
    return frozenset(table for table, kind in KINDS.items() if kind in kinds)
