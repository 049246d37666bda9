"""What files say of the facts that conditions ask about: of one person or of all, by the same statements."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.dialects.postgresql import distinct_on

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.choices import ASKED
from clais.exchange.eligibility.rules.facts import FACTS, with_included
from clais.exchange.eligibility.rules.judging import Known
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals.models import Referral
from tenants.eligibility.models import DeclaredFact
from tenants.orientation.models import WishedOccupation
from tenants.people.models import Person, PersonPeriod
from tenants.people.withheld import in_clear
from tenants.people.workflow import OPEN_STAGES
from tenants.situation.choices import AVAILABILITY, CHILDCARE

CARD, SAID, WISHES, PATH = "card", "said", "wishes", "path"
"""Where a fact stands: on the card, in the person's answer, among their wishes, in what they have followed."""

Found = dict[UUID, dict[str, Known]]
Ids = Collection[UUID] | None
"""Those whose files are read; None for every open file of the platform."""
_WEEKDAYS = frozenset(f"{day}_{half}" for day in ("mon", "tue", "wed", "thu", "fri") for half in ("am", "pm"))
ALTERNATING, LICENCES = "alternating_training", "licences"


def facts_of(session: ScopedSession, person_id: UUID, wanted: Collection[str] = tuple(FACTS)) -> Mapping[str, Known]:
    """What the file of one person says of the `wanted` facts, whatever its stage."""
    return _read(session, wanted, (person_id,)).get(person_id, {})


def facts_of_some(session: ScopedSession, person_ids: Collection[UUID], wanted: Collection[str]) -> Found:
    """The same of the files of some people."""
    return _read(session, wanted, person_ids) if person_ids else {}


def facts_of_all(session: ScopedSession, wanted: Collection[str]) -> Found:
    """The same of every open file of the platform."""
    return _read(session, wanted, None)


def _read(session: ScopedSession, wanted: Collection[str], ids: Ids) -> Found:
    asked = set(wanted)
    found = _cards(session, asked, ids)
    for read, codes in _SOURCES:
        if not asked.isdisjoint(codes):
            read(session, asked, ids, found)
    return found


def _of(table: Any, session: ScopedSession, ids: Ids) -> list[ColumnElement[bool]]:
    here = [table.tenant_id == session.scope.tenant_id]
    return here if ids is None else [*here, table.person_id.in_(ids)]


def _since(on: date | None) -> Known | None:
    return Known((on, on), CARD, on) if on else None


def _age(row: Row[Any]) -> Known | None:
    if row.birth_date:
        return Known((row.birth_date, row.birth_date), CARD)
    if row.birth_year:
        return Known((date(row.birth_year, 1, 1), date(row.birth_year, 12, 31)), CARD)
    return None


def _status(row: Row[Any]) -> Known | None:
    return Known(in_clear(row.status), CARD, row.status_since) if row.status else None


def _job_seeker(row: Row[Any]) -> Known | None:
    return Known(True, CARD, row.forem_registered_on) if row.forem_number or row.forem_registered_on else None


def _schooling(row: Row[Any]) -> Known | None:
    return Known(row.schooling, CARD) if row.schooling and row.schooling != "unknown" else None


def _level(language: str, skill: str) -> "Reader":
    def read(row: Row[Any]) -> Known | None:
        for known in row.languages:
            if known["language"] == language and known.get(skill):
                return Known(known[skill], CARD)
        return None

    return read


Reader = Callable[[Row[Any]], Known | None]
_ON_CARD: Mapping[str, tuple[tuple[str, ...], Reader]] = {
    "age": (("birth_date", "birth_year"), _age),
    "status": (("status", "status_since"), _status),
    "status_since": (("status_since",), lambda row: _since(row.status_since)),
    "job_seeker": (("forem_number", "forem_registered_on"), _job_seeker),
    "job_seeker_since": (("forem_registered_on",), lambda row: _since(row.forem_registered_on)),
    "schooling": (("schooling",), _schooling),
    "residence": (("postal_code",), lambda row: Known(row.postal_code, CARD) if row.postal_code else None),
    "licences": (
        ("driving_licences",),
        lambda row: Known(with_included(row.driving_licences), CARD) if row.driving_licences else None,
    ),
    "vehicle": (("has_vehicle",), lambda row: Known(row.has_vehicle, CARD) if row.has_vehicle is not None else None),
    **{code: (("languages",), _level(*code.split(".")[1:])) for code in FACTS if code.startswith("language.")},
}
"""Fact → the columns of the card that say it, and what they say."""


def _cards(session: ScopedSession, asked: Collection[str], ids: Ids) -> Found:
    readers = [(code, _ON_CARD[code][1]) for code in FACTS if code in asked and code in _ON_CARD]
    names = sorted({name for code, _reader in readers for name in _ON_CARD[code][0]})
    own = Person.tenant_id == session.scope.tenant_id
    whose = Person.stage.in_(OPEN_STAGES) if ids is None else Person.id.in_(ids)
    rows = session.execute(select(Person.id, *(getattr(Person, name) for name in names)).where(own, whose))
    found: Found = {}
    for row in rows:
        facts = found[row[0]] = {}
        for code, reader in readers:
            known = reader(row)
            if known is not None:
                facts[code] = known
    return found


def _put(found: Found, person_id: UUID, code: str, known: Known) -> None:
    """Keep what is known of a file that is looked at, unless something newer is known of it already."""
    if person_id not in found:
        return
    before = found[person_id].get(code)
    if before is None or (known.on or date.min) >= (before.on or date.min):
        found[person_id][code] = known


def _periods(session: ScopedSession, asked: set[str], ids: Ids, found: Found) -> None:
    rows = (
        select(PersonPeriod.person_id, PersonPeriod.fact, PersonPeriod.value, PersonPeriod.since)
        .where(
            *_of(PersonPeriod, session, ids),
            PersonPeriod.fact.in_((CHILDCARE, AVAILABILITY)),
            (PersonPeriod.since <= today()) | PersonPeriod.since.is_(None),
        )
        .ext(distinct_on(PersonPeriod.person_id, PersonPeriod.fact))
        .order_by(PersonPeriod.person_id, PersonPeriod.fact, PersonPeriod.since.desc().nulls_last())
    )
    for whose, fact, value, since in session.execute(rows):
        if fact == CHILDCARE and "childcare" in asked and value:
            _put(found, whose, "childcare", Known(value["childcare"], CARD, since))
        if fact == AVAILABILITY and "free_weekdays" in asked and value:
            free = set(value.get("half_days") or ()) >= _WEEKDAYS
            _put(found, whose, "free_weekdays", Known(free, CARD, since))


def _declared(session: ScopedSession, asked: set[str], ids: Ids, found: Found) -> None:
    rows: Select[UUID, str, bool | None, date] = (
        select(DeclaredFact.person_id, DeclaredFact.code, DeclaredFact.answer, DeclaredFact.said_on)
        .where(*_of(DeclaredFact, session, ids), DeclaredFact.code.in_(asked & ASKED.keys()))
        .ext(distinct_on(DeclaredFact.person_id, DeclaredFact.code))
        .order_by(DeclaredFact.person_id, DeclaredFact.code, DeclaredFact.created_at.desc(), DeclaredFact.id.desc())
    )
    for whose, code, answer, said_on in session.execute(rows):
        if answer is None or whose not in found:
            continue
        if code != LICENCES:
            _put(found, whose, code, Known(answer, SAID, said_on))
        elif LICENCES not in found[whose] and not answer:
            # Which ones there are stands on the card; that there is none is said.
            _put(found, whose, code, Known((), SAID, said_on))


def _wishes(session: ScopedSession, _asked: set[str], ids: Ids, found: Found) -> None:
    rows = select(WishedOccupation.person_id, WishedOccupation.code).where(
        *_of(WishedOccupation, session, ids), WishedOccupation.scheme == "ROME"
    )
    codes: dict[UUID, list[str]] = {}
    for whose, code in session.execute(rows.order_by(WishedOccupation.person_id, WishedOccupation.rank)):
        codes.setdefault(whose, []).append(code)
    for whose, wished in codes.items():
        _put(found, whose, "occupations", Known(tuple(wished), WISHES))


def _followed(session: ScopedSession, _asked: set[str], ids: Ids, found: Found) -> None:
    """Who was referred to alternating training and finished it has followed one, whatever was answered before."""
    kinds = select(Scheme.id).where(Scheme.basin_id == session.scope.basin_id, Scheme.kind == ALTERNATING)
    ids = session.scalars(kinds).all()
    rows = select(Referral.person_id, Referral.last_moved_at).where(
        *_of(Referral, session, ids), Referral.state == "completed", Referral.scheme_id.in_(ids)
    )
    for whose, moved_at in session.execute(rows) if ids else ():
        if whose in found:
            found[whose]["alternating_before"] = Known(True, PATH, moved_at.date())


Source = Callable[[ScopedSession, set[str], Ids, Found], None]
_SOURCES: Iterable[tuple[Source, Collection[str]]] = (
    (_periods, ("childcare", "free_weekdays")),
    (_declared, ASKED),
    (_wishes, ("occupations",)),
    (_followed, ("alternating_before",)),
)
"""What reads facts that are on no card, or on the card too, with their codes. Of two the newer one counts."""
