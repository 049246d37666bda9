"""What is measured: the pages of the promise, in a large tenant, in one of the others, and in one that is alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from clais.database import ScopedSession, new_id
from clais.exchange.referrals.lists import inbox
from clais.exchange.referrals.models import Referral
from clais.searching.typed import query_tokens
from config.benchmarks.browser import Browser, Call
from config.demo.engine.dice import Dice
from tenants.desk.models import Visit, VisitPeriod, VisitRequest
from tenants.orientation.models import ActionPlan
from tenants.people.matching.search import people_matching
from tenants.people.models import Person
from tenants.people.queries import people_after

LIST, SEARCH, FILE, DAY, FORM, INTAKE, INBOX = "list", "search", "file", "my_day", "form", "intake", "inbox"
DESK, NARROWED = "desk", "narrowed"
COMMON = "mar"
"""A search term that finds more than a page of people in every tenant, so that the pages are comparable."""
PEOPLE, MY_DAY = "/personnes", "/ma-journee"
FOUR_FILTERS = "stage=in_follow_up&age=25_44&appointment=none&plan=month"
AT_THE_DESK = 12
"""So many people are at the desk while its page is measured."""
_LETTERS = "bcdfghjklmnprstvz"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a limit: its label, and how many times the time of the bare view it may take."""

    name: str
    label: str
    limit: float


PAGES = (
    Page(LIST, "Liste des personnes", 6),
    Page(NARROWED, "Liste avec quatre filtres", 12),
    Page(SEARCH, "Recherche par nom", 6),
    Page(FILE, "Dossier d'une personne", 11),
    Page(DAY, "Ma journée", 10),
    Page(DESK, "Guichet", 8),
    Page(FORM, "Formulaire d'accueil", 12),
    Page(INTAKE, "Enregistrer un accueil", 12),
    Page(INBOX, "Relais à traiter", 6),
)


def platform_calls(browser: Browser, engine: Engine) -> dict[str, Call]:
    """The pages of a platform: list, search, file, an agent's day, the form of an intake, and its sending."""
    person = file_of_someone(engine, browser)
    people_at_the_desk(engine, browser)

    def newcomer() -> Mapping[str, Any]:
        # A person without a possible duplicate, not even from an earlier run: no question comes first.
        dice = Dice(str(new_id()))
        family, given = ("".join(dice.choice(_LETTERS) + dice.choice("aiou") for _ in range(5)).title() for _ in "12")
        return {
            "_submission": str(new_id()),
            "family_name": family,
            "given_names": given,
            "birth_date": f"{dice.randint(1, 28):02d}/{dice.randint(1, 12):02d}/{dice.randint(1960, 2005)}",
            "sex": "woman",
            "intake-channel": "visit",
            "intake-request": "Cherche du travail dans le nettoyage.",
            "registration_consent_manner": "spoken",
        }

    return {
        LIST: browser.get(PEOPLE),
        NARROWED: browser.get(f"{PEOPLE}?{FOUR_FILTERS}"),
        SEARCH: browser.post("/personnes/recherche", lambda: {"q": COMMON}, 200),
        FILE: browser.get(person),
        DAY: browser.get(MY_DAY),
        DESK: browser.get("/guichet"),
        FORM: browser.get("/accueil/nouveau"),
        INTAKE: browser.post("/accueil/nouveau", newcomer, 303),
    }


def people_at_the_desk(engine: Engine, browser: Browser) -> None:
    """Let some people of a platform wait at its desk, as many in each."""
    with ScopedSession(engine, browser.scope) as session:
        people = select(Person.id).where(Person.tenant_id == session.scope.tenant_id)
        first = session.scalars(people.order_by(Person.sort_name, Person.id).limit(AT_THE_DESK)).all()
        visits = [Visit(id=new_id(), person_id=key, manner="walk_in", recorded_by="Accueil") for key in first]
        session.add_all(visits)
        session.flush()
        session.add_all(VisitPeriod(visit_id=one.id, kind="waiting", began_at=one.arrived_at) for one in visits)
        session.add_all(VisitRequest(visit_id=one.id, theme="training") for one in visits)
        session.commit()


def centre_calls(browser: Browser) -> dict[str, Call]:
    """The page of the support centre."""
    return {INBOX: browser.get("/a-traiter")}


def queries_of(platform: Browser, centre: Browser) -> dict[str, tuple[Browser, Callable[[ScopedSession], object]]]:
    """The reads behind the lists, to compare with a role that row security does not touch."""
    tokens = query_tokens(COMMON)
    return {
        LIST: (platform, people_after),
        SEARCH: (platform, lambda session: people_matching(session, tokens)),
        INBOX: (centre, inbox),
    }


def in_session(engine: Engine, browser: Browser, read: Callable[[ScopedSession], object]) -> Call:
    """A call of one read, in the scope of `browser`, with the role of `engine`."""

    def call() -> None:
        with ScopedSession(engine, browser.scope) as session:
            read(session)

    return call


def file_of_someone(engine: Engine, browser: Browser) -> str:
    """Where the file of someone is who stands in the middle of the list: a similar file in every tenant."""
    found = similar_files(engine, browser)
    return found[len(found) // 2]


def similar_files(engine: Engine, browser: Browser, most: int = 200) -> list[str]:
    """Where the files are of people with an open plan and no referral, in the order of the list.

    In a platform that is so small that it has none, of its people.
    """
    with ScopedSession(engine, browser.scope) as session:
        tenant_id = session.scope.tenant_id
        referred = select(Referral.person_id).where(Referral.tenant_id == tenant_id)
        people = select(Person.id).where(Person.tenant_id == tenant_id).order_by(Person.sort_name, Person.id)
        planned = (
            people.join(ActionPlan, (ActionPlan.tenant_id == Person.tenant_id) & (ActionPlan.person_id == Person.id))
            .where(Person.stage == "in_follow_up", ActionPlan.state == "open")
            .where(Person.id.not_in(referred))
        )
        found = session.scalars(planned.limit(most)).all() or session.scalars(people.limit(most)).all()
    return [f"{PEOPLE}/{person}" for person in found]
