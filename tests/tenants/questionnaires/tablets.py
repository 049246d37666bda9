"""An agent whose tablet a person is given, and what that person does on it."""

from dataclasses import replace
from html import unescape
from typing import Any

from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.rules.definition import Item, ItemKind
from support_center.instruments.actions import drafts
from tests.support.federation import PASSWORD, Federation
from tests.support.instruments import a_centre
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room

CHILDREN = Item(
    "enfants",
    ItemKind.NUMBER,
    {"fr": "Combien d'enfants ?", "ar": "كم طفلًا لديك؟"},
    constraint=". <= 15",
    constraint_message={"fr": "15 au plus.", "ar": "15 على الأكثر."},
)
CARE = Item(
    "garde", ItemKind.YES_NO, {"fr": "Quelqu'un les garde ?", "ar": "هل يرعاهم أحد؟"}, shown_if="${enfants} >= 1"
)
SINCE = Item("depuis", ItemKind.DATE, {"fr": "Depuis quand cherchez-vous ?", "ar": "منذ متى تبحث؟"})
LOCKED = "La tablette est entre les mains de la personne"


def a_room(federation: Federation, kind: str = "self_assessment") -> Room:
    """An agent with a person in front of them; the instrument has texts in French and in Arabic."""
    centre = a_centre(federation, "Mon avis", "avis", kind=kind)
    with centre.author.at_work() as session:
        version = session.query(InstrumentVersion).filter_by(instrument_id=centre.instrument).one()
        spoken: Any = {"languages": ("fr", "ar"), "title": {"fr": "Mon avis", "ar": "رأيي"}}
        drafts.change_draft(session, centre.author.actor, version, lambda before: replace(before, **spoken))
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    return Room(centre, agent, agent.browser(), coordinator.browser(), a_person(agent, "Marchetti", "Sofia").id)


def given(room: Room, *items: Item, language: str = "ar") -> str:
    """The path of a filling that was handed over."""
    room.adopt(*items)
    path = f"{room.pages}/{room.begin()}"
    room.browser.csrf()
    answer = room.browser.post(f"{path}/remise", {"language": language}, status=303)
    assert answer.headers["Location"].endswith("/tablette")
    return path


def page(room: Room, path: str, status: int = 200) -> str:
    return unescape(room.browser.get(path, status=status).get_data(as_text=True))


def answer(room: Room, path: str, item: str, value: str = "", act: str = "next", seen: int = 0, **options: Any) -> str:
    """Where a form without scripts leads, or the page that says why not."""
    sent = {"item": item, "seen": str(seen), "act": act} | ({item: value} if value else {})
    answered = room.browser.post(f"{path}/tablette/question/{item}", sent, status=options.get("status", 303))
    return str(answered.headers.get("Location", "")) or unescape(answered.get_data(as_text=True))


def take_back(room: Room, password: str = PASSWORD, status: int = 303) -> str:
    answered = room.browser.client.post("/reprise", data={"csrf_token": room.browser.csrf(), "password": password})
    assert answered.status_code == status
    return str(answered.headers.get("Location", "")) or unescape(answered.get_data(as_text=True))
