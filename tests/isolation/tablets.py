"""A session whose screen was given to a person."""

from uuid import UUID

from clais.identity import sessions
from clais.identity.secrets import token_hash
from tests.isolation.world import Visitor, World


def handed(world: World, role: str, address: str) -> Visitor:
    """Someone whose session opens only what lies at an address."""
    visitor = world.visitor(role)
    assert visitor.token is not None
    with world.member(role).at_work() as session:
        sessions.hand_over(session, token_hash(visitor.token), address)
    visitor.bearer = None
    return visitor


def tablet_of(slug: str, person: UUID, filling: UUID) -> str:
    """Where a person answers a questionnaire alone."""
    return f"/{slug}/personnes/{person}/questionnaires/{filling}/tablette"
