"""A fact of the card is one in the table, in the action, in the form, on its page and in the API, or it is refused."""

import re
from collections.abc import Iterable

import pytest
from marshmallow import fields

from clais.encryption import Keyring
from tenants.people.actions import CARD, SPECIAL, edit
from tenants.people.api_schemas import PersonCard
from tenants.people.models import BESIDE_THE_CARD, Person
from tenants.people.schemas import PersonSchema, facts_of
from tests.support.federation import Federation
from tests.tenants.people.newcomers import registered

COLUMNS = [column.name for column in Person.__table__.columns]


def differences(columns: Iterable[str], schema: type[PersonSchema]) -> set[str]:
    """The facts that the table stores and no form asks, and those that a form asks and the table does not store."""
    stored = set(columns) - BESIDE_THE_CARD
    return stored ^ (set(schema().fields) - set(SPECIAL))


def test_the_form_asks_what_the_card_stores_and_nothing_else() -> None:
    assert differences(COLUMNS, PersonSchema) == set()
    assert set(CARD) == set(PersonSchema().fields) - set(SPECIAL)


def test_what_stands_beside_the_card_is_a_column_and_is_never_asked_like_a_fact() -> None:
    assert set(COLUMNS) >= BESIDE_THE_CARD
    assert not set(CARD) & BESIDE_THE_CARD


def test_a_new_column_and_a_new_field_are_found() -> None:
    asked = PersonSchema.from_dict({"nickname": fields.String()})
    assert differences(COLUMNS, asked) == {"nickname"}  # type: ignore[arg-type]
    assert differences([*COLUMNS, "nickname"], PersonSchema) == {"nickname"}


def test_a_fact_that_the_card_does_not_have_is_refused_and_not_dropped(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    facts = facts_of({"nickname": "Sof", "not_duplicate": False, "compared": [], "remove_national_number": False})
    assert facts == {"nickname": "Sof"}
    with agent.at_work() as session:
        card = session.get_one(Person, (person.tenant_id, person.id))
        with pytest.raises(ValueError, match="nickname"):
            edit(session, agent.actor, card, facts, card.version, keyring)


def test_the_api_gives_back_every_fact_of_the_card() -> None:
    assert set(CARD) <= set(PersonCard().fields)


def test_the_page_asks_every_fact_of_the_card(federation: Federation, keyring: Keyring) -> None:
    """A field that no page draws would be emptied by the next form that is saved."""
    agent = federation.agent()
    person = registered(agent, keyring, languages=[{"language": "fr", "spoken": "A2", "written": None}])
    page = agent.browser().get(f"/personnes/{person.id}/coordonnees").get_data(as_text=True)
    drawn = {name.partition("-")[0] for name in re.findall(r'name="([^"]+)"', page)}
    assert set(CARD) - drawn == set()
