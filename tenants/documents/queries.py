from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from clais.clock import today
from clais.database import HERE, MEMBER, ScopedSession, among, built_once
from clais.database.moments import present_day
from clais.thread import Source
from tenants.documents.choices import KINDS
from tenants.documents.models import Paper, PaperFile, PaperLink
from tenants.documents.workflow import VALID
from tenants.people.models import Person
from tenants.people.queries import on_a_day
from tenants.people.workflow import OPEN_STAGES

SOON = timedelta(days=30)
"""So long before its last day a document is to be asked for again."""
MOST_LISTED = 60
"""Documents on a file; who has more finds the older ones behind the list."""

LISTED = (
    "id", "person_id", "kind", "title", "state", "changed_at", "changed_by", "why", "asked_on", "wanted_by",
    "received_at", "issued_on", "expires_on", "original_seen", "reason", "signed_on", "signed_how", "signed_by",
    "pieces", "replaces_id", "link_opened_at", "withheld_at",
)  # fmt: skip
"""What a line of the list tells of a document."""

OF_A_PERSON = Source(
    Paper.person_id,
    {name: getattr(Paper, name) for name in LISTED},
    where=(Paper.state != "removed",),
    order=(Paper.changed_at.desc(), Paper.id.desc()),
    minimum=MOST_LISTED,
)
"""The documents of a person for their file and its thread, read with all else that the thread has."""


def papers_of(session: ScopedSession, person_id: UUID, limit: int = MOST_LISTED) -> Sequence[Paper]:
    """The documents of a person that were not removed, the one that changed last first."""
    return session.scalars(
        select(Paper)
        .where(Paper.tenant_id == session.scope.tenant_id, Paper.person_id == person_id, Paper.state != "removed")
        .order_by(Paper.changed_at.desc(), Paper.id.desc())
        .limit(limit)
    ).all()


def files_of(session: ScopedSession, paper_id: UUID) -> Sequence[PaperFile]:
    """The files of a document, in their order."""
    return session.scalars(
        select(PaperFile)
        .where(PaperFile.tenant_id == session.scope.tenant_id, PaperFile.paper_id == paper_id)
        .order_by(PaperFile.place, PaperFile.id)
    ).all()


def asked_in_place_of(session: ScopedSession, paper_id: UUID) -> Paper | None:
    """What is awaited in the place of a document."""
    return session.scalars(
        select(Paper)
        .where(
            Paper.tenant_id == session.scope.tenant_id,
            Paper.replaces_id == paper_id,
            Paper.state.in_(("asked", "received")),
        )
        .limit(1)
    ).first()


def waiting_for(session: ScopedSession, membership_id: UUID, limit: int) -> Sequence[tuple[Paper, Person]]:
    """What is to be done about documents of the files that a member follows, the most urgent first.

    Received and not read yet; awaited and late; about to end and not asked for again.
    """
    values = {"here": session.scope.tenant_id, "member": membership_id}
    return [(paper, person) for paper, person in session.execute(_waiting(limit), values)]


@built_once
def _waiting(limit: int) -> Select[Paper, Person]:
    newer = aliased(Paper)
    renewed = exists().where(
        newer.tenant_id == HERE, newer.replaces_id == Paper.id, among(newer.state, ("asked", "received"))
    )
    ends_soon = and_(among(Paper.state, VALID), Paper.expires_on <= present_day(-SOON), ~renewed)
    return (
        select(Paper, Person)
        .join(Person, and_(Person.tenant_id == Paper.tenant_id, Person.id == Paper.person_id))
        .where(
            Paper.tenant_id == HERE,
            Person.tenant_id == HERE,
            Person.referent_id == MEMBER,
            among(Person.stage, OPEN_STAGES),
            or_(
                among(Paper.state, ("received",)),
                and_(among(Paper.state, ("asked",)), Paper.wanted_by < present_day()),
                ends_soon,
            ),
        )
        .options(on_a_day())
        .order_by(case((among(Paper.state, ("received",)), 0), else_=1), Paper.changed_at, Paper.id)
        .limit(limit)
    )


def ended_terms(session: ScopedSession) -> list[tuple[UUID, UUID]]:
    """(person, document) whose term is over: kept so long since the exit, and no longer."""
    here = session.scope.tenant_id
    statement = (
        select(Paper.person_id, Paper.id)
        .join(Person, and_(Person.tenant_id == here, Person.id == Paper.person_id))
        .where(Paper.tenant_id == here, Person.stage == "closed", _term_is_over())
        .order_by(Paper.person_id)
        .limit(500)
    )
    return [(row.person_id, row.id) for row in session.execute(statement)]


def first_end_of_a_term(session: ScopedSession) -> date | None:
    """The day on which the next term of a closed file ends."""
    here = session.scope.tenant_id
    ends = [
        select(func.min(Person.stage_since))
        .join(Paper, and_(Paper.tenant_id == here, Paper.person_id == Person.id))
        .where(Person.tenant_id == here, Person.stage == "closed", Paper.kind.in_(kinds))
        .scalar_subquery()
        for kinds in _by_term().values()
    ]
    begun = session.execute(select(*ends)).one()
    found = [since + term for since, term in zip(begun, _by_term(), strict=True) if since is not None]
    return min(found, default=None)


def _term_is_over() -> ColumnElement[bool]:
    return or_(
        *(and_(Paper.kind.in_(kinds), Person.stage_since <= today() - term) for term, kinds in _by_term().items())
    )


def _by_term() -> dict[timedelta, list[str]]:
    """How long since the exit → the kinds that are kept so long."""
    found: dict[timedelta, list[str]] = {}
    for code, kind in KINDS.items():
        found.setdefault(kind.kept, []).append(code)
    return found


def keys_in_use(session: ScopedSession) -> set[UUID]:
    """The files that have a row, of the tenant at work."""
    return set(session.scalars(select(PaperFile.id).where(PaperFile.tenant_id == session.scope.tenant_id)))


def has_files_or_links(session: ScopedSession) -> bool:
    """Whether the tenant at work has any file of a document, or any link by which one is sent."""
    here = session.scope.tenant_id
    files = exists().where(PaperFile.tenant_id == here)
    links = exists().where(PaperLink.tenant_id == here)
    return bool(session.scalar(select(or_(files, links))))


def next_scan(session: ScopedSession) -> datetime | None:
    """When the next file is to be scanned that came while the scanner gave no answer."""
    return session.scalar(select(func.min(PaperFile.scan_due_at)).where(PaperFile.tenant_id == session.scope.tenant_id))
