"""A referral for a test: a scheme with a session, a person, a parcel, sent by an agent to the support centre."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from clais.clock import today
from clais.database import ScopedSession, new_id
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.consents import Agreement
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import Offer
from clais.exchange.referrals.queries import received_referral
from clais.exchange.referrals.sending import send_referral
from clais.registry.queries import support_centre_of
from clais.searching.names import sort_key
from clais.text import full_name
from support_center.catalogue.workflow import SCHEME
from support_center.routing.actions import accept
from support_center.routing.models import Participant
from tenants.people.models import Person
from tests.support.federation import Browser, Member

OFFERS = (
    Offer("name", "Nom et prénom", {"family_name": "Marchetti", "given_names": "Sofia"}, "Sofia Marchetti"),
    Offer("age", "Âge", {"years": 31, "band": "30_34"}, "31 ans"),
    Offer("sex", "Sexe", "woman", "Femme"),
    Offer("phone", "Téléphone", "+32470123456", "0470 12 34 56"),
    Offer("status", "Statut", "integration_income", "Revenu d'intégration"),
    Offer("bilan.health", "Santé", -2, "Santé : obstacle"),
)
TICKED = ("name", "age", "sex", "phone", "status")


def a_person(agent: Member, family_name: str = "Marchetti", given_names: str = "Sofia", **facts: Any) -> Person:
    """A file in follow-up, with a card that is filled in."""
    card: dict[str, Any] = {
        "birth_date": date(1995, 3, 8),
        "sex": "woman",
        "phone": "+32470123456",
        "status": "integration_income",
        "schooling": "cesi",
        "postal_code": "6240",
        "locality": "Farciennes",
        "street": "Rue du Puits",
        "street_number": "4",
        "languages": [{"language": "fr", "spoken": "A2", "written": "A1"}],
    }
    with agent.at_work() as session:
        person = Person(
            reference=f"T-{new_id().hex[-12:]}",
            family_name=family_name,
            given_names=given_names,
            sort_name=sort_key(family_name, given_names),
            stage_since=today(),
            referent_id=agent.membership.id,
            **(card | facts),
        )
        session.add(person)
    return person


def a_scheme(
    officer: Member,
    *,
    seats: int = 10,
    name: str = "Alternance – aide-ménagère",
    required: Sequence[str] = ("name", "phone"),
) -> tuple[Scheme, SchemeSession]:
    """An open scheme of the support centre with one session that starts in a month."""
    with officer.at_work() as session:
        owner = {"owner_tenant_id": officer.tenant.id, "basin_id": officer.tenant.basin_id}
        scheme = Scheme(
            **owner,
            kind="alternating_training",
            name=name,
            operator="Le Germoir",
            audience="Demandeurs d'emploi inoccupés",
            description="Apprendre le métier en entreprise et au centre.",
            required_fields=list(required),
        )
        session.add(scheme)
        session.flush()
        SCHEME.apply(session, scheme, "publish", officer.actor)
        starts = today() + timedelta(days=30)
        scheme_session = SchemeSession(
            **owner,
            scheme_id=scheme.id,
            starts_on=starts,
            ends_on=starts + timedelta(days=180),
            closes_on=starts - timedelta(days=5),
            place="Rue du Chenois 7, Gilly",
            postal_code="6060",
            seats=seats,
        )
        session.add(scheme_session)
    return scheme, scheme_session


class Chosen(TypedDict, total=False):
    """What a test says of a referral: what it may hold, what was ticked, how long the agreement lasts, how urgent."""

    offers: Sequence[Offer]
    ticked: Collection[str]
    days: int
    urgency: str


def a_referral(
    agent: Member,
    person: Person,
    scheme: Scheme | None = None,
    scheme_session: SchemeSession | None = None,
    **chosen: Unpack[Chosen],
) -> Referral:
    """Send `person` from the agent's platform to the support centre."""
    with agent.at_work() as session:
        return referral_in(session, agent, person, scheme, scheme_session, **chosen)


def referral_in(
    session: ScopedSession,
    agent: Member,
    person: Person,
    scheme: Scheme | None = None,
    scheme_session: SchemeSession | None = None,
    *,
    offers: Sequence[Offer] = OFFERS,
    ticked: Collection[str] = TICKED,
    days: int = 180,
    urgency: str = "normal",
) -> Referral:
    """The same in a transaction that goes on."""
    centre = support_centre_of(session, agent.tenant.basin_id)
    assert centre is not None
    return send_referral(
        session,
        agent.actor,
        person_id=person.id,
        to=centre,
        scheme=scheme,
        scheme_session=scheme_session,
        purpose="Chercher une place en alternance",
        urgency=urgency,
        offers=offers,
        ticked=ticked,
        agreement=Agreement("fr-facile", "screen", today() + timedelta(days=days)),
        keyring=agent.federation.keyring,
    )


def a_participant(
    agent: Member,
    officer: Member,
    family_name: str = "Marchetti",
    given_names: str = "Sofia",
    scheme: Scheme | None = None,
    scheme_session: SchemeSession | None = None,
    *,
    waiting: bool = False,
) -> Participant:
    """Someone whom the centre received under this name, with a seat in the session or a place on its waiting list."""
    name = {"family_name": family_name, "given_names": given_names}
    offers = [Offer("name", "Nom et prénom", name, full_name(family_name, given_names)), *OFFERS[1:]]
    person = a_person(agent, family_name, given_names)
    referral = a_referral(agent, person, scheme, scheme_session, offers=offers)
    with officer.at_work() as session:
        held = received_referral(session, referral.id)
        assert held is not None
        move(session, officer.actor, held, "receive")
        key = (officer.tenant.id, scheme_session.id) if scheme_session else None
        chosen = session.get_one(SchemeSession, key) if key else None
        keyring = officer.federation.keyring
        return accept(session, officer.actor, held, keyring, scheme_session=chosen, waiting=waiting)


def address(person: Person, scheme: Scheme, scheme_session: SchemeSession | None) -> str:
    chosen = f"&session={scheme_session.id}" if scheme_session else ""
    return f"/personnes/{person.id}/relais/nouveau?scheme={scheme.id}{chosen}"


def filled(browser: Browser, url: str, fields: list[str], **more: str) -> dict[str, Any]:
    """A whole form, with the facts as the page shows them, and the letter as it reads for these ticks."""
    data: dict[str, Any] = {
        "fields": fields, "purpose": "Trouver une alternance", "language": "it",
        "until": (today() + timedelta(days=90)).strftime("%d/%m/%Y"), "urgency": "soon",
        "shown": shown_in(browser.get(url).get_data(as_text=True)), **more,
    }  # fmt: skip
    preview = browser.post(url.replace("relais/nouveau", "relais/lettre"), data, status=200).get_data(as_text=True)
    found = re.search(r'name="letter" value="([0-9a-f]+)"', preview)
    assert found is not None
    return data | {"letter": found.group(1), "manner": "paper", "_submission": str(new_id())}


def shown_in(page: str) -> list[str]:
    return re.findall(r'name="shown" value="([^"]+)"', page)


def ticked_in(page: str) -> set[str]:
    return set(re.findall(r'name="fields" value="([^"]+)" id="[^"]+" checked', page))


def three_referrals(agent: Member, officer: Member) -> tuple[Referral, Referral, Referral]:
    """Of one person: accepted, waiting, and under way."""
    person = a_person(agent, "Wauters", "Luc")
    placed, waiting, under_way = (
        a_referral(agent, person, *a_scheme(officer, name=name)) for name in ("Soudure", "Couture", "Parrainage")
    )
    for referral, steps in ((placed, ("receive", "accept")), (under_way, ("receive", "accept", "start"))):
        for step in steps:
            with officer.at_work() as session:
                move(session, officer.actor, referral, step)
    return placed, waiting, under_way


def an_incomplete_referral(agent: Member, officer: Member) -> Referral:
    """Of a person of their own: the centre asked for what is missing."""
    referral = a_referral(agent, a_person(agent, "Lemaire", "Anne"), *a_scheme(officer, name="Soudure"))
    for step in ("receive", "ask_missing"):
        with officer.at_work() as session:
            move(session, officer.actor, referral, step, comment="Quel est le niveau de français ?")
    return referral
