"""What the tests of people and intake type and register."""

import html
import secrets
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from clais.encryption import Keyring
from clais.numbers import make_national_number
from tenants.intake.actions import register
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member


class Everyone(frozenset[UUID]):
    """Files alike that are all said to be other people's: tests register namesakes on purpose."""

    def __contains__(self, _key: object) -> bool:
        return True


TYPED: dict[str, str] = {
    "family_name": "Marchetti",
    "given_names": "Sofia",
    "birth_date": "12/03/1991",
    "sex": "woman",
    "phone": "0475 12 34 56",
    "intake-channel": "visit",
    "registration_consent_manner": "spoken",
}
"""The least that a receptionist fills in, with a phone."""


def typed(**more: Any) -> dict[str, Any]:
    """The form as a browser sends it; None leaves a field out."""
    named = {name.replace("__", "-"): value for name, value in more.items()}
    return {name: value for name, value in (TYPED | named).items() if value is not None}


def registered(member: Member, keyring: Keyring, intake: dict[str, Any] | None = None, **facts: Any) -> Person:
    """Someone registered straight through the action, as `member`."""
    data = {"family_name": "Marchetti", "given_names": "Sofia", "registration_consent_manner": "spoken", **facts}
    reception = {"channel": "visit", **(intake or {})}
    with member.at_work() as session:
        return register(session, member.actor, data, reception, keyring, confirmed_different=Everyone())


def authorise(federation: Federation, superuser: Any) -> None:
    """Give both platforms the authorisation to keep national numbers."""
    tenants = (federation.platform.id, federation.other_platform.id)
    with superuser.begin() as connection:
        for tenant in tenants:
            connection.execute(
                text("UPDATE tenant SET national_number_authorisation = 'RN 12/2019' WHERE id = :id"), {"id": tenant}
            )


def a_number(sequence: int | None = None) -> str:
    """A valid national number of a woman born on 12 March 1991."""
    born = date(1991, 3, 12)
    return make_national_number(born, "f", sequence or secrets.randbelow(400) + 1)


def with_key(data: dict[str, Any]) -> dict[str, Any]:
    """The same form with the key that saves it once."""
    return {**data, "_submission": str(uuid4())}


def person_of(response: Any, browser: Browser) -> str:
    """The key of the person to whose page a redirect leads."""
    assert response.status_code == 303, response.get_data(as_text=True)[:3000]
    return str(response.location).partition(f"/{browser.slug}/personnes/")[2][:36]


def words(response: Any) -> str:
    """The answer as a reader sees its words."""
    return html.unescape(response.get_data(as_text=True))
