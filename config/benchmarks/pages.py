"""What is measured: the pages of the promise, in a large tenant, in one of the others, and in one that is alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select

from clais.database import ScopedSession, new_id
from clais.exchange.referrals.lists import inbox
from clais.exchange.referrals.models import Referral
from clais.searching.typed import query_tokens
from config.benchmarks.browser import Browser, Call
from config.demo.engine.dice import Dice
from tenants.orientation.models import ActionPlan
from tenants.people.matching.search import people_matching
from tenants.people.models import Person
from tenants.people.queries import people_after

LIST, SEARCH, FILE, FORM, INTAKE, INBOX = "list", "search", "file", "form", "intake", "inbox"
COMMON = "mar"
"""A search term that finds more than a page of people in every tenant, so that the pages are comparable."""
_LETTERS = "bcdfghjklmnprstvz"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a limit: its label, and how many times the time of the bare view it may take."""

    name: str
    label: str
    limit: float


PAGES = (
    Page(LIST, "Liste des personnes", 10),
    Page(SEARCH, "Recherche par nom", 10),
    Page(FILE, "Dossier d'une personne", 20),
    Page(FORM, "Formulaire d'accueil", 15),
    Page(INTAKE, "Enregistrer un accueil", 15),
    Page(INBOX, "Relais à traiter", 10),
)


def platform_calls(browser: Browser, engine: Engine) -> dict[str, Call]:
    """The pages of a platform: list, search, file, the form for a newcomer, and its sending with their request."""
    with ScopedSession(engine, browser.scope) as session:
        person = _someone(session)

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
        LIST: browser.get("/personnes"),
        SEARCH: browser.post("/personnes/recherche", lambda: {"q": COMMON}, 200),
        FILE: browser.get(f"/personnes/{person}"),
        FORM: browser.get("/accueil/nouveau"),
        INTAKE: browser.post("/accueil/nouveau", newcomer, 303),
    }


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


def _someone(session: ScopedSession) -> UUID:
    """Someone with an open plan and no referral, from the middle of the list: a similar file in every tenant."""
    referred = select(Referral.person_id).where(Referral.tenant_id == session.scope.tenant_id)
    planned = (
        select(Person.id)
        .join(ActionPlan, (ActionPlan.tenant_id == Person.tenant_id) & (ActionPlan.person_id == Person.id))
        .where(Person.tenant_id == session.scope.tenant_id, Person.stage == "in_follow_up", ActionPlan.state == "open")
        .where(Person.id.not_in(referred))
    )
    found = list(session.scalars(planned.order_by(Person.sort_name, Person.id).limit(200)))
    return found[len(found) // 2]
