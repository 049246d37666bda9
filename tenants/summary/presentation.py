"""What a file summary says: what its reader may read, no confidence, sensitive facts when they are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.feature.file import Entry
from clais.identity.models import Membership
from clais.translation import gettext as _
from tenants.contracts.choices import KINDS as CONTRACT_KINDS
from tenants.contracts.presentation import period
from tenants.contracts.queries import open_contracts
from tenants.file.queries import AHEAD, timeline
from tenants.orientation.choices import WHO
from tenants.orientation.queries import current_plan
from tenants.orientation.sections import plan_parts
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
    contracts = open_contracts(session, person.id) if actor.may("contract.read") else []
    entries = [entry for entry in timeline(session, person.id, actor, MOST) if not entry.private]
    return {
        "reader": actor.display_name,
        "known": contact_facts(person),
        "situation": situation_facts(person),
        "stage": _(STAGE.states[person.stage]),
        "referent": _referent(session, person),
        "section": plan_parts(session, plan) if plan else None,
        "who": WHO,
        "contracts": [(_(CONTRACT_KINDS[one.kind]), period(one)) for one in contracts],
        "ahead": [entry for entry in entries if _is_ahead(entry)][::-1],
        "entries": [entry for entry in entries if not _is_ahead(entry)],
        "sensitive": [(_(SENSITIVE_KINDS.get(what.kind, what.kind)), what.text, fact.noted_by) for fact, what in told],
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
