"""What answers cost: one saved, 20,000 counted, and who has what of 300 platforms and 20 instruments."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count, product
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert, select, text

from clais.clock import now, today
from clais.database import Base, Scope, new_id, unit_of_work
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.identity.actions import create_account, join_tenant
from clais.identity.secrets import email_hash
from clais.instruments.rules.definition import InstrumentKind
from clais.instruments.schemas import fingerprint, to_json
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Basin, Tenant
from clais.web.routing import Application
from config.benchmarks.browser import Browser, Call
from config.benchmarks.instruments import OWN, a_large_definition
from config.benchmarks.pages import Page
from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling

ANSWERED, COUNTED, WHO_HAS_WHAT = "answer.saved", "answers.counted", "instruments.matrix"
FILLINGS, ANSWERS_EACH = 1000, 20
PLATFORMS, INSTRUMENTS = 300, 20
PAGES = (
    Page(ANSWERED, "Enregistrer une réponse, 150 questions", 8),
    Page(COUNTED, "Compter 20 000 réponses", 60),
    Page(WHO_HAS_WHAT, "Qui a quoi, 300 plates-formes × 20 outils, par 20", 30),
)
LEVELS = 6


def answer_calls(app: Application, engine: Engine, free: Engine, large: Browser) -> dict[str, Call]:
    """The calls of an agent of the platform of `large`, and of a trainer of a centre with many platforms.

    `free` is bound by no row security: it makes the federation that is looked at.
    """
    instrument, version, content = new_id(), new_id(), new_id()
    centre = _centre_of(free, large)
    with free.begin() as connection:
        for table, rows in _published(centre, large.tenant.basin_id, [(instrument, version, content)]):
            connection.execute(insert(table), rows)
        connection.execute(insert(InstrumentAdoption), [_adopted(large.tenant.id, centre, instrument, version)])
    people = _people(engine, large)
    fillings = [new_id() for _ in range(FILLINGS)]
    about = {"centre": centre, "instrument": instrument, "version": version, "content": content}
    with unit_of_work(engine, large.scope) as session:
        rows = [_filling(large.tenant.id, key, people[at % len(people)], about) for at, key in enumerate(fillings)]
        session.execute(insert(InstrumentFilling), rows)
        session.execute(insert(InstrumentAnswer), list(_answers(large.tenant.id, fillings)))
        opened = new_id()
        session.execute(insert(InstrumentFilling), [_filling(large.tenant.id, opened, people[0], about, state="open")])
    saved = f"/personnes/{people[0]}/questionnaires/{opened}/reponses"
    numbers = count(1)

    def answer() -> dict[str, str]:
        number = next(numbers)
        return {"item": OWN, "seen": str(number - 1), OWN: f"Réponse {number}"}

    return {
        ANSWERED: large.post(saved, answer, 200),
        COUNTED: large.get(f"/questionnaires/resultats/{instrument}"),
        WHO_HAS_WHAT: _many_platforms(app, engine, free),
    }


def _centre_of(free: Engine, large: Browser) -> UUID:
    with unit_of_work(free, Scope()) as session:
        found = select(Tenant.id).where(Tenant.basin_id == large.tenant.basin_id, Tenant.kind == SUPPORT_CENTRE)
        return session.scalars(found).one()


def _people(engine: Engine, browser: Browser) -> list[UUID]:
    with unit_of_work(engine, browser.scope) as session:
        found = select(Person.id).where(Person.tenant_id == browser.tenant.id, Person.stage != "closed")
        return list(session.scalars(found.order_by(Person.id).limit(FILLINGS)))


def _published(
    centre: UUID, basin: UUID, keys: list[tuple[UUID, UUID, UUID]]
) -> Iterator[tuple[type[Base], list[dict[str, Any]]]]:
    """The rows of some instruments, each with one published version of 150 questions."""
    stored = to_json(a_large_definition())
    owned = {"owner_tenant_id": centre, "basin_id": basin}
    published = {"state": "published", "number": 1, "published_at": now(), "adopt_by": today() + timedelta(days=30)}
    kind = InstrumentKind.SELF_ASSESSMENT.value
    yield (
        Instrument,
        [
            {**owned, "id": key, "code": f"m{uuid4().hex[:12]}", "kind": kind, "name": f"Outil {at}"}
            for at, (key, _version, _content) in enumerate(keys)
        ],
    )
    yield (
        InstrumentVersion,
        [{**owned, **published, "id": version, "instrument_id": key} for key, version, _content in keys],
    )
    yield (
        InstrumentContent,
        [
            {
                **owned,
                "id": content,
                "instrument_version_id": version,
                "definition": stored,
                "fingerprint": fingerprint(stored),
                "released": True,
            }
            for _key, version, content in keys
        ],
    )


def _adopted(tenant: UUID, centre: UUID, instrument: UUID, version: UUID, at: int = 0) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "id": new_id(),
        "to_tenant_id": centre,
        "instrument_id": instrument,
        "instrument_version_id": version,
        "number": 1,
        "adopted_on": today() - timedelta(days=at % 60),
        "adopted_by": "Mesure",
        "files": 40 + at % 90,
        "files_in_use": 30,
    }


def _filling(tenant: UUID, key: UUID, person: UUID, about: dict[str, UUID], state: str = "finished") -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "id": key,
        "person_id": person,
        "centre_id": about["centre"],
        "instrument_id": about["instrument"],
        "instrument_version_id": about["version"],
        "content_id": about["content"],
        "number": 1,
        "kind": InstrumentKind.SELF_ASSESSMENT.value,
        "name": "Outil 0",
        "state": state,
        "begun_by": "Mesure",
        "finished_on": today() if state == "finished" else None,
    }


def _answers(tenant: UUID, fillings: list[UUID]) -> Iterator[dict[str, Any]]:
    items = [name for name, item in a_large_definition().items.items() if item.list][:ANSWERS_EACH]
    for at, filling in enumerate(fillings):
        for place, item in enumerate(items):
            value = str((at + place) % LEVELS)
            yield {
                "tenant_id": tenant,
                "id": new_id(),
                "filling_id": filling,
                "item": item,
                "value": value,
                "given_by": "Mesure",
            }


def _many_platforms(app: Application, engine: Engine, free: Engine) -> Call:
    """The matrix of a centre whose basin is made for it: its first page, who of all is late, and the way to each."""
    basin, centre, mark = new_id(), new_id(), uuid4().hex[:8]
    keys = [(new_id(), new_id(), new_id()) for _ in range(INSTRUMENTS)]
    platforms = [new_id() for _ in range(PLATFORMS)]
    tenants = [
        {"id": key, "basin_id": basin, "kind": LOCAL_PLATFORM, "name": f"Commune {at:03d}",
         "slug": f"matrice-{mark}-{at}", "code": f"{at:03d}"}
        for at, key in enumerate(platforms)
    ]  # fmt: skip
    slug = f"matrice-{mark}-centre"
    with free.begin() as connection:
        connection.execute(insert(Basin), [{"id": basin, "name": f"Bassin {mark}"}])
        own = {"id": centre, "basin_id": basin, "kind": SUPPORT_CENTRE, "name": "Centre", "slug": slug, "code": "CEN"}
        connection.execute(insert(Tenant), [own, *tenants])
        for table, rows in _published(centre, basin, keys):
            connection.execute(insert(table), rows)
        adopted = [
            _adopted(tenant, centre, key, version, at)
            for at, (tenant, (key, version, _content)) in enumerate(product(platforms, keys))
        ]
        connection.execute(insert(InstrumentAdoption), adopted)
    email = f"mesure.{mark}@example.be"
    with unit_of_work(engine, Scope(tenant_id=centre, basin_id=basin, email_hash=email_hash(email))) as session:
        join_tenant(session, create_account(session, email, "Mesure"), "trainer")
    with free.begin() as connection:
        connection.execute(text("ANALYZE instrument_adoption"))
    return Browser(app, engine, slug, "trainer").get("/outils")
