"""The rows that a URL names, or 404."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort

from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import SchemeOffer, scheme_of_basin
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from clais.registry.models import Tenant
from clais.registry.queries import support_centre_of
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from tenants.referrals.queries import people_set_aside
from tenants.referrals.schemas import DestinationSchema


def referral_or_404(referral_id: UUID) -> Referral:
    """A referral that this platform sent, of a person whose file was not set aside."""
    session = database()
    referral = sent_referral(session, referral_id)
    if referral is None or session.scalars(people_set_aside(session, referral.person_id)).first() is not None:
        abort(404)
    return referral


@dataclass(frozen=True, slots=True)
class Destination:
    """The destination: the support centre, one of its schemes, and a session when the scheme has some."""

    centre: Tenant
    scheme: Scheme
    session: SchemeSession | None
    offer: SchemeOffer


def requested_destination() -> Destination:
    """The scheme and session of the URL; 404 when they are unknown or of another basin."""
    session = database()
    wanted = query_arguments(DestinationSchema, refusal=404)
    offer: SchemeOffer | None = scheme_of_basin(session, wanted["scheme"])
    centre = support_centre_of(session, actor().basin_id)
    if offer is None or centre is None or offer.scheme.owner_tenant_id != centre.id:
        abort(404)
    chosen = next((row for row in offer.sessions if row.id == wanted["session"]), None)
    if wanted["session"] is not None and chosen is None:
        abort(404)
    return Destination(centre, offer.scheme, chosen, offer)
