"""The members that an address names, or 404."""

from uuid import UUID

from flask import abort

from clais.identity.models import Membership
from clais.web.context import actor, get_or_404
from tenants.team.models import Absence

LEAD = "team.lead"
"""The permission of who hands out files and looks after the team; others see and say what is about themselves."""


def member_or_404(membership_id: UUID) -> Membership:
    """A present member whom the actor may look after: themselves, or for who leads the team, anyone."""
    member = get_or_404(Membership, membership_id)
    theirs = member.id == actor().membership_id or actor().may(LEAD)
    if member.ended_at is not None or member.tenant_id != actor().tenant_id or not theirs:
        abort(404)
    return member


def absence_or_404(absence_id: UUID) -> tuple[Absence, Membership]:
    """An absence, and the member who is away."""
    absence = get_or_404(Absence, absence_id)
    return absence, member_or_404(absence.membership_id)
