"""The contracts of a person whose file is closed, when they are not over."""

from collections.abc import Iterator
from uuid import UUID

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.handling import KEEP, OpenItem
from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused
from tenants.contracts import actions, queries
from tenants.contracts.choices import KINDS
from tenants.contracts.models import IntegrationContract
from tenants.contracts.presentation import period
from tenants.contracts.workflow import IN_PREPARATION
from tenants.people.models import Person

CHOICES = {"end": N_("End the contract"), KEEP: N_("Leave the contract as it is")}
REASON_OF_EXIT = {"job": "not_entitled", "moved": "moved", "handed_over": "moved"}
"""Why the file is closed → why the contract ends; any other reason is another one here too."""


def open_contracts(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """Those that nobody ended or gave up."""
    for contract in queries.open_contracts(session, person_id):
        text = _("Contract: %(kind)s, %(period)s", kind=_(KINDS[contract.kind]), period=period(contract))
        yield OpenItem(contract.id, text)


def settle(session: ScopedSession, actor: Actor, key: UUID, _choice: str, reason: str) -> None:
    """End a contract, or give up one that nobody signed. Raises Refused."""
    contract = session.get(IntegrationContract, (session.scope.tenant_id, key))
    if contract is None:
        raise Refused("wrong_state")
    person = session.get_one(Person, (session.scope.tenant_id, contract.person_id))
    # One that was to begin later covers no day: it ends on its first.
    if contract.state in IN_PREPARATION:
        actions.withdraw(session, person, contract, actor, reason="decided_otherwise")
        return
    day = min(max(today(), contract.starts_on), contract.ends_on)
    actions.end(session, person, contract, actor, reason=REASON_OF_EXIT.get(reason, "other"), ended_on=day)
