"""Conditions are written in a draft, tried, and published; what was published never changes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.eligibility.models import EligibilityTrial, EligibilityVersion
from clais.exchange.eligibility.queries import rules_of_version, version_in_force
from clais.exchange.eligibility.rules.contradictions import contradictions, impossible
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import MOST_RULES, is_known, rules_of, stored
from clais.exchange.eligibility.waking import COUNT_TRIALS, wake_spotting
from clais.exchange.publications.models import Scheme
from clais.registry.queries import open_platforms
from clais.workflow import Refused
from support_center.eligibility.models import EligibilityDraft
from support_center.eligibility.queries import Conditions, conditions_of, draft_of, trials_since

DAY, MOST_TRIALS = timedelta(days=1), 6
"""So many trials a centre asks for in a day."""


class StaleDraft(RuntimeError):  # noqa: N818 - it reads as what is wrong.
    """Somebody else changed the conditions in preparation, published them or gave them up."""


def save_rule(session: ScopedSession, actor: Actor, scheme: Scheme, rule: Rule, read: str) -> EligibilityDraft:
    """Add a condition to the draft of a scheme, or replace the one with its id. The first change begins a draft.

    `read` is the version of the draft that the form was rendered from. Raises StaleDraft, and Refused (`too_many`).
    """
    draft, rules = _taken_up(session, scheme, read)
    kept = [rule if each.id == rule.id else each for each in rules]
    if all(each.id != rule.id for each in rules):
        kept.append(rule)
    if len(kept) > MOST_RULES:
        raise Refused("too_many")
    return _saved(session, actor, scheme, draft, kept)


def remove_rule(session: ScopedSession, actor: Actor, scheme: Scheme, key: str, read: str) -> EligibilityDraft:
    """Take a condition out of the draft. Raises StaleDraft."""
    draft, rules = _taken_up(session, scheme, read)
    return _saved(session, actor, scheme, draft, [each for each in rules if each.id != key])


def move_rule(session: ScopedSession, actor: Actor, scheme: Scheme, key: str, read: str) -> EligibilityDraft:
    """Put a condition before the one that stands before it. Raises StaleDraft."""
    draft, rules = _taken_up(session, scheme, read)
    place = next((place for place, each in enumerate(rules) if each.id == key), 0)
    if place:
        rules[place - 1], rules[place] = rules[place], rules[place - 1]
    return _saved(session, actor, scheme, draft, rules)


def give_up(session: ScopedSession, scheme: Scheme, read: str) -> None:
    """Forget the draft: what is in force stays. Raises StaleDraft."""
    draft = _as_read(session, scheme, read).draft
    if draft is not None:
        session.delete(draft)
        record(session, "eligibility.give_up", "scheme", scheme.id)
        session.flush()


def publish(session: ScopedSession, actor: Actor, scheme: Scheme, note: str | None, read: str) -> EligibilityVersion:
    """Publish the draft as the next version: from now on the platforms judge by it, and past answers stay.

    Raises StaleDraft and Refused: `contradiction` when nobody could meet two of the conditions, `unknown_fact` for one
    that nothing can judge, `no_change` when it says what is in force.
    """
    conditions = _as_read(session, scheme, read)
    draft, former = conditions.draft, conditions.version
    if draft is None:
        raise Refused("no_change")
    rules = rules_of(draft.rules)
    if contradictions(rules) or impossible(rules):
        raise Refused("contradiction")
    if not all(map(is_known, rules)):
        raise Refused("unknown_fact")
    if former is not None and list(rules_of_version(former)) == rules:
        raise Refused("no_change")
    version = EligibilityVersion(
        owner_tenant_id=actor.tenant_id,
        basin_id=actor.basin_id,
        scheme_id=scheme.id,
        number=_next_number(session, scheme.id),
        rules=stored(rules),
        note=note,
        published_by=actor.display_name,
    )
    session.add(version)
    session.delete(draft)
    session.flush()
    record(session, "eligibility.publish", "scheme", scheme.id, details={"number": version.number})
    wake_spotting(session, actor.basin_id)
    return version


def ask_trial(session: ScopedSession, actor: Actor, scheme: Scheme) -> EligibilityTrial:
    """Let each platform count what the draft would change for its people.

    Raises Refused (`contradiction`, `unknown_fact`, `no_change`, `too_often`: many counts, compared, would tell of
    single people).
    """
    draft = draft_of(session, scheme.id)
    if draft is None:
        raise Refused("no_change")
    if trials_since(session, now() - DAY) >= MOST_TRIALS:
        raise Refused("too_often")
    rules = rules_of(draft.rules)
    if contradictions(rules) or impossible(rules):
        raise Refused("contradiction")
    if not all(map(is_known, rules)):
        raise Refused("unknown_fact")
    former = version_in_force(session, scheme.id)
    trial = EligibilityTrial(
        owner_tenant_id=actor.tenant_id,
        basin_id=actor.basin_id,
        scheme_id=scheme.id,
        rules=draft.rules,
        compared_with=former.id if former else None,
        asked_by=actor.display_name,
    )
    session.add(trial)
    session.flush()
    record(session, "eligibility.try", "scheme", scheme.id)
    for platform in open_platforms(session, actor.basin_id):
        make_due(session, COUNT_TRIALS, tenant_id=platform.id)
    return trial


def _taken_up(session: ScopedSession, scheme: Scheme, read: str) -> tuple[EligibilityDraft | None, list[Rule]]:
    conditions = _as_read(session, scheme, read)
    return conditions.draft, list(conditions.rules)


def _as_read(session: ScopedSession, scheme: Scheme, read: str) -> Conditions:
    # Where there is no draft nothing of it can be locked, so the scheme is.
    row = select(Scheme.id).where(Scheme.owner_tenant_id == session.scope.tenant_id, Scheme.id == scheme.id)
    session.execute(row.with_for_update(key_share=True))
    conditions = conditions_of(session, scheme.id, held=True)
    if conditions.read != read:
        raise StaleDraft
    return conditions


def _saved(
    session: ScopedSession, actor: Actor, scheme: Scheme, draft: EligibilityDraft | None, rules: Sequence[Rule]
) -> EligibilityDraft:
    if draft is None:
        draft = EligibilityDraft(scheme_id=scheme.id, rules=stored(rules), saved_by=actor.display_name)
        session.add(draft)
    else:
        draft.rules, draft.saved_by, draft.updated_at = stored(rules), actor.display_name, now()
    session.flush()
    record(session, "eligibility.edit", "scheme", scheme.id)
    return draft


def _next_number(session: ScopedSession, scheme_id: UUID) -> int:
    last = select(func.max(EligibilityVersion.number)).where(
        EligibilityVersion.owner_tenant_id == session.scope.tenant_id, EligibilityVersion.scheme_id == scheme_id
    )
    return (session.scalar(last) or 0) + 1
