"""A federation of any size with a light history: to measure, and to try out how the house feels when it is full."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from uuid import UUID

from sqlalchemy import Engine, select

from clais.clock import today as this_day
from clais.database import open_engine, unit_of_work
from clais.database.scope import Scope
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.registry.loading import load_reference_data
from clais.registry.models import ReferenceCounter, Tenant
from config.demo.accounts import PASSWORD, Account
from config.demo.catalogue import publish
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice
from config.demo.engine.ledger import write, write_once
from config.demo.large_opening import CENTRE, Member, day_of, desk_of, name_of, open_all, posts_of
from config.demo.light_file import Sending, file_reference, write_light_file
from config.demo.progress import shown
from config.features import DUE_JOBS
from config.settings import REFERENCE
from tenants.people.models import Person

_CHUNK = 1000
REFERRED = 0.05
SENT_WEIGHTS = {"requested": 6, "cancelled": 50, "lapsed": 44}
"""States that the sender's side alone leads to. Most are over: the inbox is as long as a day's work."""


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
    referrals, which about a share `referred` of the people have. What an interrupted run with the same arguments has
    written stays, and the rest is added, as of the day on which that began. Gives the accounts of the first platform's
    agent and of the support centre's officer. Raises ValueError when the numbers do not fit.
    """
    if tenants < 1 or not 0 <= (skew or 0) <= candidates:
        raise ValueError("at least one tenant, and no more people in the first than in all")
    day = day_of(engine, tag) or this_day()
    with unit_of_work(engine, Scope(administers=True)) as session:
        load_reference_data(session, REFERENCE)
    basin_id, members = open_all(engine, day, tenants, tag, progress=progress)
    sizes, centre = _sizes(tenants, candidates, skew), members[CENTRE]
    chunks = [
        Chunk(tenant, first, min(_CHUNK, size - first), tag, day, basin_id, members[tenant], centre, sent, referred)
        for tenant, size in enumerate(sizes, start=1)
        for first in range(0, size, _CHUNK)
    ]
    with shown(candidates, "Dossiers", "pers.", progress=progress) as advance:
        for done in _run(engine, keyring, chunks):
            advance(done)
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
        Account(post.email, PASSWORD, post.who, name_of(tenant), post.role)
        for tenant in (1, CENTRE)
        for post in posts_of(tenant, tag)[:1]
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
    """Draw and write some people of one platform, in its scope; what it sends to the centre included.

    Nothing is drawn when they are there already: they are written together.
    """
    desk = desk_of(chunk.tenant, chunk.seed, chunk.today, chunk.basin_id, chunk.members, keyring)
    if _is_written(engine, desk, chunk.first):
        return chunk.people
    centre = desk_of(CENTRE, chunk.seed, chunk.today, chunk.basin_id, chunk.centre, keyring)
    schemes = list(publish(centre, Dice(f"{chunk.seed}/catalogue")).values())
    sending = Sending(centre, schemes, chunk.sent, chunk.referred)
    for number in range(chunk.first, chunk.first + chunk.people):
        dice = Dice(f"{chunk.seed}/{chunk.tenant}/{number}")
        write_light_file(desk, keyring, dice, number, sending)
    write(engine, desk.scope, desk.ledger)
    return chunk.people


def _is_written(engine: Engine, desk: Desk, number: int) -> bool:
    theirs = Person.reference == file_reference(desk, number)
    with unit_of_work(engine, desk.scope) as session:
        return session.scalar(select(Person.id).where(Person.tenant_id == desk.tenant_id, theirs)) is not None


def _count(engine: Engine, day: date, sizes: list[int], tag: str, basin_id: UUID) -> None:
    """The last public numbers given, so that the next person's follows."""
    for tenant, size in enumerate(sizes, start=1):
        desk = desk_of(tenant, tag, day, basin_id, ())
        desk.count("", day.year, size)
        desk.count("R", day.year, size)
        desk.write_counters(Dice(f"{tag}/{tenant}/counters"))
        write_once(engine, desk.scope, desk.ledger)
