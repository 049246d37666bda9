"""Anybody who has a number reads what it says, and no more; who guesses is stopped."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.exchange.training.checking import check_number
from clais.exchange.training.documents import drawn
from clais.exchange.training.models import Certificate
from clais.exchange.training.numbers import ALPHABET, new_number, typed_number
from clais.identity.failures import MAXIMUM_FAILURES_PER_ADDRESS, TooManyAttempts
from clais.web.routing import Application
from support_center.training.actions import certificates
from tests.support.federation import Browser, Federation
from tests.support.training import School, a_school, registered


@pytest.fixture
def given_one(federation: Federation) -> tuple[School, Certificate]:
    school = a_school(federation)
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    agent = federation.member(federation.platform, "agent", "Łucja Şahin-Petit")
    (registration,) = registered(coordinator, school.run(today() + timedelta(days=9)), agent)
    with school.trainer.at_work() as session:
        return school, certificates.give(session, school.trainer.actor, school.course, registration, today())


def page(app: Application, path: str, status: int, address: str) -> str:
    answer = app.test_client().get(path, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_public_page_says_until_when_and_names_nobody(given_one: tuple[School, Certificate]) -> None:
    school, certificate = given_one
    text = page(school.federation.app, f"/certificat/{certificate.number.lower()}", 200, "192.0.2.1")
    assert "Valable jusqu&#39;au" in text
    assert "Accueillir une personne" in text
    assert ">ŁP<" in text
    assert "Petit" not in text
    assert school.federation.platform.name not in text


def test_what_does_not_exist_is_answered_in_one_way(app: Application) -> None:
    pages = [page(app, f"/certificat/{number}", 404, "192.0.2.2") for number in (new_number(), "AAAA", "x" * 39)]
    assert all("Aucun certificat ne porte ce numéro." in text for text in pages)


def test_a_withdrawn_certificate_says_so(given_one: tuple[School, Certificate]) -> None:
    school, certificate = given_one
    with school.trainer.at_work() as session:
        found = session.get_one(Certificate, (certificate.tenant_id, certificate.id))
        certificates.revoke(session, found, "Donné par erreur")
    text = page(school.federation.app, f"/certificat/{certificate.number}", 200, "192.0.2.3")
    assert "Retiré le" in text
    assert "Donné par erreur" not in text


def test_who_tries_many_numbers_is_stopped_and_who_checks_real_ones_is_not(
    given_one: tuple[School, Certificate],
) -> None:
    school, certificate = given_one
    services = school.federation.app.extensions["clais"]
    honest, guessing = "192.0.2.4", "192.0.2.5"
    for _turn in range(MAXIMUM_FAILURES_PER_ADDRESS + 2):
        assert check_number(services, certificate.number, honest) is not None
    for _turn in range(MAXIMUM_FAILURES_PER_ADDRESS):
        assert check_number(services, new_number(), guessing) is None
    with pytest.raises(TooManyAttempts):
        check_number(services, certificate.number, guessing)
    page(school.federation.app, f"/certificat/{certificate.number}", 429, guessing)


def test_a_number_opens_its_own_row_and_no_other(given_one: tuple[School, Certificate]) -> None:
    school, certificate = given_one
    with unit_of_work(school.federation.engine, Scope(credential_hash=certificate.number_hash)) as session:
        assert [one.id for one in session.query(Certificate)] == [certificate.id]
    with unit_of_work(school.federation.engine, Scope(credential_hash=b"\x00" * 32)) as session:
        assert list(session.query(Certificate)) == []


def test_the_document_is_the_same_each_time_whatever_letters_the_name_has(
    given_one: tuple[School, Certificate],
) -> None:
    _school, certificate = given_one
    body = drawn(certificate, "https://clais.example/certificat")
    assert body.startswith(b"%PDF-")
    assert body == drawn(certificate, "https://clais.example/certificat")


def test_the_trainer_opens_the_document(given_one: tuple[School, Certificate]) -> None:
    school, certificate = given_one
    browser: Browser = school.trainer.browser()
    answer = browser.get(f"/formation-des-agents/certificats/{certificate.id}/document")
    assert answer.mimetype == "application/pdf"


@given(st.text(alphabet=ALPHABET, min_size=12, max_size=12), st.sampled_from(["", "-", " ", " - "]))
def test_a_number_is_read_however_it_is_typed(letters: str, between: str) -> None:
    typed = between.join((letters[:4], letters[4:8], letters[8:]))
    assert typed_number(typed.lower()) == f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_nothing(text: str) -> None:
    found = typed_number(text)
    assert found == "" or typed_number(found) == found
