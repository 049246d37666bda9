"""A colleague of the demo who acts as on a page: for what is written through the actions."""

from clais.actor import Actor
from clais.database import Scope
from config.demo.engine.desk import Colleague, Desk


def actor_of(desk: Desk, who: Colleague, permissions: frozenset[str]) -> Actor:
    """A colleague with some permissions."""
    return Actor(
        display_name=who.name,
        permissions=permissions,
        tenant_id=desk.tenant_id,
        tenant_code=desk.code,
        basin_id=desk.basin_id,
        user_id=who.user_id,
        membership_id=who.membership_id,
        role=who.role,
    )


def scope_of(desk: Desk, who: Colleague) -> Scope:
    """The scope of a colleague at work."""
    return Scope(tenant_id=desk.tenant_id, basin_id=desk.basin_id, user_id=who.user_id)
