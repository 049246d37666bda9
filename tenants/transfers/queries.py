"""What a member has in hand, and the hand-overs of whole caseloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Date, DateTime, Select, Uuid, any_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from clais.clock import BELGIUM, now, today
from clais.database import HERE, MEMBER, ScopedSession, among, built_once
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import OPEN
from clais.messaging.models import Notification
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import to_come
from tenants.day.models import Postponed
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.tasks.models import OwnTask
from tenants.transfers.models import CaseloadTransfer, TransferReceipt, TransferredFile

READ_BY_THE_FORMER = timedelta(days=30)
"""So long who gave files away finds them listed; agents read every file of their platform all the same."""
MOST = 20


@dataclass(frozen=True, slots=True)
class InHand:
    """What goes along with some files."""

    steps: int
    appointments: int
    referrals: int
    reminders: int
    tasks: int
    notices: int


def in_hand(session: ScopedSession, giver_id: UUID, people: Sequence[UUID], until: date | None) -> InHand:
    """What moves with the files of these people: open steps, appointments of the giver, open referrals, what the giver
    put off, tasks of the referent, and what the giver has not read. In one statement.
    """
    here = session.scope.tenant_id
    these = bindparam("people", list(people), type_=ARRAY(Uuid()))
    counted = (
        select(func.count())
        .select_from(PlanStep)
        .join(PlanObjective, (PlanObjective.tenant_id == here) & (PlanObjective.id == PlanStep.objective_id))
        .join(ActionPlan, (ActionPlan.tenant_id == here) & (ActionPlan.id == PlanObjective.action_plan_id))
        .where(
            PlanStep.tenant_id == here,
            PlanStep.person_id == any_(these),
            PlanStep.state == "to_do",
            ActionPlan.state == "open",
        ),
        select(func.count()).where(*appointments_in_hand(here, giver_id, until), Appointment.person_id == any_(these)),
        select(func.count()).where(
            Referral.tenant_id == here, Referral.person_id == any_(these), among(Referral.state, sorted(OPEN))
        ),
        select(func.count()).where(
            Postponed.tenant_id == here, Postponed.membership_id == giver_id, Postponed.person_id == any_(these)
        ),
        select(func.count()).where(
            OwnTask.tenant_id == here,
            OwnTask.person_id == any_(these),
            OwnTask.membership_id.is_(None),
            OwnTask.done_at.is_(None),
        ),
        select(func.count()).where(
            Notification.tenant_id == here,
            Notification.membership_id == giver_id,
            Notification.read_at.is_(None),
            Notification.person_id == any_(these),
        ),
    )
    return InHand(*session.execute(select(*(each.scalar_subquery() for each in counted))).one())


def appointments_in_hand(here: UUID, member_id: UUID, until: date | None) -> list[ColumnElement[bool]]:
    """The conditions of the appointments of a member that still have to happen, up to a day."""
    found = [Appointment.tenant_id == here, Appointment.agent_id == member_id, to_come()]
    if until is not None:
        found.append(cast(func.timezone(str(BELGIUM), Appointment.starts_at), Date) <= until)
    return found


def held_files(session: ScopedSession, referent_id: UUID, people: Sequence[UUID]) -> list[Person]:
    """Those of these open files that a member follows, locked in one order until the transaction is over."""
    found = (
        select(Person)
        .where(
            Person.tenant_id == session.scope.tenant_id,
            Person.id == any_(bindparam("people", list(people), type_=ARRAY(Uuid()))),
            Person.referent_id == referent_id,
            among(Person.stage, OPEN_STAGES),
        )
        .order_by(Person.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(found))


def held_appointments(
    session: ScopedSession, member_id: UUID, people: Sequence[UUID], until: date | None
) -> list[Appointment]:
    """The appointments of a member with these people that still have to happen, locked like the files."""
    found = (
        select(Appointment)
        .where(
            *appointments_in_hand(session.scope.tenant_id, member_id, until),
            Appointment.person_id == any_(bindparam("people", list(people), type_=ARRAY(Uuid()))),
        )
        .order_by(Appointment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(found))


def files_of_transfer(session: ScopedSession, transfer_id: UUID) -> list[tuple[TransferredFile, Person]]:
    """The files of a transfer with their people, by name."""
    here = session.scope.tenant_id
    rows = session.execute(
        select(TransferredFile, Person)
        .join(Person, (Person.tenant_id == here) & (Person.id == TransferredFile.person_id))
        .where(TransferredFile.tenant_id == here, TransferredFile.transfer_id == transfer_id)
        .order_by(Person.sort_name, Person.id)
    )
    return [(file, person) for file, person in rows]


def receipts_of(session: ScopedSession, transfer_id: UUID) -> dict[UUID, TransferReceipt]:
    """Membership → their receipt."""
    found = select(TransferReceipt).where(
        TransferReceipt.tenant_id == session.scope.tenant_id, TransferReceipt.transfer_id == transfer_id
    )
    return {receipt.membership_id: receipt for receipt in session.scalars(found)}


def takes_part(session: ScopedSession, transfer: CaseloadTransfer, membership_id: UUID) -> bool:
    """Whether a member received files of a transfer, or gave them not longer than READ_BY_THE_FORMER ago."""
    if transfer.from_membership_id == membership_id and transfer.created_at > now() - READ_BY_THE_FORMER:
        return True
    received = exists().where(
        TransferredFile.tenant_id == session.scope.tenant_id,
        TransferredFile.transfer_id == transfer.id,
        TransferredFile.to_membership_id == membership_id,
    )
    return bool(session.scalar(select(received)))


def transfers(session: ScopedSession) -> list[CaseloadTransfer]:
    """The last transfers of the platform, the newest first."""
    found = select(CaseloadTransfer).where(CaseloadTransfer.tenant_id == session.scope.tenant_id)
    order = (CaseloadTransfer.created_at.desc(), CaseloadTransfer.id.desc())
    return list(session.scalars(found.order_by(*order).limit(MOST)))


def to_take_back(session: ScopedSession) -> list[CaseloadTransfer]:
    """The transfers for an absence that is over and whose files were not taken back, the oldest first."""
    return list(session.scalars(_to_take_back(), {"here": session.scope.tenant_id, "today": today()}))


@built_once
def _to_take_back() -> Select[CaseloadTransfer]:
    found = select(CaseloadTransfer).where(
        CaseloadTransfer.tenant_id == HERE,
        CaseloadTransfer.state == "given",
        CaseloadTransfer.ends_on < bindparam("today", type_=Date()),
    )
    return found.order_by(CaseloadTransfer.ends_on, CaseloadTransfer.id).limit(MOST)


def to_confirm(session: ScopedSession, membership_id: UUID) -> list[CaseloadTransfer]:
    """The transfers of which a member gave or received files and has not said so yet, the oldest first."""
    values = {"here": session.scope.tenant_id, "member": membership_id, "since": now() - READ_BY_THE_FORMER}
    return list(session.scalars(_to_confirm(), values))


@built_once
def _to_confirm() -> Select[CaseloadTransfer]:
    said = exists().where(
        TransferReceipt.tenant_id == HERE,
        TransferReceipt.transfer_id == CaseloadTransfer.id,
        TransferReceipt.membership_id == MEMBER,
    )
    received = exists().where(
        TransferredFile.tenant_id == HERE,
        TransferredFile.transfer_id == CaseloadTransfer.id,
        TransferredFile.to_membership_id == MEMBER,
    )
    found = select(CaseloadTransfer).where(
        CaseloadTransfer.tenant_id == HERE,
        CaseloadTransfer.created_at > bindparam("since", type_=DateTime(timezone=True)),
        or_(CaseloadTransfer.from_membership_id == MEMBER, received),
        ~said,
    )
    return found.order_by(CaseloadTransfer.created_at).limit(MOST)
