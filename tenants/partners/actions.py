from collections.abc import Mapping
from typing import Any

from clais.audit.actions import record
from clais.database import ScopedSession
from clais.registry.models import Partner


def add_partner(session: ScopedSession, facts: Mapping[str, Any]) -> Partner:
    """Add an organisation to the platform's list. `facts` are the fields of `PartnerSchema`."""
    partner = Partner(**facts)
    session.add(partner)
    session.flush()
    record(session, "partner.add", "partner", partner.id, details={"kind": partner.kind})
    return partner


def change_partner(session: ScopedSession, partner: Partner, facts: Mapping[str, Any]) -> None:
    """Correct the card of a partner."""
    changed = sorted(name for name, value in facts.items() if getattr(partner, name) != value)
    for name in changed:
        setattr(partner, name, facts[name])
    session.flush()
    record(session, "partner.change", "partner", partner.id, details={"fields": changed})
