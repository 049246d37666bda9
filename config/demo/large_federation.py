"""A federation of any size with a light history: to measure, and to try out how the house feels when it is full."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import Engine, select
from tqdm import tqdm

from clais.clock import today as this_day
from clais.database import open_engine, unit_of_work
from clais.database.scope import Scope
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.identity.passwords import hash_password
from clais.registry.loading import load_reference_data
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Basin, ReferenceCounter, Tenant
from config.demo.accounts import PASSWORD, Account, Post, hire, write_account
from config.demo.catalogue import publish, write_sessions
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.ledger import Ledger, write
from config.demo.engine.places import PLACES
from config.demo.light_file import Sending, write_light_file
from config.features import DUE_JOBS
from config.settings import REFERENCE

_CHUNK = 1000
REFERRED = 0.05
SENT_WEIGHTS = {"requested": 6, "cancelled": 50, "lapsed": 44}
"""States that the sender's side alone leads to. Most are over: the inbox is as long as a day's work."""
_LETTERS = 26
CENTRE = 0
"""The number of the support centre among the tenants; platforms count from 1."""


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


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some people of one platform: `first` is the number of the first of them in the platform."""

    tenant: int
    first: int
    people: int
    seed: str
    today: date
    basin_id: UUID
    members: tuple[Member, ...]
    centre: tuple[Member, ...]
    sent: Mapping[str, int]
    referred: float


def seed_many(
    engine: Engine,
    keyring: Keyring,
    *,
    tenants: int,
    candidates: int,
    skew: int | None = None,
    progress: bool = True,
    tag: str = "essai",
    sent: Mapping[str, int] = SENT_WEIGHTS,
    referred: float = REFERRED,
) -> list[Account]:
    """Open one more basin with `tenants` platforms that share `candidates` people; `skew` of them in the first.

    `tag` is in every slug and address, so that several can stand in one database; `sent` weighs the states of the
    referrals, which about a share `referred` of the people have. Gives the accounts of the first
    platform's agent and of the support centre's officer. Raises ValueError when the numbers do not fit.
    """
    if tenants < 1 or not 0 <= (skew or 0) <= candidates:
        raise ValueError("at least one tenant, and no more people in the first than in all")
    day = this_day()
    with unit_of_work(engine, Scope(administers=True)) as session:
        load_reference_data(session, REFERENCE)
    basin_id, members = _open(engine, day, tenants, tag)
    sizes, centre = _sizes(tenants, candidates, skew), members[CENTRE]
    chunks = [
        Chunk(tenant, first, min(_CHUNK, size - first), tag, day, basin_id, members[tenant], centre, sent, referred)
        for tenant, size in enumerate(sizes, start=1)
        for first in range(0, size, _CHUNK)
    ]
    with tqdm(total=candidates, desc="Dossiers", unit=" pers.", disable=not progress) as bar:
        for done in _run(engine, keyring, chunks):
            bar.update(done)
    _count(engine, day, sizes, tag, basin_id)
    _make_all_due(engine, basin_id)
    return shown_accounts(tag)


def _make_all_due(engine: Engine, basin_id: UUID) -> None:
    """Past the actions, nobody made anything due."""
    with unit_of_work(engine, Scope()) as session:
        for tenant_id in session.scalars(select(Tenant.id).where(Tenant.basin_id == basin_id)).all():
            make_due(session, *DUE_JOBS, tenant_id=tenant_id)


def shown_accounts(tag: str) -> list[Account]:
    """How to sign in to the basin of `tag`: as an agent of its first platform, and as the officer of its centre."""
    return [
        Account(post.email, PASSWORD, post.who, _name(tenant), post.role)
        for tenant in (1, CENTRE)
        for post in _posts(tenant, tag)[:1]
    ]


def is_whole(engine: Engine, tag: str) -> bool | None:
    """Whether the basin that `seed_many` filled under `tag` is whole; None when there is none.

    The counters of its last platform are written last.
    """
    of_tag = Tenant.slug.regexp_match(f"^{tag}-[0-9]+$")
    with unit_of_work(engine, Scope()) as session:
        last = session.scalar(select(Tenant.id).where(of_tag).order_by(Tenant.code.desc()).limit(1))
    if last is None:
        return None
    with unit_of_work(engine, Scope(tenant_id=last)) as session:
        counted = select(ReferenceCounter.id).where(ReferenceCounter.tenant_id == last).limit(1)
        return session.scalar(counted) is not None


def _sizes(tenants: int, candidates: int, skew: int | None) -> list[int]:
    """People per platform, as even as can be after the first has its own."""
    first = [] if skew is None else [skew]
    left, others = candidates - sum(first), tenants - len(first)
    if not others:
        return [candidates]
    return [*first, *(left // others + (number < left % others) for number in range(others))]


def _run(engine: Engine, keyring: Keyring, chunks: list[Chunk]) -> Iterator[int]:
    """Write the chunks, on every core when there is more than a little to do; give how many people each time."""
    url = engine.url.render_as_string(hide_password=False)
    workers = min(os.cpu_count() or 1, len(chunks))
    if workers == 1 or sum(chunk.people for chunk in chunks) <= _CHUNK:
        for chunk in chunks:
            yield write_chunk(engine, keyring, chunk)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        # Small tasks on each tenant's tail keep both cores busy to the end.
        for future in as_completed([pool.submit(_in_process, url, keyring, chunk) for chunk in chunks]):
            yield future.result()


_engines: dict[str, Engine] = {}


def _in_process(url: str, keyring: Keyring, chunk: Chunk) -> int:
    if url not in _engines:
        _engines[url] = open_engine(url, pool_size=1, statement_timeout_ms=120_000)
    return write_chunk(_engines[url], keyring, chunk)


def write_chunk(engine: Engine, keyring: Keyring, chunk: Chunk) -> int:
    """Draw and write some people of one platform, in its scope; what it sends to the centre included."""
    desk = _desk(chunk.tenant, chunk.seed, chunk.today, chunk.basin_id, chunk.members, keyring)
    centre = _desk(CENTRE, chunk.seed, chunk.today, chunk.basin_id, chunk.centre, keyring)
    schemes = list(publish(centre, Dice(f"{chunk.seed}/catalogue")).values())
    sending = Sending(centre, schemes, chunk.sent, chunk.referred)
    for number in range(chunk.first, chunk.first + chunk.people):
        dice = Dice(f"{chunk.seed}/{chunk.tenant}/{number}")
        write_light_file(desk, keyring, dice, number, sending)
    write(engine, desk.scope, desk.ledger)
    return chunk.people


def _desk(
    tenant: int, seed: str, today: date, basin_id: UUID, members: tuple[Member, ...], keyring: Keyring | None = None
) -> Desk:
    key = _tenant_key(tenant, seed, today)
    place = None if tenant == CENTRE else PLACES[tenant % len(PLACES)]
    colleagues = [member.colleague() for member in members]
    return Desk(key, basin_id, _name(tenant), _code(tenant), today, Ledger(key, keyring), colleagues, place)


def _open(engine: Engine, day: date, tenants: int, tag: str) -> tuple[UUID, dict[int, tuple[Member, ...]]]:
    """The basin, its tenants, their members and the centre's catalogue."""
    dice, opened = Dice(f"{tag}/registry"), at(day - timedelta(days=790), 8)
    basin_id = dice.key(opened)
    registry = Ledger(basin_id)
    registry.add(Basin, dice, opened, id=basin_id, name=f"Bassin {tag}")
    for tenant in range(tenants + 1):
        registry.add(
            Tenant, dice, opened, id=_tenant_key(tenant, tag, day), basin_id=basin_id, slug=_slug(tenant, tag),
            kind=LOCAL_PLATFORM if tenant else SUPPORT_CENTRE, name=_name(tenant), code=_code(tenant),
            national_number_authorisation=PLACES[tenant % len(PLACES)].authorisation if tenant else None,
            opened_at=opened,
        )  # fmt: skip
    write(engine, Scope(administers=True), registry)
    hashed = hash_password(PASSWORD)
    members = {}
    for tenant in range(tenants + 1):
        desk = _desk(tenant, tag, day, basin_id, ())
        hired = []
        for post in _posts(tenant, tag):
            user_id = write_account(engine, dice, opened, post.who, post.email, hashed)
            hired.append(Member(post, user_id, hire(desk.ledger, dice, opened, post, user_id).membership_id))
        if tenant == CENTRE:
            catalogue = Dice(f"{tag}/catalogue")
            write_sessions(desk, catalogue, publish(desk, catalogue))
        write(engine, desk.scope, desk.ledger)
        members[tenant] = tuple(hired)
    return basin_id, members


def _posts(tenant: int, tag: str) -> list[Post]:
    roles = ("agent", "agent") if tenant else ("support_officer",)
    return [
        Post(_slug(tenant, tag), role, f"Agent {tenant}-{number}", _name(tenant))
        for number, role in enumerate(roles, start=1)
    ]


def _count(engine: Engine, day: date, sizes: list[int], tag: str, basin_id: UUID) -> None:
    """The last public numbers given, so that the next person's follows."""
    for tenant, size in enumerate(sizes, start=1):
        desk = _desk(tenant, tag, day, basin_id, ())
        desk.count("", day.year, size)
        desk.count("R", day.year, size)
        desk.write_counters(Dice(f"{tag}/{tenant}/counters"))
        write(engine, desk.scope, desk.ledger)


def _tenant_key(tenant: int, seed: str, day: date) -> UUID:
    return Dice(f"{seed}/tenant/{tenant}").key(at(day - timedelta(days=790), 8))


def _slug(tenant: int, tag: str) -> str:
    return f"{tag}-{tenant:03d}" if tenant else f"{tag}-centre-appui"


def _name(tenant: int) -> str:
    return f"{PLACES[tenant % len(PLACES)].name} {tenant}" if tenant else "Centre d'appui"


def _code(tenant: int) -> str:
    """Three letters: AAA is the support centre."""
    high, low = divmod(tenant, _LETTERS)
    return "".join(chr(ord("A") + number % _LETTERS) for number in (high // _LETTERS, high, low))
