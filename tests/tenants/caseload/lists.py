"""A platform with some files, for tests of its list."""

import re
from datetime import date
from typing import Any

from sqlalchemy import update

from clais.encryption import Keyring
from tenants.people.models import Person
from tests.support.federation import Browser, Member
from tests.tenants.people.newcomers import registered

NAMES = ("Amato", "Bennani", "Caruso", "Dubois", "Elouardi", "Fontaine", "Gilson")


def files_of(agent: Member, keyring: Keyring, names: tuple[str, ...] = NAMES) -> dict[str, Person]:
    """A file of each name, of people born on the same day."""
    return {name: registered(agent, keyring, family_name=name, birth_date=date(1990, 1, 1)) for name in names}


def change(member: Member, person: Person, **facts: Any) -> None:
    """Set facts of a file past the actions."""
    with member.at_work() as session:
        session.execute(update(Person).where(Person.id == person.id).values(**facts))


def names_on(browser: Browser, address: str = "") -> list[str]:
    """The family names in the list, in its order."""
    page = browser.get(f"/personnes{address}").get_data(as_text=True)
    return re.findall(r'class="who"><a [^>]*>Sofia (\w+)</a>', page)
