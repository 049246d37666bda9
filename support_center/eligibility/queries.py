from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.eligibility.models import EligibilityTrial, EligibilityVersion, SpottingCount, TrialCount
from clais.exchange.eligibility.queries import rules_of_version, version_in_force
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import rules_of
from support_center.eligibility.models import EligibilityDraft


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a scheme: those in force, and those in preparation where there are some."""

    version: EligibilityVersion | None
    draft: EligibilityDraft | None

    @property
    def rules(self) -> Sequence[Rule]:
        """What is being worked on: the draft, or what is in force."""
        return rules_of(self.draft.rules) if self.draft else self.in_force

    @property
    def in_force(self) -> Sequence[Rule]:
        """What the platforms judge by."""
        return rules_of_version(self.version) if self.version else ()

    @property
    def read(self) -> str:
        """What a form of the draft was rendered from: its version, or that there was none yet."""
        return str(self.draft.version) if self.draft else "0"


def conditions_of(session: ScopedSession, scheme_id: UUID) -> Conditions:
    """The conditions of a scheme of the centre at work."""
    return Conditions(version_in_force(session, scheme_id), draft_of(session, scheme_id))


def draft_of(session: ScopedSession, scheme_id: UUID, *, held: bool = False) -> EligibilityDraft | None:
    """The draft of a scheme; `held`: nobody else changes it until this transaction ends."""
    rows = select(EligibilityDraft).where(
        EligibilityDraft.tenant_id == session.scope.tenant_id, EligibilityDraft.scheme_id == scheme_id
    )
    if held:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return session.scalars(rows).one_or_none()


def last_trial(session: ScopedSession, scheme_id: UUID) -> EligibilityTrial | None:
    """The last trial that was asked for of a scheme."""
    rows = select(EligibilityTrial).where(
        EligibilityTrial.owner_tenant_id == session.scope.tenant_id, EligibilityTrial.scheme_id == scheme_id
    )
    return session.scalars(rows.order_by(EligibilityTrial.asked_at.desc(), EligibilityTrial.id.desc()).limit(1)).first()


def counts_of_trial(session: ScopedSession, trial_id: UUID) -> dict[UUID, TrialCount]:
    """Platform → what it counted for a trial."""
    rows = select(TrialCount).where(
        TrialCount.to_tenant_id == session.scope.tenant_id, TrialCount.eligibility_trial_id == trial_id
    )
    return {row.tenant_id: row for row in session.scalars(rows)}


def spotted_counts(session: ScopedSession, scheme_session_id: UUID) -> dict[UUID, SpottingCount]:
    """Platform → how many of its people may fit a session."""
    rows = select(SpottingCount).where(
        SpottingCount.to_tenant_id == session.scope.tenant_id, SpottingCount.scheme_session_id == scheme_session_id
    )
    return {row.tenant_id: row for row in session.scalars(rows)}
