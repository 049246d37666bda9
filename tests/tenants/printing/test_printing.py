"""Letters, plans, contracts and summaries on paper: what they say, who opens them again, what becomes of them."""

from datetime import time, timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from clais import clock
from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.dates import moment_of
from clais.encryption import Keyring
from clais.printing import engine
from clais.web.routing import Application
from tenants.agenda.models import Appointment
from tenants.follow_up.actions import write_note
from tenants.people.models import Person
from tenants.printing import giving, jobs, lookups
from tenants.printing.actions import FORGET, KEPT, MAKE
from tenants.printing.choices import KINDS
from tenants.printing.models import Printout
from tenants.printing.paper import version_of
from tests.support.contracts import a_contract
from tests.support.federation import Browser, Federation, Member
from tests.support.printing import QUICK, inside, made, path_of, printed, printouts, words_of
from tests.support.referrals import a_person
from tests.support.work import run_due
from tests.tenants.agenda.days import an_appointment
from tests.tenants.orientation.test_plan import a_plan

NAME = 'De <b>Crux</b> & "Fils"'


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def person(agent: Member) -> Person:
    return a_person(agent, NAME, "Aïcha")


@pytest.fixture
def appointment(agent: Member, person: Person) -> Appointment:
    when = moment_of(today() + timedelta(days=8), time(9, 30))
    return an_appointment(agent, person, when, place="Maison communale, bureau 2", note="Badge 12")


def letter(member: Member, person: Person, appointment: Appointment, bring: str = "Votre CV") -> Printout:
    return printed(member, person, f"/rendez-vous/{appointment.id}/lettre", {"bring": bring})


def plan_of(member: Member, person: Person) -> Printout:
    a_plan(member, person)
    return printed(member, person, f"/personnes/{person.id}/plan/papier")


def summary_of(member: Member, person: Person, **ticked: str) -> Printout:
    return printed(member, person, f"/personnes/{person.id}/resume", ticked)


def answers(browser: Browser, given: Printout) -> list[int]:
    return [browser.client.get(browser.url(path_of(given, end))).status_code for end in ("", "/fichier")]


def on_record(member: Member, verb: str) -> list[AuditEvent]:
    with member.at_work() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.verb == verb)))


def test_a_letter_says_when_where_with_whom_what_to_bring_and_how_to_cancel(
    app: Application, agent: Member, person: Person, appointment: Appointment, keyring: Keyring, superuser: Engine
) -> None:
    reached = {"phone": "+3271206020", "mail": "accueil@farciennes.example", "address": "Rue de l'Exemple 1"}
    with superuser.begin() as connection:
        change = "UPDATE tenant SET contact_phone = :phone, contact_email = :mail, contact_address = :address"
        connection.execute(text(f"{change} WHERE id = :id"), reached | {"id": agent.tenant.id})
    page = agent.browser().get(f"/rendez-vous/{appointment.id}/lettre").get_data(as_text=True)
    assert "Badge 12" in page
    given = letter(agent, person, appointment, "Votre CV\nVotre badge")
    told = words_of(keyring, given)
    assert 'lang="fr"' in told
    assert NAME not in told
    said = unescape(told)
    for words in (
        f"Aïcha {NAME}", "09:30", "45 minutes", "Maison communale, bureau 2", "Nadia Lambert", "carte d'identité",
        "Votre badge", "071 20 60 20", "accueil@farciennes.example", "Rue de l'Exemple 1", "Rue du Puits 4",
    ):  # fmt: skip
        assert words in said, words
    assert "Badge 12" not in said
    kept = made(app, agent, given, really=True)
    answer = agent.browser().get(path_of(kept, "/fichier"))
    assert (answer.mimetype, kept.pdf_hash) == ("application/pdf", sha256(answer.data).digest())
    assert b"/StructTreeRoot" in inside(answer.data)
    named = f'attachment; filename="convocation-{person.reference}-{today():%Y-%m-%d}.pdf"'
    assert answer.headers["Content-Disposition"] == named
    assert kept.pdf_hash is not None
    again = agent.browser().get(path_of(kept)).get_data(as_text=True)
    assert kept.pdf_hash.hex() in again
    assert kept.template_version in again
    assert path_of(kept) in agent.browser().get(f"/rendez-vous/{appointment.id}").get_data(as_text=True)
    assert path_of(kept) in agent.browser().get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    assert len(on_record(agent, "printout.give")) == 1
    assert {event.person_id for event in on_record(agent, "printout.open")} == {person.id}


def test_no_letter_leaves_about_an_appointment_that_is_over_or_cancelled(agent: Member, person: Person) -> None:
    over = an_appointment(agent, person, moment_of(today() - timedelta(days=1), time(9)))
    agent.browser().post(f"/rendez-vous/{over.id}/annulation", {"back": "appointment"}, status=303)
    location = agent.browser().post(f"/rendez-vous/{over.id}/lettre", {}, status=303).location
    assert location.endswith(f"/rendez-vous/{over.id}")
    assert printouts(agent, person) == []


def test_a_text_is_in_the_language_of_the_page(
    agent: Member, person: Person, appointment: Appointment, keyring: Keyring, superuser: Engine
) -> None:
    assert letter(agent, person, appointment).language == "fr"
    with superuser.begin() as connection:
        english = "UPDATE user_account SET language = 'en' WHERE id = :id"
        connection.execute(text(english), {"id": agent.membership.user_id})
    given = letter(agent, person, appointment)
    said = unescape(words_of(keyring, given))
    assert given.language == "en"
    assert 'lang="en"' in said
    assert "We expect you on" in said


def test_a_plan_on_paper_has_its_steps_in_plain_words_and_the_place_for_both_signatures(
    agent: Member, person: Person, keyring: Keyring
) -> None:
    said = unescape(words_of(keyring, plan_of(agent, person)))
    for words in ("Un emploi", "Passer le test", "Je le fais", "Mon agent le fait", "Appeler la crèche"):
        assert words in said, words
    assert said.count("Date et signature") == 2


def test_a_contract_on_paper_says_who_does_what_and_leaves_time_to_think(
    agent: Member, person: Person, keyring: Keyring
) -> None:
    a_plan(agent, person)
    contract = a_contract(agent, person, until="issued", decided_by="Le comité")
    address = f"/personnes/{person.id}/contrats/{contract.id}"
    said = unescape(words_of(keyring, printed(agent, person, f"{address}/papier")))
    for words in ("PIIS", "Le comité", "Passer le test", "5 jours ouvrables", "3 fois par an", "2 en face à face"):
        assert words in said, words
    assert "PDF à signer" in agent.browser().get(address).get_data(as_text=True)


def test_another_platform_and_who_is_signed_out_open_nothing(
    app: Application, agent: Member, person: Person, federation: Federation, appointment: Appointment
) -> None:
    given = made(app, agent, letter(agent, person, appointment))
    assert answers(agent.browser(), given) == [200, 200]
    assert answers(federation.other_agent().browser(), given) == [404, 404]
    assert set(answers(Browser(federation.app, federation.platform.slug, None), given)) <= {302, 303, 401}


def test_a_receptionist_prints_letters_and_neither_prints_nor_opens_a_plan(
    app: Application, agent: Member, person: Person, federation: Federation, appointment: Appointment
) -> None:
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski")
    given = made(app, agent, plan_of(agent, person))
    assert answers(desk.browser(), given) == [404, 404]
    desk.browser().post(f"/personnes/{person.id}/plan/papier", {}, status=403)
    desk.browser().post(f"/personnes/{person.id}/resume", {}, status=403)
    own = made(app, desk, letter(desk, person, appointment))
    assert answers(desk.browser(), own) == [200, 200]
    assert path_of(given) not in desk.browser().get(f"/rendez-vous/{appointment.id}").get_data(as_text=True)


def test_a_door_that_asks_for_no_permission_is_found(
    app: Application, agent: Member, person: Person, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, summary = made(app, agent, plan_of(agent, person)), made(app, agent, summary_of(agent, person))
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski")
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    monkeypatch.setattr(lookups, "is_open_to_actor", lambda _given: True)
    assert answers(desk.browser(), plan) == [200, 200]
    assert answers(colleague.browser(), summary) == [200, 200]


def test_a_summary_has_what_its_reader_reads_and_no_confidence_and_is_theirs_alone(
    app: Application, agent: Member, person: Person, federation: Federation, keyring: Keyring
) -> None:
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    for member, note_class, words in (
        (colleague, "fact", "Cherche une crèche à Farciennes"),
        (colleague, "confidence", "Secret de Luc"),
        (agent, "confidence", "Secret de Nadia"),
    ):
        with member.at_work() as session:
            file = session.get_one(Person, (person.tenant_id, person.id))
            write_note(session, file, member.actor, note_class=note_class, text=words, readers=[])
    a_plan(agent, person)
    given = summary_of(agent, person)
    said = unescape(words_of(keyring, given))
    for words in ("Cherche une crèche", "Passer le test", "Rue du Puits", "secret professionnel", "Nadia Lambert"):
        assert words in said, words
    assert "Secret de" not in said
    kept = made(app, agent, given)
    assert answers(agent.browser(), kept) == [200, 200]
    assert answers(colleague.browser(), kept) == [404, 404]
    assert path_of(kept) not in colleague.browser().get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    assert path_of(kept) in agent.browser().get(f"/personnes/{person.id}/resume").get_data(as_text=True)


def test_sensitive_facts_are_in_a_summary_when_they_are_asked_for_by_who_reads_them(
    agent: Member, person: Person, federation: Federation, keyring: Keyring
) -> None:
    kept = (today() + timedelta(days=90)).strftime("%d/%m/%Y")
    fact = {"kind": "health", "text": "Dos fragile", "reason": "fitting", "told": "spoken", "keep_until": kept}
    agent.browser().post(f"/personnes/{person.id}/donnees-sensibles/nouvelle", fact, status=303)
    assert "Dos fragile" not in unescape(words_of(keyring, summary_of(agent, person)))
    assert on_record(agent, "sensitive.show") == []
    assert "Dos fragile" in unescape(words_of(keyring, summary_of(agent, person, sensitive="true")))
    assert len(on_record(agent, "sensitive.show")) == 1
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    assert 'name="sensitive"' not in colleague.browser().get(f"/personnes/{person.id}/resume").get_data(as_text=True)
    assert "Dos fragile" not in unescape(words_of(keyring, summary_of(colleague, person, sensitive="true")))


def test_a_summary_is_erased_after_a_day_and_its_hash_stays_while_a_letter_is_kept(
    app: Application, agent: Member, person: Person, appointment: Appointment
) -> None:
    given = [made(app, agent, summary_of(agent, person)), made(app, agent, letter(agent, person, appointment))]
    with clock.set_to(now() + KEPT + timedelta(minutes=1)):
        run_due(app, FORGET)
    summary, lasting = (stored for one in given for stored in printouts(agent, person) if stored.id == one.id)
    assert (summary.sealed, summary.pdf_hash) == (None, sha256(QUICK).digest())
    assert lasting.sealed is not None
    assert answers(agent.browser(), summary) == [200, 404]
    assert answers(agent.browser(), lasting) == [200, 200]


def test_a_summary_whose_time_is_over_before_the_worker_comes_is_erased_and_never_made(
    app: Application, agent: Member, person: Person
) -> None:
    summary_of(agent, person)
    with clock.set_to(now() + KEPT + timedelta(minutes=1)):
        run_due(app, FORGET)
        run_due(app, MAKE)
    (stored,) = printouts(agent, person)
    assert (stored.sealed, stored.made_at, stored.failed_at) == (None, None, None)
    assert "n'a pas pu être fait" in agent.browser().get(path_of(stored)).get_data(as_text=True)


def test_a_double_click_prints_once_and_another_click_after_the_pdf_once_more(
    app: Application, agent: Member, person: Person, appointment: Appointment, keyring: Keyring
) -> None:
    first, second = letter(agent, person, appointment), letter(agent, person, appointment, "Votre badge")
    assert first.id == second.id
    assert "Votre badge" in words_of(keyring, second)
    made(app, agent, second)
    letter(agent, person, appointment)
    assert len(printouts(agent, person)) == 2
    assert len(on_record(agent, "printout.give")) == 2


def test_a_text_that_cannot_be_made_is_given_up_and_its_page_says_so(
    app: Application, agent: Member, person: Person, appointment: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_text: str) -> bytes:
        raise engine.PrintFault("no")

    given = letter(agent, person, appointment)
    monkeypatch.setattr(jobs, "pdf_of", fails)
    run_due(app, MAKE)
    assert "n'a pas pu être fait" in agent.browser().get(path_of(given)).get_data(as_text=True)
    (stored,) = printouts(agent, person)
    assert (stored.sealed, stored.made_at) == (None, None)


def test_a_content_that_was_put_into_another_row_does_not_open(
    app: Application, agent: Member, person: Person, appointment: Appointment, superuser: Engine
) -> None:
    one, other = made(app, agent, letter(agent, person, appointment)), made(app, agent, plan_of(agent, person))
    with superuser.begin() as connection:
        swap = "UPDATE printout SET sealed = (SELECT sealed FROM printout WHERE id = :other) WHERE id = :one"
        connection.execute(text(swap), {"one": one.id, "other": other.id})
    assert answers(agent.browser(), one) == [200, 404]
    assert answers(agent.browser(), other) == [200, 200]


def test_where_printing_is_not_set_up_the_pages_say_so(
    agent: Member, person: Person, appointment: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "missing", lambda: ("pango-1.0",))
    a_plan(agent, person)
    browser = agent.browser()
    for page in (
        f"/rendez-vous/{appointment.id}",
        f"/personnes/{person.id}/plan/imprimer",
        f"/personnes/{person.id}/resume",
    ):
        assert "n'est pas installée ici" in browser.get(page).get_data(as_text=True), page
    browser.post(f"/personnes/{person.id}/plan/papier", {}, status=303)
    said = unescape(browser.get(f"/personnes/{person.id}").get_data(as_text=True))
    assert "n'est pas installée sur ce serveur" in said
    assert printouts(agent, person) == []


def test_a_letter_keeps_what_was_typed_where_printing_is_not_set_up(
    agent: Member, appointment: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "missing", lambda: ("pango-1.0",))
    typed = {"bring": "Votre carnet jaune"}
    answer = agent.browser().post(f"/rendez-vous/{appointment.id}/lettre", typed, status=422)
    said = unescape(answer.get_data(as_text=True))
    assert "Votre carnet jaune" in said
    assert "n'est pas installée sur ce serveur" in said


def test_a_letter_to_somebody_without_postal_address_warns_before_it_is_made(agent: Member) -> None:
    pages = []
    for facts in ({}, {"street": None}):
        when = moment_of(today() + timedelta(days=8), time(9, 30))
        appointment = an_appointment(agent, a_person(agent, "Sans", "Toit", **facts), when)
        pages.append(agent.browser().get(f"/rendez-vous/{appointment.id}/lettre").get_data(as_text=True))
    assert ["Aucune adresse postale" in page for page in pages] == [False, True]


def test_a_summary_that_no_pdf_takes_says_why_it_was_refused(
    agent: Member, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving, "MOST", 1_000)
    browser = agent.browser()
    said = unescape(browser.get(browser.post(f"/personnes/{person.id}/resume", {}, status=303).location).get_data(True))
    assert "Rien n'a été imprimé" in said
    assert printouts(agent, person) == []


def test_a_template_that_changes_has_another_version(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = app.jinja_env
    with app.app_context():
        versions = {kind.template: version_of(environment, kind.template) for kind in KINDS.values()}
        assert len(set(versions.values())) == len(KINDS)
        real = environment.loader.get_source  # type: ignore[union-attr]

        def changed(env: Any, name: str) -> Any:
            source, *rest = real(env, name)
            return (source + " " if name == "printing/paper.html" else source, *rest)

        monkeypatch.setattr(environment.loader, "get_source", changed)
        version_of.cache_clear()
        try:
            assert all(version_of(environment, name) != former for name, former in versions.items())
        finally:
            version_of.cache_clear()
