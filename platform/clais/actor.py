from dataclasses import dataclass, field
from uuid import UUID

from clais.database import NIL

OPERATOR = "clais ("
"""So begins the name of who works with commands, « clais (root) »: no member's name stands in a record of nobody."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of a tenant in one role, or the system in a job. Every action that writes takes one."""

    display_name: str
    permissions: frozenset[str] = field(repr=False)
    tenant_id: UUID = NIL
    basin_id: UUID = NIL
    user_id: UUID = NIL
    membership_id: UUID = NIL
    role: str = ""
    organisation: str | None = None
    language: str = "fr"
    tenant_slug: str = ""
    tenant_name: str = ""
    tenant_code: str = ""
    tenant_kind: str = ""
    assurance_level: int = 1

    def may(self, permission: str) -> bool:
        """Whether this actor has `permission`."""
        return permission in self.permissions
