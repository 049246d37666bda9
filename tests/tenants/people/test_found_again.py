from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clais.encryption import Keyring
from clais.searching.typed import query_tokens
from tenants.people.actions import edit
from tenants.people.matching.check import typed_identity
from tenants.people.matching.keys import number_hash
from tenants.people.matching.search import people_matching
from tenants.people.models import Person
from tenants.people.queries import probable_duplicates
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import a_number, authorise, registered

NAMES = [
    "Van den Broeck",
    "D'Hénin",
    "El Amrani",
    "Lefèvre-Dupont",
    "Ó Briain",
    "Müller",
    "Çelik",
    "Mvuemba wa Mutombo",
    "Łukaszewska",
    "Yıldırım",
    "Sørensen",
    "Đurić",
    "Saint-Hubert",
]
GIVEN = ["Sofia", "Jean-Marc", "Zoé", "Mohammed Amine", "Þóra", "İpek", "Marie Noëlle", "Björn"]
DRESSES = [
    str.upper,
    str.lower,
    str.title,
    lambda text: text.replace("-", " "),
    lambda text: text.replace("'", " "),
    lambda text: f"  {text} ",
]


def found(member: Member, keyring: Keyring, searched: str) -> set[Any]:
    query = query_tokens(searched)
    with member.at_work() as session:
        hashed = number_hash(keyring, session, query.national_number) if query.national_number else None
        return {person.id for person in people_matching(session, query, hashed_number=hashed)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whoever_is_registered_is_found_by_the_start_of_each_word_of_their_name(
    federation: Federation, keyring: Keyring, data: st.DataObject
) -> None:
    agent = federation.agent()
    family, given_names = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from(GIVEN))
    person = registered(agent, keyring, family_name=family, given_names=given_names)
    word = data.draw(
        st.sampled_from(
            [w for w in f"{family} {given_names}".replace("-", " ").replace("'", " ").split() if len(w) > 1]
        )
    )
    start = word[: data.draw(st.integers(1, len(word)))]
    assert person.id in found(agent, keyring, data.draw(st.sampled_from(DRESSES))(start))
    whole = data.draw(st.sampled_from(DRESSES))(f"{given_names} {family}")
    assert person.id in found(agent, keyring, whole)
    assert person.id not in found(agent, keyring, f"{start}qqqq")


@pytest.mark.parametrize(
    "searched",
    ["0475 12 34 56", "+32475123456", "12/03/1991", "12.3.91", "1991", "marchetti 1991", "sofia 0475/12.34.56"],
)
def test_a_file_is_found_by_what_people_know_of_someone(
    federation: Federation, keyring: Keyring, searched: str
) -> None:
    agent = federation.agent()
    from_card: dict[str, Any] = {"phone": "+32475123456", "birth_date": date(1991, 3, 12)}
    person = registered(agent, keyring, **from_card)
    assert found(agent, keyring, searched) == {person.id}
    assert found(federation.other_agent(), keyring, searched) == set()


def test_a_file_is_found_by_its_reference_and_by_its_whole_national_number_only(
    federation: Federation, keyring: Keyring, superuser: Any
) -> None:
    authorise(federation, superuser)
    agent, number = federation.agent(), a_number()
    person = registered(agent, keyring, national_number=number)
    assert found(agent, keyring, person.reference.lower()) == {person.id}
    assert found(agent, keyring, f"{number[:6]}-{number[6:9]}.{number[9:]}") == {person.id}
    assert found(federation.other_agent(), keyring, number) == set()


def test_an_edited_name_is_found_and_the_old_one_no_more(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Rossi")
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        edit(session, agent.actor, row, {"family_name": "Bianchi"}, row.version, keyring)
    assert found(agent, keyring, "bianc") == {person.id}
    assert found(agent, keyring, "rossi") == set()


def test_the_longest_names_that_a_form_takes_are_stored_and_found(federation: Federation, keyring: Keyring) -> None:
    # One character of some scripts is written with eighteen letters: the keys stay within their columns.
    agent = federation.agent()
    person = registered(agent, keyring, family_name="\ufdfa" * 80, given_names="\ufdfa" * 80)
    with agent.at_work() as session:
        identity = typed_identity(
            session, {"family_name": person.family_name, "given_names": person.given_names}, keyring
        )
        assert identity is not None
        assert [match.key.id for match in probable_duplicates(session, identity)] == [person.id]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    family=st.sampled_from(NAMES),
    given_names=st.sampled_from(GIVEN),
    dress=st.sampled_from(DRESSES),
    swapped=st.booleans(),
)
def test_the_same_names_typed_otherwise_are_always_warned_about(
    federation: Federation, keyring: Keyring, family: str, given_names: str, dress: Any, swapped: bool
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name=family, given_names=given_names, birth_year=1980)
    first, second = (dress(given_names), dress(family)) if swapped else (dress(family), dress(given_names))
    with agent.at_work() as session:
        identity = typed_identity(session, {"family_name": first, "given_names": second, "birth_year": 1980}, keyring)
        assert identity is not None
        assert person.id in {match.key.id for match in probable_duplicates(session, identity, limit=100)}
        assert probable_duplicates(session, identity, excluding=person.id, limit=100) == [
            match for match in probable_duplicates(session, identity, limit=100) if match.key.id != person.id
        ]
