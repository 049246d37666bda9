from clais.database.base import (
    Base,
    TenantOwned,
    Timestamped,
    Versioned,
    belongs_to,
    tenant_index,
    tenant_unique,
)
from clais.database.engine import open_engine
from clais.database.keys import NIL, new_id
from clais.database.kinds import Distribution, TableKind, distributions_of, kinds_of
from clais.database.left_out import EVERY_ROW, LeftOut
from clais.database.scope import Scope
from clais.database.session import ScopedSession, unit_of_work
from clais.database.statements import HERE, MEMBER, among, built_once

__all__ = [
    "EVERY_ROW",
    "HERE",
    "MEMBER",
    "NIL",
    "Base",
    "Distribution",
    "LeftOut",
    "Scope",
    "ScopedSession",
    "TableKind",
    "TenantOwned",
    "Timestamped",
    "Versioned",
    "among",
    "belongs_to",
    "built_once",
    "distributions_of",
    "kinds_of",
    "new_id",
    "open_engine",
    "tenant_index",
    "tenant_unique",
    "unit_of_work",
]
