from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.audit.models import AuditEvent
from clais.clock import local
from clais.database import Scope
from clais.dates import is_working_day, working_days_before
from clais.registry.models import ReferenceCounter
from clais.workflow import StateChange, Workflow
from config.demo.engine.dice import Dice, at
from config.demo.engine.ledger import Ledger
from config.demo.engine.places import Place

HOURS = ((9, 0), (9, 45), (10, 30), (11, 15), (13, 30), (14, 15), (15, 0), (15, 45))


@dataclass(slots=True)
class Colleague:
    """A member of a tenant and their diary, in which no two appointments begin at one hour."""

    membership_id: UUID
    user_id: UUID
    name: str
    email: str
    role: str
    organisation: str
    diary: dict[date, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))

    def free_hour(self, dice: Dice, day: date) -> datetime:
        """A free hour of theirs on `day`, or on the first working day after with one; the diary keeps it."""
        while True:
            free = [hour for hour in HOURS if hour not in self.diary[day]]
            # The last hours of a day stay free for who comes without appointment.
            if is_working_day(day) and len(free) > len(HOURS) - 5:
                hour = dice.choice(free)
                self.diary[day].add(hour)
                return at(day, *hour)
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A version of an instrument that a platform works with since a day."""

    since: date
    centre: UUID
    instrument: UUID
    version: UUID
    content: UUID
    number: int
    layer: UUID | None = None
    """What the platform has of its own beside it."""


@dataclass(slots=True)
class Desk:
    """A tenant at work: its ledger, its people, its public numbers, the day on which the demo is looked at."""

    tenant_id: UUID
    basin_id: UUID
    name: str
    code: str
    today: date
    ledger: Ledger
    colleagues: list[Colleague]
    place: Place | None = None
    bilans_asked: list[Asked] = field(default_factory=list)
    """The versions of the bilan that were adopted here, in order of time; before the first, that of the house."""
    receptions_asked: list[Asked] = field(default_factory=list)
    """The versions of the intake form, alike."""
    contents: list[tuple[UUID, UUID, bytes]] = field(default_factory=list, repr=False)
    """The contents of documents: the keys of the file and of its document, the bytes."""
    answers: Ledger = field(init=False)
    """What this tenant wrote on referrals that it received. Written after all ledgers: the referrals are in others."""
    _last: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.answers = Ledger(self.tenant_id, self.ledger.keyring)

    @property
    def scope(self) -> Scope:
        """The scope of work in this tenant."""
        return Scope(tenant_id=self.tenant_id, basin_id=self.basin_id)

    @property
    def yesterday(self) -> date:
        """The last working day before today: history ends there."""
        return working_days_before(self.today, 1)

    def of_role(self, *roles: str) -> list[Colleague]:
        """The colleagues in these roles, in order."""
        return [colleague for colleague in self.colleagues if colleague.role in roles]

    def reference(self, kind: str, moment: datetime) -> str:
        """The next public number, as `clais.registry.actions.next_reference` gives it. Ask in order of time."""
        year = local(moment).year
        self._last[kind, year] += 1
        return f"{self.code}-{kind}{year}-{self._last[kind, year]:05d}"

    def count(self, kind: str, year: int, last: int) -> None:
        """Say which public number was given last, when others gave it."""
        self._last[kind, year] = last

    def write_counters(self, dice: Dice) -> None:
        """Put down the last numbers given, so that the next person's follows."""
        for (kind, year), last in sorted(self._last.items()):
            self.ledger.add(ReferenceCounter, dice, at(date(year, 1, 2), 8), kind=kind, year=year, last=last)

    def record(
        self, dice: Dice, moment: datetime, who: Colleague, verb: str, subject: str, subject_id: UUID, **values: Any
    ) -> None:
        """Put an act on the audit trail."""
        self.ledger.add(
            AuditEvent, dice, moment, happened_at=moment, user_id=who.user_id, membership_id=who.membership_id,
            actor_name=who.name, verb=verb, subject_type=subject, subject_id=subject_id, **values,
        )  # fmt: skip

    def step(
        self, dice: Dice, moment: datetime, who: Colleague, workflow: Workflow, subject: str, subject_id: UUID,
        name: str, source: str, reason: str | None = None, comment: str | None = None,
    ) -> str:  # fmt: skip
        """Log a transition of the table and give the state it leads to. Raises Refused when the table has none."""
        transition = workflow.find(name, source)
        self.ledger.add(
            StateChange, dice, moment, subject_type=subject, subject_id=subject_id, transition=name, source=source,
            target=transition.target, reason=reason, comment=comment, membership_id=who.membership_id,
            actor_name=who.name, happened_at=moment,
        )  # fmt: skip
        return transition.target
