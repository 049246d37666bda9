import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, eq=False)
class PermissionTable:
    """Role → permissions, read from one file. Statements are built once for each table."""

    roles: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, path: Path) -> "PermissionTable":
        """Read the table; a role inherits others with `includes`. Raises KeyError for an unknown role."""
        raw = tomllib.loads(path.read_text())["roles"]

        def gather(role: str) -> frozenset[str]:
            own = frozenset(raw[role].get("may", ()))
            return own.union(*(gather(other) for other in raw[role].get("includes", ())))

        return cls(roles={role: gather(role) for role in raw})

    def of(self, role: str) -> frozenset[str]:
        """The permissions of `role`; empty for an unknown role."""
        return self.roles.get(role, frozenset())

    def holders(self, permission: str) -> frozenset[str]:
        """The roles that hold `permission`."""
        return frozenset(role for role, permissions in self.roles.items() if permission in permissions)

    def everything(self) -> frozenset[str]:
        """Every permission that some role holds."""
        return frozenset().union(*self.roles.values())
