"""What a file summary says: what its reader may read, no confidence, sensitive facts when they are asked for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.feature.file import Entry
from clais.identity.models import Membership
from clais.instruments.rules.dimensions import SENSITIVE
from clais.translation import gettext as _
from tenants.contracts.choices import KINDS as CONTRACT_KINDS
from tenants.contracts.presentation import period
from tenants.contracts.queries import open_contracts
from tenants.file.queries import AHEAD, timeline
from tenants.obstacles.presentation import known_of, lifted_of, line_of, resource_of
from tenants.obstacles.queries import changes_of
from tenants.obstacles.rules.history import History
from tenants.orientation.choices import WHO
from tenants.orientation.queries import bilans, current_plan
from tenants.orientation.sections import plan_parts
from tenants.orientation.signed import signature_of
from tenants.people.models import Person
from tenants.people.presentation import contact_facts, situation_facts
from tenants.people.workflow import STAGE
from tenants.sensitive.choices import KINDS as SENSITIVE_KINDS
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import Told, facts_of, may_read

MOST = 1_500
"""Entries of the thread: a file has some hundreds in its life."""


def summary_of(
    session: ScopedSession, person: Person, actor: Actor, told: Sequence[tuple[SensitiveFact, Told]]
) -> Mapping[str, Any]:
    """All that the template of the summary tells; `told` are the sensitive facts that go with it."""
    plan = current_plan(session, person.id) if actor.may("orientation.read") else None
    parts = plan_parts(session, plan) if plan else None
    contracts = open_contracts(session, person.id) if actor.may("contract.read") else []
    entries = [entry for entry in timeline(session, person.id, actor, MOST) if not entry.private]
    return {
        "reader": actor.display_name,
        "known": contact_facts(person),
        "situation": situation_facts(person),
        "stage": _(STAGE.states[person.stage]),
        "referent": _referent(session, person),
        "obstacles": _obstacles(session, person) if actor.may("orientation.read") else {},
        "section": parts,
        "texts": {fact.subject_id: what.text for fact, what in told if fact.subject_id is not None},
        "signed": signature_of(session, plan, parts) if plan and parts else None,
        "who": WHO,
        "contracts": [(_(CONTRACT_KINDS[one.kind]), period(one)) for one in contracts],
        "ahead": [entry for entry in entries if _is_ahead(entry)][::-1],
        "entries": [entry for entry in entries if not _is_ahead(entry)],
        "sensitive": [(_(SENSITIVE_KINDS.get(what.kind, what.kind)), what.text, fact.noted_by) for fact, what in told],
    }


def _obstacles(session: ScopedSession, person: Person) -> Mapping[str, list[dict[str, Any]]]:
    """What hinders, what was lifted, and what carries. Nothing of health or justice: the bilan has that sealed."""
    known = known_of(session, bilans(session, person.id), changes_of(session, person.id))

    def rows(found: Sequence[History], in_words: Callable[[History], dict[str, Any]]) -> list[dict[str, Any]]:
        return [in_words(one) for one in found if one.dimension.code not in SENSITIVE]

    return {
        "present": rows(known.present, line_of),
        "lifted": rows(known.lifted, lifted_of),
        "resources": rows(known.resources, resource_of),
    }


def readable_facts(session: ScopedSession, person: Person, actor: Actor) -> list[SensitiveFact]:
    """The sensitive facts of a file that the actor may read."""
    return [fact for fact in facts_of(session, person.id) if may_read(session, person, fact, actor)]


def _is_ahead(entry: Entry) -> bool:
    return entry.kind == AHEAD and entry.when > now()


def _referent(session: ScopedSession, person: Person) -> str:
    if person.referent_id is None:
        return _("no referent yet")
    return session.get_one(Membership, (person.tenant_id, person.referent_id)).display_name
