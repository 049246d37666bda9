from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.models import EligibilityTrial, EligibilityVersion, SpottingCount, TrialCount
from clais.exchange.eligibility.queries import rules_of_version, version_in_force
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import rules_of
from clais.exchange.publications.models import SchemeSession
from support_center.eligibility.models import EligibilityDraft

NOTHING = "none"
"""What a form says that was rendered where there was no draft."""


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
        """What a form was rendered from: the draft and its version, or, where there is none, the version in force.

        The keys stand in it: another draft may have the same version, and another version in force no draft.
        """
        if self.draft:
            return f"{self.draft.id.hex}-{self.draft.version}"
        return f"{NOTHING}-{self.version.id.hex}" if self.version else NOTHING


def conditions_of(session: ScopedSession, scheme_id: UUID, *, held: bool = False) -> Conditions:
    """The conditions of a scheme of the centre at work; `held`: nobody else changes the draft meanwhile."""
    draft = draft_of(session, scheme_id, held=held)
    return Conditions(version_in_force(session, scheme_id), draft)


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


def trials_since(session: ScopedSession, moment: datetime) -> int:
    """How many trials the centre at work asked for since a moment, of all its schemes."""
    found = select(func.count()).where(
        EligibilityTrial.owner_tenant_id == session.scope.tenant_id, EligibilityTrial.asked_at > moment
    )
    return session.scalar(found) or 0


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


def announced_counts(session: ScopedSession, scheme_id: UUID) -> list[tuple[SchemeSession, Sequence[SpottingCount]]]:
    """The sessions of a scheme that one can still join, each with what the platforms counted for it."""
    sessions = session.scalars(
        select(SchemeSession)
        .where(
            SchemeSession.owner_tenant_id == session.scope.tenant_id,
            SchemeSession.scheme_id == scheme_id,
            SchemeSession.closes_on >= today(),
        )
        .order_by(SchemeSession.starts_on, SchemeSession.id)
    ).all()
    told = select(SpottingCount).where(
        SpottingCount.to_tenant_id == session.scope.tenant_id,
        SpottingCount.scheme_session_id.in_([row.id for row in sessions]),
    )
    counts: dict[UUID, list[SpottingCount]] = {}
    for count in session.scalars(told) if sessions else ():
        counts.setdefault(count.scheme_session_id, []).append(count)
    return [(row, counts.get(row.id, [])) for row in sessions]
