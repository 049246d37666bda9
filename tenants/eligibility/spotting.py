"""Who of a platform may fit which session: computed here, on its own files. The centre is told a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.queries import rules_of_version, versions_in_force
from clais.exchange.eligibility.rules.judging import Facts, Outcome, Rule, compiled, outcome
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import can_be_joined, takes_people
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import OPEN
from tenants.eligibility.facts import Found, facts_of_all, facts_of_some

STEP = 10
MOST_MISSING = 2
"""Someone of whom more facts are missing is counted, and shown to nobody: nothing says yet that it is for them."""


@dataclass(slots=True)
class Spotted:
    """What was found for one session: who may fit, with the facts that are to be asked; how many of each."""

    people: dict[UUID, list[str]] = field(default_factory=dict)
    fits: int = 0
    to_ask: int = 0


def announced(session: ScopedSession) -> list[SchemeSession]:
    """The sessions of the basin that one can still join, of schemes that take people and have conditions."""
    rows = (
        select(SchemeSession)
        .join(
            Scheme, (Scheme.owner_tenant_id == SchemeSession.owner_tenant_id) & (Scheme.id == SchemeSession.scheme_id)
        )
        .where(
            SchemeSession.basin_id == session.scope.basin_id,
            Scheme.basin_id == session.scope.basin_id,
            *can_be_joined(),
            *takes_people(),
        )
    )
    versions = versions_in_force(session)
    in_order = session.scalars(rows.order_by(SchemeSession.starts_on, SchemeSession.id))
    return [row for row in in_order if any(rule.hard for rule in _in_force(versions, row))]


def spotted(session: ScopedSession, sessions: Sequence[SchemeSession]) -> dict[UUID, Spotted]:
    """Session → the people of the platform at work who may fit. Who was sent there already is left out."""
    versions = versions_in_force(session)
    rules = {row.id: _in_force(versions, row) for row in sessions}
    wanted = {rule.field for some in rules.values() for rule in some if rule.hard}
    files = facts_of_all(session, wanted) if sessions else {}
    sent = _sent_already(session, {row.scheme_id for row in sessions})
    found: dict[UUID, Spotted] = {}
    # The sessions of a scheme ask the same of everybody, but where the day on which they begin counts.
    alike: dict[tuple[object, ...], Spotted] = {}
    for row in sessions:
        on = max(row.starts_on, today())
        counts_time = any(rule.counts_time for rule in rules[row.id])
        key = (row.scheme_id, tuple(rule.id for rule in rules[row.id]), on if counts_time else None)
        if key not in alike:
            alike[key] = found_for(rules[row.id], files, sent.get(row.scheme_id, set()), on)
        found[row.id] = alike[key]
    return found


def found_for(rules: Sequence[Rule], files: Mapping[UUID, Facts], sent: set[UUID], on: date) -> Spotted:
    """Who among some files may fit conditions on the first day of a session."""
    tests, found = compiled(rules, on=on), Spotted()
    for person_id, facts in files.items():
        if person_id in sent:
            continue
        said, missing = outcome(tests, facts)
        if said is Outcome.UNFIT:
            continue
        if said is Outcome.FITS:
            found.fits += 1
        else:
            found.to_ask += 1
        if len(missing) <= MOST_MISSING:
            found.people[person_id] = missing
    return found


def judged_now(session: ScopedSession, held: SchemeSession, people: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Who of those that were spotted still may fit a session, and what is to be asked: what was learnt today counts."""
    rules = _in_force(versions_in_force(session), held)
    files = facts_of_some(session, people, {rule.field for rule in rules if rule.hard})
    sent = _sent_already(session, {held.scheme_id}).get(held.scheme_id, set())
    return found_for(rules, files, sent, max(held.starts_on, today())).people


def told(count: int) -> int | None:
    """A number as the centre is told it: in tens, so that one person seldom shows; none below ten, nought apart."""
    return count - count % STEP if count == 0 or count >= STEP else None


def _in_force(versions: Mapping[UUID, EligibilityVersion], row: SchemeSession) -> Sequence[Rule]:
    """The conditions on the first day of a session. Where none is required everybody fits: nobody is spotted."""
    version = versions.get(row.scheme_id)
    on = max(row.starts_on, today())
    return [rule for rule in rules_of_version(version) if rule.holds(on)] if version else []


def _sent_already(session: ScopedSession, scheme_ids: set[UUID]) -> dict[UUID, set[UUID]]:
    """Scheme → who has an open referral to it, or finished it."""
    rows = select(Referral.scheme_id, Referral.person_id).where(
        Referral.tenant_id == session.scope.tenant_id,
        Referral.scheme_id.in_(scheme_ids),
        or_(Referral.state.in_(OPEN), Referral.state == "completed"),
    )
    found: dict[UUID, set[UUID]] = {}
    for scheme_id, person_id in session.execute(rows) if scheme_ids else ():
        if scheme_id is not None:
            found.setdefault(scheme_id, set()).add(person_id)
    return found


def change_for(before: Sequence[Rule], after: Sequence[Rule], files: Found) -> tuple[int, int, int]:
    """How many people other conditions win, lose, and leave to ask."""
    now_in_force, then = compiled(before, on=today()), compiled(after, on=today())
    gained = lost = to_ask = 0
    for facts in files.values():
        could = outcome(now_in_force, facts)[0] is not Outcome.UNFIT
        can = outcome(then, facts)[0]
        gained += can is not Outcome.UNFIT and not could
        lost += can is Outcome.UNFIT and could
        to_ask += can is Outcome.ASK
    return gained, lost, to_ask
