"""The demo federation, from an empty database to eight platforms at work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import InstrumentedAttribute
from tqdm import tqdm

from clais.clock import today as this_day
from clais.database import Scope, unit_of_work
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.exchange.referrals.models import ReferralEvent
from clais.files.store import FileStore
from clais.identity.models import Membership
from clais.identity.passwords import hash_password
from clais.identity.queries import account_by_email
from clais.identity.secrets import email_hash
from clais.registry.loading import load_reference_data
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Basin, Tenant, TenantTerritory
from config.demo.accounts import ADMINISTRATOR, PASSWORD, Account, accounts, hire, posts, write_account
from config.demo.adoption import write_adoptions
from config.demo.catalogue import publish, write_sessions, write_steps
from config.demo.conditions import write_answers, write_conditions
from config.demo.documents import keep_contents, write_documents
from config.demo.drafts import write_bilan_under_way
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.ledger import Ledger, write
from config.demo.engine.opening import day_begun, opened_at
from config.demo.engine.places import (
    BASIN_NAME,
    PLACES,
    SUPPORT_CENTRE_CODE,
    SUPPORT_CENTRE_NAME,
    SUPPORT_CENTRE_SLUG,
    Place,
)
from config.demo.instruments import Release, write_instruments
from config.demo.merges import merge_files
from config.demo.mistakes import set_aside
from config.demo.papers import write_papers
from config.demo.platforms import Share, furnish, today_of, write_newcomers, write_people
from config.demo.practice import write_practice, write_shelf
from config.demo.quality import write_quality
from config.demo.questionnaires import write_self_assessments
from config.demo.referrals.drawing import draw_referrals, hand_overs
from config.demo.referrals.writing import close_withdrawn, write_referral
from config.demo.routing import open_participant
from config.demo.self_assessments import write_regards
from config.demo.story import CHARACTERS
from config.demo.tags import tags
from config.demo.trail import open_files
from config.demo.training import write_training
from config.demo.transfers import hand_over_files
from config.demo.upkeep import check_websites, keep_seats
from config.demo.visits import open_desk
from config.features import DUE_JOBS
from config.settings import REFERENCE

SEED = 1998


@dataclass(frozen=True, slots=True)
class Plan:
    """What a demo is made from: the same plan gives the same data, key by key."""

    platforms: int
    people: int
    seed: int
    today: date

    @property
    def opened(self) -> datetime:
        """When the basin was opened."""
        return opened_at(self.today)

    @property
    def places(self) -> tuple[Place, ...]:
        """The platforms, in the order of the list of accounts."""
        return PLACES[: self.platforms]

    @property
    def slugs(self) -> tuple[str, ...]:
        """Every tenant of the demo."""
        return (*(place.slug for place in self.places), SUPPORT_CENTRE_SLUG)


def is_seeded(engine: Engine) -> bool:
    """Whether the demo is whole in this database: its administrator's account is written last."""
    hashed = email_hash(ADMINISTRATOR[1])
    with unit_of_work(engine, Scope(email_hash=hashed)) as session:
        return account_by_email(session, hashed) is not None


def seed(
    engine: Engine,
    keyring: Keyring,
    *,
    platforms: int = len(PLACES),
    people: int = 600,
    seed: int = SEED,
    today: date | None = None,
    progress: bool = True,
    files: FileStore | None = None,
) -> list[Account]:
    """Write the demo federation and give the accounts to sign in with; a demo that is there already stays as it is.

    Without `files` the documents have rows and no contents.

    Interrupted, it goes on where it stopped: what was written is found, what is missing is drawn as of the same day.
    """
    plan = Plan(platforms, people, seed, day_begun(engine, SUPPORT_CENTRE_SLUG) or today or this_day())
    if is_seeded(engine):
        return accounts(plan.slugs)
    with unit_of_work(engine, Scope(administers=True)) as session:
        load_reference_data(session, REFERENCE)
    desks = build(plan, keyring, users := _users(engine, plan))
    _register(engine, plan)
    if files is not None:
        for desk in desks:
            keep_contents(files, keyring, desk)
    _write_all(engine, desks, keyring, progress=progress)
    who, email = ADMINISTRATOR
    dice = Dice(f"{plan.seed}/administrator")
    write_account(engine, dice, plan.opened, who, email, next(iter(users.values()))[1], administers=True)
    return accounts(plan.slugs)


def _write_all(engine: Engine, desks: Sequence[Desk], keyring: Keyring, *, progress: bool) -> None:
    """Write what is not there yet: each tenant's own rows, then answers to others' referrals, then withdrawals."""
    total = sum(len(desk.ledger) + len(desk.answers) for desk in desks)
    with tqdm(total=total, desc="Démonstration", unit=" lignes", disable=not progress) as bar:
        for desk in desks:
            if _is_empty(engine, desk.scope, Membership.id):
                write(engine, desk.scope, desk.ledger, bar.update)
        for desk in desks:
            answered = (ReferralEvent.by_tenant_id == desk.tenant_id) & (ReferralEvent.tenant_id != desk.tenant_id)
            if _is_empty(engine, desk.scope, ReferralEvent.id, answered):
                write(engine, desk.scope, desk.answers, bar.update)
    for desk in desks:
        if desk.place is not None:
            open_desk(engine, desk, desk.ledger.keys)
            hand_over_files(engine, desk)
            merge_files(engine, desk, keyring)
            set_aside(engine, desk, keyring)
        with unit_of_work(engine, desk.scope) as session:
            close_withdrawn(session)
            # Past the actions, nobody made anything due.
            make_due(session, *DUE_JOBS)


def build(plan: Plan, keyring: Keyring, users: dict[str, tuple[UUID, str]]) -> list[Desk]:
    """Every tenant's rows, drawn in memory. `users` gives the key of each address's account."""
    dice = Dice(f"{plan.seed}/federation")
    basin_id = dice.key(plan.opened)
    desks = {slug: _desk(plan, slug, Ledger(tenant_key(plan, slug), keyring), basin_id, users) for slug in plan.slugs}
    centre = desks[SUPPORT_CENTRE_SLUG]
    releases = write_instruments(centre, Dice(f"{centre.tenant_id}/instruments"))
    for place in plan.places:
        platform = desks[place.slug]
        write_adoptions(centre, platform, Dice(f"{platform.tenant_id}/adoption"), releases)
    histories = _histories(plan, [desks[place.slug] for place in plan.places], keyring)
    _refer(dice, centre, histories, [desk for desk in desks.values() if desk is not centre], releases)
    for desk in desks.values():
        desk.write_counters(dice)
    return list(desks.values())


def _histories(plan: Plan, desks: Sequence[Desk], keyring: Keyring) -> list[History]:
    weights = sum(place.weight for place in plan.places)
    histories: list[History] = []
    for number, desk in enumerate(desks):
        left = plan.people - len(histories)
        count = left if number == len(desks) - 1 else round(plan.people * plan.places[number].weight / weights)
        own = write_people(
            desk, keyring, Share(count, len(histories), str(plan.seed)), CHARACTERS if number == 0 else ()
        )
        if number == 0:
            write_newcomers(desk, keyring, Share(0, plan.people, str(plan.seed)))
        dice = Dice(f"{plan.seed}/{desk.code}")
        furnish(desk, dice)
        today_of(desk, dice, own, story=number == 0)
        open_files(desk, Dice(f"{plan.seed}/trail/{desk.code}"), own)
        tags(desk, Dice(f"{plan.seed}/tags/{desk.code}"), own)
        histories += own
    return histories


def _refer(
    dice: Dice, centre: Desk, histories: list[History], platforms: list[Desk], releases: Sequence[Release]
) -> None:
    """Publish the catalogue, send people to it, and open the centre's records in the order of its answers."""
    published = publish(centre, dice)
    officers = centre.of_role("support_officer")
    accepted = []
    drawn = [*draw_referrals(dice, centre, histories, published), *hand_overs(dice, histories, platforms)]
    for referral in sorted(drawn, key=lambda one: one.sent_at):
        answers = dice.choice(officers if referral.to is centre else referral.to.of_role("agent"))
        parcel = write_referral(referral, answers)
        if parcel is not None and referral.moment_of("accept") is not None:
            accepted.append((referral, parcel, answers))
    for referral, parcel, officer in sorted(accepted, key=lambda one: one[0].moment_of("accept") or one[0].sent_at):
        open_participant(centre, dice, referral, parcel, officer)
    upkeep = Dice(f"{centre.tenant_id}/upkeep")
    write_sessions(centre, dice, published, keep_seats(centre, platforms[0], upkeep, published))
    check_websites(centre, upkeep)
    write_conditions(centre, Dice(f"{centre.tenant_id}/conditions"), published)
    write_steps(centre, Dice(f"{centre.tenant_id}/schemes"), published)
    for platform in platforms:
        write_self_assessments(centre, platform, Dice(f"{platform.tenant_id}/questionnaires"), releases, histories)
        write_bilan_under_way(platform, Dice(f"{platform.tenant_id}/drafts"), histories)
        write_documents(platform, Dice(f"{platform.tenant_id}/documents"), histories)
        write_answers(
            platform, Dice(f"{platform.tenant_id}/answers"), [one for one in histories if one.desk is platform]
        )
        write_papers(platform, Dice(f"{platform.tenant_id}/papers"), histories)
    shelf = write_shelf(centre, Dice(f"{centre.tenant_id}/practice"))
    for number, platform in enumerate(platforms):
        write_practice(centre, platform, Dice(f"{platform.tenant_id}/practice"), shelf, number)
    held = write_training(centre, platforms, Dice(f"{centre.tenant_id}/training"), releases)
    write_regards(centre, platforms, Dice(f"{centre.tenant_id}/self-assessments"), releases, held)
    write_quality(centre, platforms[0], Dice(f"{platforms[0].tenant_id}/quality"))


def _desk(plan: Plan, slug: str, ledger: Ledger, basin_id: UUID, users: dict[str, tuple[UUID, str]]) -> Desk:
    dice = Dice(f"{plan.seed}/staff/{slug}")
    place = next((place for place in plan.places if place.slug == slug), None)
    colleagues = [hire(ledger, dice, plan.opened, post, users[post.email][0]) for post in posts((slug,))]
    name = place.name if place else SUPPORT_CENTRE_NAME
    code = place.code if place else SUPPORT_CENTRE_CODE
    return Desk(ledger.tenant_id, basin_id, name, code, plan.today, ledger, colleagues, place)


def tenant_key(plan: Plan, slug: str) -> UUID:
    """The key of a tenant of the demo."""
    return Dice(f"{plan.seed}/tenant/{slug}").key(plan.opened)


def user_key(plan: Plan, email: str) -> UUID:
    """The key of an account of the demo."""
    return Dice(f"{plan.seed}/account/{email}").key(plan.opened)


def _users(engine: Engine, plan: Plan) -> dict[str, tuple[UUID, str]]:
    """The accounts of the demo by address, written when absent; the password is hashed once for all."""
    hashed = hash_password(PASSWORD)
    found = {}
    for post in posts(plan.slugs):
        if post.email in found:
            continue
        with unit_of_work(engine, Scope(email_hash=email_hash(post.email))) as session:
            known = account_by_email(session, email_hash(post.email))
        dice = Dice(f"{plan.seed}/account/{post.email}")
        key = known.id if known else write_account(engine, dice, plan.opened, post.who, post.email, hashed)
        found[post.email] = (key, hashed)
    return found


def _register(engine: Engine, plan: Plan) -> None:
    """Open the basin and its tenants in the registry, when they are not there yet."""
    basin_id = Dice(f"{plan.seed}/federation").key(plan.opened)
    scope = Scope(administers=True)
    with unit_of_work(engine, scope) as session:
        if session.get(Basin, basin_id) is not None:
            return
    ledger, dice = Ledger(basin_id), Dice(f"{plan.seed}/registry")
    ledger.add(Basin, dice, plan.opened, id=basin_id, name=BASIN_NAME)
    kinds = [(place.slug, place.name, place.code, LOCAL_PLATFORM, place) for place in plan.places]
    for slug, name, code, kind, place in [
        *kinds, (SUPPORT_CENTRE_SLUG, SUPPORT_CENTRE_NAME, SUPPORT_CENTRE_CODE, SUPPORT_CENTRE, None)
    ]:  # fmt: skip
        key = tenant_key(plan, slug)
        ledger.add(
            Tenant, dice, plan.opened, id=key, basin_id=basin_id, kind=kind, name=name, slug=slug, code=code,
            national_number_authorisation=place.authorisation if place else None,
            contact_phone=f"+327100{dice.randrange(10_000):04d}", contact_email=f"contact@{slug}.example",
            contact_address=f"Rue de l'Exemple {dice.randrange(1, 90)}, {name.rpartition(' ')[2]}",
            opened_at=plan.opened,
        )  # fmt: skip
        if place is not None:
            ledger.add(TenantTerritory, dice, plan.opened, covered_by=key, nis_code=place.nis_code)
    write(engine, scope, ledger)


def _is_empty(engine: Engine, scope: Scope, key: InstrumentedAttribute[UUID], *where: ColumnElement[bool]) -> bool:
    with unit_of_work(engine, scope) as session:
        return session.scalar(select(key).where(*where).limit(1)) is None
