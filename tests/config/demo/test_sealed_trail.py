"""What the demonstration has on record is sealed by its worker like any other trail, and is whole."""

from pathlib import Path

from sqlalchemy import Engine

from clais.audit.heads import Heads
from clais.audit.seals import SealingKeys
from clais.audit.verification import Verdict, verify
from clais.database import Scope, ScopedSession, unit_of_work
from clais.encryption import Keyring
from clais.registry.models import Tenant
from clais.registry.queries import every_tenant
from config.demo import Account
from config.diagnosis.finding import OK
from config.diagnosis.trail import concluded
from tests.support.sealing import seal_everything

PATIENCE_SECONDS = 60


def sealed(engine: Engine, tenant: Tenant, keys: SealingKeys, heads: Heads) -> Verdict:
    """The verdict on a tenant once the sealer has run as often as it must."""
    seal_everything(engine, tenant.id, keys, heads, PATIENCE_SECONDS)
    with ScopedSession(engine, Scope(tenant_id=tenant.id)) as session:
        return verify(session, keys, heads.read().get(tenant.id))


def test_the_trail_of_every_place_is_sealed_and_whole(
    demo: list[Account], demo_engine: Engine, keyring: Keyring, tmp_path: Path
) -> None:
    assert demo
    keys, heads = SealingKeys(keyring), Heads(tmp_path / "heads.json")
    with unit_of_work(demo_engine, Scope()) as session:
        places = every_tenant(session)
    verdicts = {place.slug: sealed(demo_engine, place, keys, heads) for place in places}
    assert min(verdict.events for verdict in verdicts.values()) > 20
    assert [verdict.broken for verdict in verdicts.values()] == [None] * len(places)
    assert concluded(verdicts).level == OK
