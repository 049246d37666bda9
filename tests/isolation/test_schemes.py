"""A scheme that is not published yet is its centre's alone, whatever the pages do."""

from sqlalchemy import Engine

from clais.exchange.publications.models import Scheme
from clais.web.routing import Application
from migrations.protection_v1 import BASIN
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of
from tests.isolation.world import World

DRAFT = "SELECT 1 FROM scheme WHERE id = :id"
DRAFT_SHOWN = (
    f"ALTER POLICY floor_read ON scheme USING (basin_id = {BASIN}); "
    f"ALTER POLICY read ON scheme USING (basin_id = {BASIN});"
)


def drafts_seen(world: World) -> tuple[int, int]:
    """How many drafts of the centre a platform and the centre itself read, past the pages."""
    officer = world.federation.officer()
    with officer.at_work() as session:
        draft = Scheme(
            owner_tenant_id=officer.tenant.id, basin_id=officer.tenant.basin_id, kind="other", name="Un brouillon",
            operator="Centre d'appui", audience="Tous", description="Pas encore.",
        )  # fmt: skip
        session.add(draft)
        session.flush()
        found = {"id": draft.id}
    return rows_of(world.federation.agent(), DRAFT, found), rows_of(officer, DRAFT, found)


def test_a_platform_reads_no_draft_of_a_scheme(standing_world: World) -> None:
    assert drafts_seen(standing_world) == (0, 1)


def test_a_draft_of_a_scheme_that_the_basin_reads_is_found(app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, DRAFT_SHOWN) as broken:
        assert drafts_seen(broken) == (1, 1)
