from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from clais.audit.actions import record
from clais.audit.heads import Head, Heads
from clais.audit.seals import SealingKeys
from clais.audit.verification import Verdict, verify
from clais.database import Scope, ScopedSession, new_id
from tests.support.federation import Federation, Member
from tests.support.sealing import seal_everything


@dataclass(frozen=True)
class Trail:
    """The trail of one platform, how it is sealed and verified, and a superuser who tampers with it."""

    agent: Member
    keys: SealingKeys
    heads: Heads
    superuser: Engine

    @property
    def tenant_id(self) -> UUID:
        return self.agent.tenant.id

    def session(self) -> ScopedSession:
        """A session of a job in this platform."""
        return ScopedSession(self.agent.federation.engine, Scope(tenant_id=self.tenant_id))

    def write(self, count: int = 1, **details: Any) -> list[UUID]:
        """So many records, each of a transaction of its own; their ids."""
        for number in range(count):
            with self.agent.at_work() as session:
                record(session, "person.read", "person", new_id(), person_id=new_id(), details={"n": number, **details})
        return self.ids()[-count:]

    def seal(self) -> None:
        """Seal everything."""
        seal_everything(self.agent.federation.engine, self.tenant_id, self.keys, self.heads)

    def head(self) -> Head | None:
        """The last seal as the file knows it."""
        return self.heads.read().get(self.tenant_id)

    def verify(self, *, latest: int | None = None) -> Verdict:
        """What the verifier finds, as the application's role."""
        with self.session() as session:
            return verify(session, self.keys, self.head(), latest=latest)

    def ids(self) -> list[UUID]:
        """The records, in the order in which they are sealed."""
        with self.superuser.connect() as connection:
            found = text("SELECT id FROM audit_event WHERE tenant_id = :tenant ORDER BY transaction_id, id")
            return list(connection.scalars(found, {"tenant": self.tenant_id}))

    def numbers(self) -> Sequence[int]:
        """The numbers of the seals, in their order."""
        with self.superuser.connect() as connection:
            found = text("SELECT number FROM audit_seal WHERE tenant_id = :tenant ORDER BY number")
            return connection.scalars(found, {"tenant": self.tenant_id}).all()

    def tamper(self, *statements: str, **values: Any) -> None:
        """Change the trail past every guard."""
        with self.superuser.begin() as connection:
            for statement in statements:
                changed = connection.execute(text(statement), {"tenant": self.tenant_id, **values})
                assert changed.rowcount, statement


@pytest.fixture
def trail(federation: Federation, superuser: Engine, tmp_path: Path) -> Trail:
    """A platform whose trail is written and sealed by nobody else."""
    agent = federation.agent()
    return Trail(agent, SealingKeys(federation.keyring), Heads(tmp_path / "trail" / "heads.json"), superuser)


@pytest.fixture
def sealed(trail: Trail) -> Trail:
    """The same, with three seals over five records each."""
    for _time in range(3):
        trail.write(5)
        trail.seal()
    assert len(trail.numbers()) >= 3
    return trail
