from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from clais.audit.models import AuditEvent
from clais.encryption import Keyring
from tenants.intake.models import Intake
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.tenants.people.newcomers import a_number, authorise, person_of, registered, typed, with_key, words

REGISTER = "/accueil/nouveau"
CHECK = "/accueil/doublons"


def people_of(member: Member) -> list[Person]:
    with member.at_work() as session:
        return list(session.scalars(select(Person).order_by(Person.id)))


def test_a_newcomer_with_a_request_is_in_intake_with_the_agent_as_referent(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    answer = browser.post(
        REGISTER, typed(intake__request_kinds=["work", "training"], intake__urgent_needs="food", postal_code="6240")
    )
    key = person_of(answer, browser)
    assert answer.location.endswith(f"/personnes/{key}")
    (person,) = people_of(agent)
    assert (person.stage, person.referent_id) == ("in_intake", agent.membership.id)
    assert person.reference.startswith("FAR-")
    assert person.phone == "+32475123456"
    assert person.registration_consent_manner == "spoken"
    assert person.registration_consent_at is not None
    assert person.last_contact_on is not None
    with agent.at_work() as session:
        intake = session.scalars(select(Intake)).one()
        assert (intake.request_kinds, intake.urgent_needs, intake.received_by) == (
            ["work", "training"],
            ["food"],
            "Nadia Lambert",
        )
        verbs = set(session.scalars(select(AuditEvent.verb).where(AuditEvent.person_id == person.id)))
    assert {"person.register", "person.begin_intake", "intake.receive"} <= verbs
    page = words(browser.get(f"/personnes/{key}"))
    assert "Ne peut pas attendre" in page
    assert "À compléter" in page


def test_names_and_the_agreement_are_enough_and_who_asks_nothing_waits_at_the_reception(federation: Federation) -> None:
    agent = federation.agent()
    browser = agent.browser()
    answer = browser.post(REGISTER, typed(birth_date=None, sex=None, phone=None))
    key = person_of(answer, browser)
    (person,) = people_of(agent)
    assert (person.stage, person.sex) == ("registered", "undeclared")
    page = words(browser.get("/accueil"))
    assert f"/personnes/{key}/accueils/nouveau" in page
    assert "demande pas encore notée" in page


def test_a_receptionist_registers_for_the_agents_and_sees_the_card_only(federation: Federation) -> None:
    receptionist = federation.member(federation.platform, "receptionist", "Julie Ska")
    browser = receptionist.browser()
    answer = browser.post(REGISTER, typed(intake__request="Un emploi près de la gare, urgent"))
    key = person_of(answer, browser)
    assert answer.location.endswith(f"/personnes/{key}/carte")
    card = words(browser.get(f"/personnes/{key}/carte"))
    assert "À attribuer." in card
    assert "près de la gare" not in card
    browser.get(f"/personnes/{key}", status=403)
    assert "près de la gare" not in words(browser.get("/accueil"))

    agent = federation.agent()
    at_desk = agent.browser()
    desk = words(at_desk.get("/accueil"))
    assert "personne ne suit encore le dossier" in desk
    form = {"referent": str(agent.membership.id), "_version": version_sent_to("/referent", desk)}
    at_desk.post(f"/personnes/{key}/referent", form, status=303)
    assert people_of(agent)[0].referent_id == agent.membership.id
    assert "personne ne suit encore le dossier" not in words(at_desk.get("/accueil"))


def test_without_agreement_no_file_is_opened(federation: Federation) -> None:
    agent = federation.agent()
    answer = agent.browser().post(REGISTER, typed(registration_consent_manner=None), status=422)
    assert "Sans accord, notez une demande d'information anonyme" in words(answer)
    assert people_of(agent) == []


@pytest.mark.parametrize(
    ("field", "rubbish", "sentence"),
    [
        ("family_name", "…!?", "au moins une lettre"),
        ("family_name", "x" * 81, "80"),
        ("birth_date", "31/02/1991", "n'existe pas"),
        ("birth_date", "12/03/2199", "dans le futur"),
        ("birth_date", "1/1/1850", "trop ancienne"),
        ("birth_year", "1850", "trop ancienne"),
        ("birth_year", "85", "quatre chiffres"),
        ("birth_year", "1990", "pas celle de la date"),
        ("phone", "12 coups", "numéro de téléphone"),
        ("email", "chez moi", "e-mail"),
        ("postal_code", "62400", "code postal"),
        ("status", "millionnaire", "réponses proposées"),
        ("status_since", "01/01/1980", "avant la date de naissance"),
        ("has_vehicle", "peut-être", "oui ou par non"),
        ("intake-channel", "pigeon", "réponses proposées"),
        ("intake-request", "x" * 1714, "714 caractères de trop"),
    ],
)  # fmt: skip
def test_rubbish_is_answered_beside_its_field_and_what_was_typed_stays(
    federation: Federation, field: str, rubbish: str, sentence: str
) -> None:
    agent = federation.agent()
    answer = agent.browser().post(
        REGISTER, {**typed(street="Rue de la Station", **{"intake-request": "mes mots"}), field: rubbish}, status=422
    )
    page = words(answer)
    assert f'id="field-{field}-error"' in page
    error = page.split(f'id="field-{field}-error"')[1].split("</p>")[0]
    assert sentence in error
    assert "Rue de la Station" in page
    assert people_of(agent) == []


@pytest.mark.parametrize(
    "stranger",
    [
        "tenant_id",
        "id",
        "stage",
        "reference",
        "version",
        "referent_id",
        "sort_name",
        "intake-person_id",
        "registration_consent_at",
    ],
)
def test_what_the_form_does_not_ask_is_refused_and_nothing_is_written(federation: Federation, stranger: str) -> None:
    agent, other = federation.agent(), federation.other_agent()
    agent.browser().post(REGISTER, typed(**{stranger: str(other.tenant.id)}), status=400)
    assert people_of(agent) == []
    assert people_of(other) == []


def test_the_same_form_sent_twenty_times_at_once_opens_one_file(federation: Federation) -> None:
    agent = federation.agent()
    form = with_key(typed(intake__request_kinds="work"))
    browsers = [agent.browser() for _ in range(20)]
    tokens = [browser.csrf() for browser in browsers]

    def send(index: int) -> int:
        return (
            browsers[index]
            .client.post(browsers[index].url(REGISTER), data={**form, "csrf_token": tokens[index]})
            .status_code
        )

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(20)))
    assert set(statuses) == {303}
    assert len(people_of(agent)) == 1
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(Intake)) == 1


def test_of_ten_agents_who_register_the_same_newcomer_at_once_nine_are_asked(federation: Federation) -> None:
    agents = [federation.member(federation.platform, "agent", f"Agent {number}") for number in range(10)]
    browsers = [agent.browser() for agent in agents]
    tokens = [browser.csrf() for browser in browsers]
    together = Barrier(10)

    def register(number: int) -> int:
        form = with_key(typed(phone="0475 12 34 56")) | {"csrf_token": tokens[number]}
        together.wait(20)
        return browsers[number].client.post(browsers[number].url(REGISTER), data=form).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(register, range(10)))
    assert statuses == [303, *[422] * 9]
    assert len(people_of(agents[0])) == 1


def test_a_probable_duplicate_is_shown_with_its_reasons_before_saving_and_all_that_was_typed_stays(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    known = registered(agent, keyring, phone="+32475123456")
    browser = agent.browser()
    form = typed(
        family_name="MARCHETI", given_names="sofïa", birth_date=None, intake__request="Suivre un cours de néerlandais"
    )
    page = words(browser.post(REGISTER, form, status=422))
    assert known.reference in page
    assert "Noms proches (Sofia Marchetti), même téléphone" in page
    summary = page.partition('class="errors"')[2].partition("</div>")[0]
    assert "Une personne très semblable a déjà un dossier" in summary
    assert "C'est une autre personne" not in summary, "it says what is the case, and not the opposite"
    assert f"/personnes/{known.id}" in page
    assert "Suivre un cours de néerlandais" in page
    assert len(people_of(agent)) == 1

    browser.post(REGISTER, {**form, "not_duplicate": "true", "compared": [str(known.id)]}, status=303)
    assert len(people_of(agent)) == 2


def test_to_say_another_person_covers_the_files_that_were_shown_and_no_other(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    first = registered(agent, keyring, phone="+32475123456")
    registered(agent, keyring, phone="+32475123456")
    form = typed(not_duplicate="true", compared=[str(first.id)])
    agent.browser().post(REGISTER, form, status=422)
    assert len(people_of(agent)) == 2


def test_the_warning_comes_while_one_types_and_only_in_the_body_of_a_request(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    known = registered(agent, keyring, email="sofia@example.be")
    browser = agent.browser()
    half = {"family_name": "marchetti", "given_names": "Sof", "birth_date": "12/0", "email": "sofia@example.be"}
    shown = words(browser.post(CHECK, half, status=200, headers={"HX-Request": "true"}))
    assert known.reference in shown
    assert "même e-mail" in shown.lower()
    away = browser.get(CHECK + "?family_name=marchetti", status=303).location
    assert away.endswith("/accueil"), "what an address says is not read, and left behind"
    assert len(people_of(agent)) == 1


@pytest.mark.parametrize("fact", ["national_number", "email", "phone", "names"])
def test_someone_of_another_platform_is_answered_like_nobody(
    federation: Federation, keyring: Keyring, superuser: Any, fact: str
) -> None:
    authorise(federation, superuser)
    number = a_number()
    facts: dict[str, Any] = {
        "national_number": {"national_number": number},
        "email": {"email": "sofia@example.be"},
        "phone": {"phone": "+32475123456"},
        "names": {},
    }[fact]
    registered(federation.other_agent(), keyring, **facts)
    browser = federation.agent().browser()
    form = {"family_name": "Marchetti", "given_names": "Sofia", **facts}
    nobody = {"family_name": "Dubois", "given_names": "Paul"}
    same = browser.post(CHECK, form, status=200).get_data()
    assert same == browser.post(CHECK, nobody, status=200).get_data()
    whole = {**typed(phone=None), **form}
    assert browser.post(REGISTER, whole).status_code == 303


def test_the_check_that_names_nobody_of_elsewhere_would_have_named_someone_here(
    federation: Federation, keyring: Keyring, superuser: Any
) -> None:
    authorise(federation, superuser)
    number = a_number()
    agent = federation.agent()
    registered(agent, keyring, family_name="Autre", given_names="Personne", national_number=number)
    shown = agent.browser().post(CHECK, {"family_name": "Marchetti", "national_number": number}, status=200)
    assert "même numéro national" in words(shown).lower()
