from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from clais.audit.models import AuditEvent
from clais.encryption import DecryptionFailed, Keyring
from clais.numbers import format_national_number
from tenants.people.actions import NotAgreed, NumberNotAuthorised, edit, register_person
from tenants.people.matching.check import PossibleDuplicates
from tenants.people.matching.keys import decrypted_number
from tenants.people.models import Person, PersonKey
from tests.support.federation import Federation, Member
from tests.support.pages import versions_on
from tests.tenants.people.newcomers import a_number, authorise, person_of, registered, typed, words

REGISTER = "/accueil/nouveau"


def card_of(member: Member, person: Person) -> Person:
    with member.at_work() as session:
        return session.get_one(Person, (person.tenant_id, person.id))


def form_of(person: Person, **more: Any) -> dict[str, Any]:
    form = {"family_name": person.family_name, "given_names": person.given_names, "_version": str(person.version)}
    return {**form, "registration_consent_manner": "paper", **more}


def readings(member: Member, person: Person, verb: str) -> int:
    with member.at_work() as session:
        counted = select(func.count()).select_from(AuditEvent)
        return session.scalar(counted.where(AuditEvent.person_id == person.id, AuditEvent.verb == verb)) or 0


def test_an_edit_is_saved_and_names_its_fields_in_the_audit_without_their_values(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    path = f"/personnes/{person.id}/coordonnees"
    agent.browser().post(path, form_of(person, status="integration_income", email="sofia@example.be"), status=303)
    card = card_of(agent, person)
    assert (card.status, card.email, card.version) == ("integration_income", "sofia@example.be", person.version + 1)
    with agent.at_work() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.verb == "person.edit")).one()
    assert {"status", "email"} <= set(event.details["fields"])
    assert "sofia@example.be" not in str(event.details)


def test_the_second_of_two_editors_sees_both_versions_and_overwrites_nothing(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    path = f"/personnes/{person.id}/coordonnees"
    browser.post(path, form_of(person, locality="Farciennes"), status=303)
    page = words(browser.post(path, form_of(person, locality="Aiseau"), status=409))
    assert "Aiseau" in page
    assert "Farciennes" in page
    assert "La personne est d'accord" not in page, "the form has no such question: its answer is no version"
    assert f'href="/{browser.slug}/personnes/{person.id}/coordonnees"' in page
    assert card_of(agent, person).locality == "Farciennes"


def test_of_ten_editors_at_once_one_is_saved_and_nine_are_told(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browsers = [agent.browser() for _ in range(10)]
    tokens = [browser.csrf() for browser in browsers]

    def send(index: int) -> int:
        form = form_of(person, street=f"Rue {index}", csrf_token=tokens[index])
        url = browsers[index].url(f"/personnes/{person.id}/coordonnees")
        return browsers[index].client.post(url, data=form).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(send, range(10)))
    assert statuses == [303] + [409] * 9
    assert card_of(agent, person).version == person.version + 1


@pytest.mark.parametrize("version", [None, "", "one", "99999999999999999999"])
def test_an_edit_that_does_not_say_what_it_read_is_refused(
    federation: Federation, keyring: Keyring, version: str | None
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    changed = form_of(person, _version=version, street="Rue neuve")
    form = {name: value for name, value in changed.items() if value is not None}
    page = words(agent.browser().post(f"/personnes/{person.id}/coordonnees", form, status=400))
    assert "Cette demande n'a pas été comprise" in page
    assert (card_of(agent, person).street, card_of(agent, person).version) == (person.street, person.version)


def test_rubbish_in_an_edit_stays_typed_and_changes_nothing(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    path = f"/personnes/{person.id}/coordonnees"
    page = words(browser.post(path, form_of(person, email="chez moi", street="Rue neuve"), status=422))
    assert 'id="field-email-error"' in page
    assert "Rue neuve" in page
    for stranger in ("tenant_id", "id", "stage", "reference", "nis_code"):
        browser.post(path, form_of(person, **{stranger: "closed"}), status=400)
    assert card_of(agent, person).version == person.version


def test_an_edit_that_turns_someone_into_another_file_is_asked_about(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    known = registered(agent, keyring, family_name="Rossi", given_names="Marco", birth_year=1980)
    person = registered(agent, keyring, family_name="Blanc", given_names="Luc")
    path = f"/personnes/{person.id}/coordonnees"
    form = form_of(person, family_name="Rossi", given_names="Marco", birth_year="1980")
    page = words(agent.browser().post(path, form, status=422))
    assert known.reference in page
    agent.browser().post(path, {**form, "not_duplicate": "true", "compared": str(known.id)}, status=303)
    assert card_of(agent, person).family_name == "Rossi"


def test_without_authorisation_no_number_is_asked_for_nor_kept(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Blanc")
    browser, number = agent.browser(), a_number()
    edited = f"/personnes/{person.id}/coordonnees"
    for path, form in ((REGISTER, typed()), (edited, form_of(person))):
        assert "national_number" not in browser.get(path).get_data(as_text=True)
        # It was lost while the page was open: the page says so, and what was typed stays.
        page = words(browser.post(path, {**form, "street": "Rue neuve", "national_number": number}, status=422))
        assert "n'a pas l'autorisation" in page.split('id="field-national_number-error"')[1][:300]
        assert "Rue neuve" in page
    assert card_of(agent, person).version == person.version


def test_no_rule_of_a_file_depends_on_who_writes_it(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    sofia: dict[str, Any] = {"family_name": "Marchetti", "given_names": "Sofia", "birth_year": 1991}
    known = registered(agent, keyring, **sofia)
    agreed = sofia | {"registration_consent_manner": "spoken"}
    rules: list[tuple[type[Exception], dict[str, Any]]] = [
        (NotAgreed, sofia),
        (NotAgreed, agreed | {"registration_consent_manner": None}),
        (NumberNotAuthorised, agreed | {"national_number": a_number()}),
        (PossibleDuplicates, agreed),
    ]
    for refused, data in rules:
        with agent.at_work() as session, pytest.raises(refused):
            register_person(session, agent.actor, data, keyring)
    with agent.at_work() as session:
        other = register_person(session, agent.actor, agreed, keyring, confirmed_different={known.id})
    with agent.at_work() as session:
        row = session.get_one(Person, (other.tenant_id, other.id))
        with pytest.raises(NumberNotAuthorised):
            edit(session, agent.actor, row, {"national_number": a_number()}, row.version, keyring)
        with pytest.raises(PossibleDuplicates):
            edit(session, agent.actor, row, {"birth_date": date(1991, 3, 12)}, row.version, keyring)
        assert edit(session, agent.actor, row, {"street": "Rue neuve"}, row.version, keyring) == ["street"]


def test_the_number_is_encrypted_masked_and_each_showing_is_on_record(federation: Federation, superuser: Any) -> None:
    authorise(federation, superuser)
    agent, number = federation.agent(), a_number()
    browser = agent.browser()
    key = person_of(browser.post(REGISTER, typed(national_number=f"{number[:6]} {number[6:9]}/{number[9:]}")), browser)
    with agent.at_work() as session:
        person = session.scalars(select(Person)).one()
    assert number.encode() not in (person.national_number or b"")
    written = f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
    page = words(browser.get(f"/personnes/{key}"))
    assert number not in page
    assert written not in page
    assert "••.••.••-•••.••" in page
    assert readings(agent, person, "person.read_number") == 0
    above = browser.get(f"/personnes/{key}/numero-national", status=303)
    assert above.location.endswith(f"/personnes/{key}"), "it is shown to a click alone"
    assert written in words(browser.post(f"/personnes/{key}/numero-national", status=200))
    assert readings(agent, person, "person.read_number") == 1
    desk = federation.member(federation.platform, "receptionist", "Julie Ska").browser()
    desk.post(f"/personnes/{key}/numero-national", status=403)
    assert "••" not in words(desk.get(f"/personnes/{key}/carte"))


def test_a_number_typed_into_a_stale_card_is_given_back_and_the_stored_one_stays_masked(
    federation: Federation, keyring: Keyring, superuser: Any
) -> None:
    authorise(federation, superuser)
    agent, stored, typed_number = federation.agent(), a_number(7), a_number(9)
    person = registered(agent, keyring, national_number=stored)
    browser, path = agent.browser(), f"/personnes/{person.id}/coordonnees"
    browser.post(path, form_of(person, street="Rue neuve"), status=303)
    yours, theirs = versions_on(browser.post(path, form_of(person, national_number=typed_number), status=409))
    assert format_national_number(typed_number) in yours
    assert "••.••.••-•••.••" in theirs
    assert format_national_number(stored) not in theirs


def test_a_number_put_in_another_row_cannot_be_read(federation: Federation, keyring: Keyring, superuser: Any) -> None:
    authorise(federation, superuser)
    agent = federation.agent()
    first = registered(agent, keyring, national_number=a_number())
    second = registered(agent, keyring, family_name="Autre")
    with superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE person SET national_number = (SELECT national_number FROM person WHERE id = :first)"
                " WHERE id = :second"
            ),
            {"first": first.id, "second": second.id},
        )
    assert decrypted_number(keyring, card_of(agent, first))
    with pytest.raises(DecryptionFailed):
        decrypted_number(keyring, card_of(agent, second))


def test_an_impossible_number_is_refused_and_one_that_disagrees_is_a_warning(
    federation: Federation, superuser: Any
) -> None:
    authorise(federation, superuser)
    agent, number = federation.agent(), a_number()
    browser = agent.browser()
    wrong = number[:-2] + ("01" if number[-2:] != "01" else "02")
    page = words(browser.post(REGISTER, typed(national_number=wrong), status=422))
    assert 'id="field-national_number-error"' in page
    answer = browser.post(REGISTER, typed(national_number=number, birth_date="13/03/1991", sex="man"), status=303)
    page = words(browser.get(f"/personnes/{person_of(answer, browser)}"))
    assert "autre date de naissance" in page
    assert "autre sexe" in page


def test_a_blank_number_keeps_the_one_there_is_and_a_tick_removes_it_with_its_key(
    federation: Federation, keyring: Keyring, superuser: Any
) -> None:
    authorise(federation, superuser)
    agent, number = federation.agent(), a_number()
    person = registered(agent, keyring, national_number=number)
    browser = agent.browser()
    path = f"/personnes/{person.id}/coordonnees"
    assert number not in words(browser.get(path))
    browser.post(path, form_of(person, street="Rue neuve"), status=303)
    card = card_of(agent, person)
    assert decrypted_number(keyring, card) == number
    browser.post(path, form_of(card, street="Rue neuve", remove_national_number="true"), status=303)
    assert card_of(agent, person).national_number is None
    with agent.at_work() as session:
        assert session.scalars(select(PersonKey).where(PersonKey.kind == "number")).all() == []


def test_the_card_takes_no_fact_that_is_not_its_own(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        for stranger in ("stage", "tenant_id", "reference", "referent_id", "version"):
            with pytest.raises(ValueError, match=stranger):
                edit(session, agent.actor, row, {stranger: "x"}, row.version, keyring)


def test_opening_a_card_or_a_file_is_on_record(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    browser.get(f"/personnes/{person.id}")
    browser.get(f"/personnes/{person.id}/carte")
    assert readings(agent, person, "person.read") == 1
    assert readings(agent, person, "person.read_card") == 1
