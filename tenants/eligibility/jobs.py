"""What the worker counts in a platform: who may fit the sessions that are announced, what conditions would change."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, update

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.dates import moment_of
from clais.exchange.eligibility.models import EligibilityTrial, SpottingCount, TrialCount
from clais.exchange.eligibility.queries import rules_of_version, versions_by_id
from clais.exchange.eligibility.schemas import rules_of
from clais.exchange.publications.models import SchemeSession
from tenants.eligibility.facts import facts_of_all
from tenants.eligibility.models import SpottedPerson
from tenants.eligibility.queries import counted_last, has_counts, standing_rows, told_counts, trials_to_count
from tenants.eligibility.spotting import Spotted, announced, change_for, spotted, told

NIGHT = time(2, 45)


def spot(session: ScopedSession, _actor: Actor) -> int:
    """Find who may fit each session that is announced, and tell the centre how many. Returns how many sessions.

    What an agent set aside stays set aside; who fits no more is forgotten, as is every session that is over. Two
    workers at once: the second one's keys are there already, so it fails, and is asked again.
    """
    sessions = announced(session)
    found = spotted(session, sessions)
    kept = list(found)
    here = SpottedPerson.tenant_id == session.scope.tenant_id
    session.execute(delete(SpottedPerson).where(here, SpottedPerson.scheme_session_id.not_in(kept)))
    told_here = SpottingCount.tenant_id == session.scope.tenant_id
    session.execute(delete(SpottingCount).where(told_here, SpottingCount.scheme_session_id.not_in(kept)))
    before, standing = told_counts(session, kept), standing_rows(session)
    for row in sessions:
        _keep(session, row, found[row.id], standing.get(row.id, {}))
        _tell(session, row, found[row.id], before.get(row.id))
    session.flush()
    return len(sessions)


def _keep(session: ScopedSession, row: SchemeSession, found: Spotted, before: Mapping[UUID, list[str]]) -> None:
    """Write who was found for a session; `before` is who stands there, with what was missing of them."""
    of_session = (SpottedPerson.tenant_id == session.scope.tenant_id, SpottedPerson.scheme_session_id == row.id)
    gone = [person_id for person_id in before if person_id not in found.people]
    if gone:
        session.execute(delete(SpottedPerson).where(*of_session, SpottedPerson.person_id.in_(gone)))
    by_what: dict[tuple[str, ...], list[UUID]] = {}
    for person_id, missing in found.people.items():
        if person_id in before and before[person_id] != missing:
            by_what.setdefault(tuple(missing), []).append(person_id)
    for missing_now, people in by_what.items():
        changed = update(SpottedPerson).where(*of_session, SpottedPerson.person_id.in_(people))
        session.execute(changed.values(missing=list(missing_now)))
    new = [
        {
            "tenant_id": session.scope.tenant_id,
            "id": new_id(),
            "person_id": person_id,
            "scheme_session_id": row.id,
            "missing": missing,
            "found_on": today(),
        }
        for person_id, missing in found.people.items()
        if person_id not in before
    ]
    if new:
        session.execute(insert(SpottedPerson), new)


def _tell(session: ScopedSession, row: SchemeSession, found: Spotted, told_before: SpottingCount | None) -> None:
    numbers = {"fits": told(found.fits), "to_ask": told(found.to_ask), "counted_on": today()}
    if told_before is None:
        session.add(SpottingCount(to_tenant_id=row.owner_tenant_id, scheme_session_id=row.id, **numbers))
        return
    for name, value in numbers.items():
        setattr(told_before, name, value)


def next_spotting_at(session: ScopedSession) -> datetime | None:
    """The night after the last count, as long as there is a session to count for; at once where none was counted, or
    where what was counted is to be forgotten.
    """
    sessions = announced(session)
    if not sessions:
        return now() if has_counts(session) else None
    last = counted_last(session, [row.id for row in sessions])
    return moment_of(last + timedelta(days=1), NIGHT) if last else now()


def count_trials(session: ScopedSession, _actor: Actor) -> int:
    """Count what conditions in preparation would change for the people of the platform. Returns how many trials."""
    trials = trials_to_count(session)
    for trial in trials:
        _count(session, trial)
    session.flush()
    return len(trials)


def _count(session: ScopedSession, trial: EligibilityTrial) -> None:
    former = versions_by_id(session, [trial.compared_with]) if trial.compared_with else {}
    before = rules_of_version(former[trial.compared_with]) if trial.compared_with in former else ()
    after = rules_of(trial.rules)
    files = facts_of_all(session, {rule.field for rule in [*before, *after] if rule.hard})
    gained, lost, to_ask = change_for(before, after, files)
    session.add(
        TrialCount(
            to_tenant_id=trial.owner_tenant_id,
            eligibility_trial_id=trial.id,
            gained=told(gained),
            lost=told(lost),
            to_ask=told(to_ask),
        )
    )


def next_trial_at(session: ScopedSession) -> datetime | None:
    """Now, when a trial waits to be counted."""
    return now() if trials_to_count(session) else None
