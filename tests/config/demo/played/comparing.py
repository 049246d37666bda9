"""What the demo claims, and what the acts left: table by table, keys and moments of saving aside."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import Base, Scope, unit_of_work
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.models import (
    Consent,
    Parcel,
    Referral,
    ReferralEvent,
    ReferralMessage,
    Withdrawal,
)
from clais.messaging.models import Notification
from clais.workflow import StateChange
from config.features import METADATA
from support_center.routing.models import Enrolment, Participant
from tenants.advice.models import AdviceAnswer
from tenants.agenda.models import Appointment
from tenants.eligibility.models import DeclaredFact
from tenants.exits.models import ExitCheck, PersonExit
from tenants.follow_up.models import Contact, Note
from tenants.intake.models import Intake
from tenants.muting.models import FileMuting
from tenants.obstacles.models import ObstacleChange
from tenants.orientation.models import (
    ActionPlan,
    Bilan,
    BilanAnswer,
    OrientationDecision,
    PlanEvaluation,
    PlanObjective,
    PlanSignature,
    PlanStep,
    WishedOccupation,
)
from tenants.pauses.models import ClockPause
from tenants.people.models import HandOver, Person, PersonChange, PersonKey, PersonPeriod, RecentlyOpened
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.sensitive.models import SensitiveFact
from tenants.situation.models import Episode
from tenants.tasks.models import OwnTask
from tests.config.demo.played.rows import Row, in_plain
from tests.config.demo.played.world import World

OWNERS: dict[type[Base], tuple[str, ...]] = {
    Person: ("id",),
    PersonKey: ("person_id",),
    PersonPeriod: ("person_id",),
    PersonChange: ("person_id",),
    Episode: ("person_id",),
    PersonExit: ("person_id",),
    ExitCheck: ("person_id",),
    ClockPause: ("person_id",),
    OwnTask: ("person_id",),
    DeclaredFact: ("person_id",),
    AdviceAnswer: ("person_id",),
    FileMuting: ("person_id",),
    SensitiveFact: ("person_id",),
    Intake: ("person_id",),
    RecentlyOpened: ("person_id",),
    HandOver: ("person_id",),
    WishedOccupation: ("person_id",),
    Bilan: ("person_id",),
    BilanAnswer: ("bilan_id",),
    InstrumentFilling: ("id",),
    InstrumentAnswer: ("filling_id",),
    OrientationDecision: ("person_id",),
    ActionPlan: ("person_id",),
    PlanObjective: ("action_plan_id",),
    PlanStep: ("person_id",),
    PlanSignature: ("person_id",),
    ObstacleChange: ("person_id",),
    PlanEvaluation: ("person_id",),
    Contact: ("person_id",),
    Note: ("person_id",),
    Appointment: ("person_id",),
    StateChange: ("subject_id",),
    Referral: ("person_id",),
    Parcel: ("referral_id",),
    Consent: ("referral_id",),
    ReferralEvent: ("referral_id",),
    ReferralMessage: ("referral_id",),
    Withdrawal: ("referral_id",),
    Participant: ("referral_id",),
    Enrolment: ("participant_id",),
    SchemeSession: ("id",),
    SeatCount: ("scheme_session_id",),
}
"""Tables that are compared whole, with the column by which a row belongs to someone who was played."""
IN_PART: dict[type[Base], tuple[str, ...]] = {Notification: ("subject_id",), AuditEvent: ("person_id",)}
"""Tables in which the demo tells less than the acts leave: what it tells is among what they left."""
ASIDE = {"id", "version", "updated_at", "request_id", "read_at", "user_id"}
"""A key, how often and when a row was saved, whether a line was looked at, the account behind a membership."""


def claimed(world: World, model: type[Base]) -> list[Row]:
    """What the demo's rows say of the people who were played, in the keys and names of the world."""
    (owner,) = (OWNERS | IN_PART)[model]
    return [
        world.translated(_facts(row)) for row in world.rows.all(model) if row[owner] in world.keys and _is_an_act(row)
    ]


def left(world: World, model: type[Base]) -> list[Row]:
    """What the acts left in the world's tenants."""
    table, found = METADATA.tables[model.__tablename__], []
    owner = table.c.owner_tenant_id if "owner_tenant_id" in table.c else table.c.tenant_id
    for tenant in world.tenants:
        with unit_of_work(world.federation.engine, Scope(tenant.id, tenant.basin_id)) as session:
            for row in session.execute(select(table).where(owner == tenant.id)).mappings():
                plain = in_plain(world.federation.keyring, table, dict(row))
                # What the server computes by itself says nothing of the acts.
                by_itself = {
                    column.name
                    for column in table.c
                    if column.computed is not None or (column.server_default is not None and column.default is None)
                }
                found.append(_facts({name: value for name, value in plain.items() if name not in by_itself}))
    return found


def differences(claims: Iterable[Row], acts: Iterable[Row], *, in_part: bool = False) -> tuple[list[Row], list[Row]]:
    """What is claimed and was not done, and what was done and is not claimed (nothing, when `in_part`)."""
    done = {_in_order(row): row for row in acts}
    said = {_in_order(row): row for row in claims}
    missing = [row for key, row in said.items() if key not in done]
    return missing, [] if in_part else [row for key, row in done.items() if key not in said]


def _in_order(value: Any) -> str:
    """A value written out, whatever the order in which its parts are kept."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_in_order(value[key])}" for key in sorted(value, key=str)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_in_order, value)) + "]"
    return repr(value)


def _facts(row: Row) -> Row:
    """A row as it is compared: without what is left ASIDE, moments in UTC."""
    facts = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in row.items()
        if name not in ASIDE
    }
    # The hash of a national number is another one in another tenant.
    return facts | {"key": "hashed"} if facts.get("kind") == "number" else facts


def _is_an_act(row: Row) -> bool:
    return ".read" not in row.get("verb", "")
