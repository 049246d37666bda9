"""The rows that an address names, or 404; and the platforms to which a file can go."""

from uuid import UUID

from flask import abort

from clais.exchange.referrals.models import Referral
from clais.registry.models import Tenant
from clais.registry.queries import open_platforms, platforms_covering
from clais.web.context import actor, database
from tenants.file_transfers.queries import received_transfer
from tenants.people.models import Person


def transfer_or_404(referral_id: UUID) -> Referral:
    """A transfer that this platform received, while the agreement of the person stands."""
    return received_transfer(database(), referral_id) or abort(404)


def other_platforms() -> list[tuple[str, str]]:
    """The other open platforms of the basin, by name, as choices."""
    here = actor()
    found = open_platforms(database(), here.basin_id)
    return [(str(each.id), each.name) for each in found if each.id != here.tenant_id]


def platform_of_place(person: Person) -> str | None:
    """The platform in whose territory a person lives, when it is another one."""
    here = actor()
    covering = platforms_covering(database(), here.basin_id, person.postal_code, person.nis_code)
    return None if here.tenant_id in covering else next((str(each) for each in covering), None)


def platform_called(key: str | None) -> Tenant | None:
    """One of the other platforms, by its id as a form has it."""
    chosen = next((each for each, _name in other_platforms() if each == key), None)
    return database().get(Tenant, UUID(chosen)) if chosen else None
