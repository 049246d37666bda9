"""The basin, tenants, members and catalogue of a federation of any size, before it has people."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Engine

from clais.database.scope import Scope
from clais.encryption import Keyring
from clais.identity.passwords import hash_password
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Basin, Tenant
from config.demo.accounts import PASSWORD, Post, hire, write_account
from config.demo.catalogue import publish, write_sessions
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice
from config.demo.engine.ledger import Ledger, write_once
from config.demo.engine.opening import day_begun, opened_at
from config.demo.engine.places import PLACES
from config.demo.progress import shown

CENTRE = 0
"""The number of the support centre among the tenants; platforms count from 1."""
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class Member:
    """Who works where, so that any process can rebuild a desk."""

    post: Post
    user_id: UUID
    membership_id: UUID

    def colleague(self) -> Colleague:
        """Them, with an empty diary."""
        return Colleague(
            self.membership_id, self.user_id, self.post.who, self.post.email, self.post.role, self.post.organisation
        )


def open_all(
    engine: Engine, day: date, tenants: int, tag: str, *, progress: bool
) -> tuple[UUID, dict[int, tuple[Member, ...]]]:
    """The basin, its tenants, their members and the centre's catalogue; what is there already stays."""
    dice, opened = Dice(f"{tag}/registry"), opened_at(day)
    basin_id = dice.key(opened)
    registry = Ledger(basin_id)
    registry.add(Basin, dice, opened, id=basin_id, name=f"Bassin {tag}")
    for tenant in range(tenants + 1):
        registry.add(
            Tenant, dice, opened, id=tenant_key(tenant, tag, day), basin_id=basin_id, slug=slug_of(tenant, tag),
            kind=LOCAL_PLATFORM if tenant else SUPPORT_CENTRE, name=name_of(tenant), code=code_of(tenant),
            national_number_authorisation=PLACES[tenant % len(PLACES)].authorisation if tenant else None,
            opened_at=opened,
        )  # fmt: skip
    write_once(engine, Scope(administers=True), registry)
    hashed = hash_password(PASSWORD)
    members = {}
    with shown(tenants + 1, "Plates-formes", "ouvertes", progress=progress) as advance:
        for tenant in range(tenants + 1):
            desk = desk_of(tenant, tag, day, basin_id, ())
            hired = []
            for post in posts_of(tenant, tag):
                user_id = write_account(engine, dice, opened, post.who, post.email, hashed)
                hired.append(Member(post, user_id, hire(desk.ledger, dice, opened, post, user_id).membership_id))
            if tenant == CENTRE:
                catalogue = Dice(f"{tag}/catalogue")
                write_sessions(desk, catalogue, publish(desk, catalogue))
            write_once(engine, desk.scope, desk.ledger)
            members[tenant] = tuple(hired)
            advance(1)
    return basin_id, members


def day_of(engine: Engine, tag: str) -> date | None:
    """The day as of which the federation of `tag` was begun; None when it was not."""
    return day_begun(engine, slug_of(CENTRE, tag))


def desk_of(
    tenant: int, seed: str, today: date, basin_id: UUID, members: tuple[Member, ...], keyring: Keyring | None = None
) -> Desk:
    """The desk of a tenant by its number, with an empty ledger."""
    key = tenant_key(tenant, seed, today)
    place = None if tenant == CENTRE else PLACES[tenant % len(PLACES)]
    colleagues = [member.colleague() for member in members]
    return Desk(key, basin_id, name_of(tenant), code_of(tenant), today, Ledger(key, keyring), colleagues, place)


def posts_of(tenant: int, tag: str) -> list[Post]:
    """Who works in a tenant: two agents, or the officer of the centre."""
    roles = ("agent", "agent") if tenant else ("support_officer",)
    return [
        Post(slug_of(tenant, tag), role, f"Agent {tenant}-{number}", name_of(tenant))
        for number, role in enumerate(roles, start=1)
    ]


def tenant_key(tenant: int, seed: str, day: date) -> UUID:
    """The key of a tenant, the same in every process."""
    return Dice(f"{seed}/tenant/{tenant}").key(opened_at(day))


def slug_of(tenant: int, tag: str) -> str:
    """The slug of a tenant by its number."""
    return f"{tag}-{tenant:03d}" if tenant else f"{tag}-centre-appui"


def name_of(tenant: int) -> str:
    """The name of a tenant by its number: a real place's, and the number."""
    return f"{PLACES[tenant % len(PLACES)].name} {tenant}" if tenant else "Centre d'appui"


def code_of(tenant: int) -> str:
    """Three letters: AAA is the support centre."""
    high, low = divmod(tenant, _LETTERS)
    return "".join(chr(ord("A") + number % _LETTERS) for number in (high // _LETTERS, high, low))
