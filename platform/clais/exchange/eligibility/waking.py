"""Which jobs of the platforms have something to count when conditions or sessions change."""

from uuid import UUID

from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.registry.queries import open_platforms

COUNT_TRIALS = "eligibility.count_trials"
SPOT = "eligibility.spot"


def wake_spotting(session: ScopedSession, basin_id: UUID) -> None:
    """Let each platform of a basin look for its people who may fit what is announced."""
    for platform in open_platforms(session, basin_id):
        make_due(session, SPOT, tenant_id=platform.id)
