"""The intake form is an instrument: it asks what the platform adopted, and each reception keeps what it was asked."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.database import new_id
from clais.encryption import Keyring
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.instruments.first import first_version
from clais.instruments.layers import layer_to_json
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Latitude
from clais.instruments.rules.editing import with_item, with_item_instead
from clais.instruments.rules.local import Layer, OwnItem
from clais.workflow import StateChange
from support_center.instruments.queries import contents_of
from tenants.instruments.actions import change_here
from tenants.instruments.models import InstrumentLayer
from tenants.instruments.queries import untrained
from tenants.intake.actions import receive
from tenants.intake.asked import questions_here
from tenants.intake.models import Intake
from tenants.people.models import Person
from tenants.questionnaires.asked import asked_here
from tenants.questionnaires.jobs import count_files
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tests.support.federation import Browser, Federation, Member
from tests.support.instruments import Centre, a_centre
from tests.support.pages import plain, versions_on
from tests.support.statements import shape, shapes, statements
from tests.support.training import a_school
from tests.tenants.people.newcomers import person_of, registered, typed

HOUSE = first_version(InstrumentKind.INTAKE).definition
KINDS = replace(HOUSE.items["request_kinds"], label={"fr": "Pourquoi vient la personne ?"})
REACHED = Item("joignable", ItemKind.TEXT, {"fr": "Quand peut-on l'appeler ?"}, hint={"fr": "Jour et heure."})
DAY = Item("echeance", ItemKind.DATE, {"fr": "Pour quand ?"}, shown_if="selected(${urgent_needs}, 'deadline')")
CARE = Item("soins", ItemKind.TEXT, {"fr": "Quels soins ?"}, sealed=True)
HOUSING = Choice("housing", {"fr": "Un logement"})


def second() -> Definition:
    """One that rewords a question, adds a choice and asks three more."""
    found = with_item_instead(HOUSE, KINDS, "request_kinds")
    for item in (REACHED, DAY, CARE):
        found = with_item(found, item, "demande")
    return replace(found, lists={**found.lists, "demandes": (*found.lists["demandes"], HOUSING)})


@dataclass
class Desk:
    """A reception with an agent and a receptionist, on a platform whose centre publishes the intake form."""

    centre: Centre
    agent: Member
    clerk: Member
    browser: Browser
    at_desk: Browser
    coordinator: Member

    def publish(self, definition: Definition) -> UUID:
        """The key of the released content of the next version, adopted."""
        key = self.centre.publish_whole(definition)
        self.coordinator.browser().post(f"/outils-du-bassin/{key}/adoption", status=303)
        with self.agent.at_work() as session:
            return asked_here(session, (InstrumentKind.INTAKE,))[0].content_id

    def register(self, content: UUID | str = "", by: Browser | None = None, **more: object) -> str:
        """The key of someone who is registered; the names of questions of the reception begin with `intake__`."""
        browser = by or self.browser
        sent = typed(**{"intake__content": str(content), **more})
        return person_of(browser.post("/accueil/nouveau", sent, status=303), browser)

    def text(self, path: str) -> str:
        return plain(self.browser.get(path).get_data(as_text=True))

    def intakes(self) -> list[Intake]:
        with self.agent.at_work() as session:
            return list(session.scalars(select(Intake).order_by(Intake.id)))

    def answers(self) -> dict[str, object]:
        with self.agent.at_work() as session:
            rows = session.scalars(select(InstrumentAnswer)).all()
            return {row.item: "sealed" if row.sealed else row.value for row in rows if row.value or row.sealed}


@pytest.fixture
def desk(federation: Federation) -> Desk:
    agent, clerk = federation.agent(), federation.member(federation.platform, "receptionist", "Julie Ska")
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    centre = a_centre(federation, name="Fiche d'accueil", code="intake", kind="intake")
    return Desk(centre, agent, clerk, agent.browser(), clerk.browser(), coordinator)


def test_a_reception_asks_what_the_platform_adopted_and_no_version_that_it_did_not(desk: Desk) -> None:
    desk.centre.publish_whole(second())
    page = desk.text("/accueil/nouveau")
    assert "Ce que la personne demande" in page
    assert "Quand peut-on l'appeler ?" not in page
    assert "version" not in page.partition("La demande")[2].partition("</h2>")[0]
    desk.publish(second())
    for path in ("/accueil/nouveau", f"/personnes/{desk.register()}/accueils/nouveau"):
        page = desk.text(path)
        assert "Fiche d'accueil, version 2" in page
        assert all(words in page for words in ("Pourquoi vient la personne ?", "Un logement", "Jour et heure."))
        assert "Seulement si « Ce qui ne peut pas attendre » contient Une échéance" in page
        assert page.index("Comment la personne est venue") < page.index("Pourquoi vient") < page.index("Avec ses mots")


def test_what_else_is_asked_is_kept_beside_the_columns_and_sealed_where_it_is_to_be(desk: Desk) -> None:
    content = desk.publish(second())
    key = desk.register(
        content,
        intake__request_kinds=["work", "housing"],
        intake__item_joignable="Le matin",
        intake__item_soins="Un traitement",
    )
    (intake,) = desk.intakes()
    assert (intake.channel, intake.request_kinds) == ("visit", ["work", "housing"])
    assert desk.answers() == {"joignable": "Le matin", "soins": "sealed"}
    with desk.agent.at_work() as session:
        filling = session.get_one(InstrumentFilling, (intake.tenant_id, intake.filling_id))
        assert (filling.kind, filling.content_id, filling.number, filling.state) == ("intake", content, 1, "finished")
        assert (filling.finished_on, filling.begun_by) == (intake.received_on, "Nadia Lambert")
        (moved,) = session.scalars(select(StateChange).where(StateChange.subject_id == filling.id))
        assert (moved.transition, moved.target) == ("receive", "finished")
    page = desk.text(f"/personnes/{key}")
    assert all(words in page for words in ("Pourquoi vient la personne ?", "Travail, Un logement", "Le matin"))
    assert "Un traitement" not in page
    assert "Quels soins ?" in page
    assert "Un traitement" in desk.text(f"/personnes/{key}/accueils/{intake.id}")
    # It stands on the thread once, and among no questionnaires.
    assert "Fiche d'accueil" not in desk.text(f"/personnes/{key}/questionnaires").partition("<main")[2]
    assert "Un logement" in desk.text("/accueil")


def test_what_was_answered_is_counted_beside_what_the_receptions_have(desk: Desk) -> None:
    content = desk.publish(second())
    desk.register(content, intake__item_joignable="Le matin")
    path = f"/questionnaires/resultats/{desk.centre.instrument}"
    page = plain(desk.coordinator.browser().get(path).get_data(as_text=True))
    assert "elles ne sont pas comptées ici" in page
    assert "Quand peut-on l'appeler ?" in page
    assert "Pourquoi vient la personne ?" not in page
    with desk.agent.at_work() as session:
        assert count_files(session, desk.agent.actor) == 1
        adoption = session.scalars(select(InstrumentAdoption)).one()
        assert (adoption.files, adoption.files_in_use) == (1, 1)


def test_an_earlier_reception_keeps_the_words_that_it_was_asked(desk: Desk) -> None:
    key = desk.register(intake__request_kinds="papers")
    content = desk.publish(second())
    other = desk.register(
        content,
        family_name="Rossi",
        given_names="Paul",
        birth_date=None,
        intake__request_kinds="housing",
        phone="0475 99 88 77",
    )
    desk.publish(with_item_instead(second(), replace(KINDS, label={"fr": "Encore autrement ?"}), "request_kinds"))
    first, then = desk.intakes()
    assert "Ce que la personne demande" in desk.text(f"/personnes/{key}")
    assert "Ce que la personne demande" in desk.text(f"/personnes/{key}/accueils/{first.id}")
    assert "Pourquoi vient la personne ?" in desk.text(f"/personnes/{other}")
    page = desk.text(f"/personnes/{other}/accueils/{then.id}")
    assert "Pourquoi vient la personne ?" in page
    assert "Fiche d'accueil, version 1" in page
    assert "Encore autrement ?" in desk.text("/accueil/nouveau")


def test_a_reception_is_corrected_on_its_version_and_two_who_do_see_both(desk: Desk) -> None:
    content = desk.publish(second())
    key = desk.register(content, intake__item_joignable="Le matin", intake__request="Un cours")
    desk.publish(HOUSE)
    (intake,) = desk.intakes()
    path = f"/personnes/{key}/accueils/{intake.id}"
    assert 'value="Le matin"' in desk.text(path)
    sent = {"channel": "visit", "request": "Un cours", "item_joignable": "Le soir", "_version": "1"}
    desk.browser.post(path, {**sent, "content": str(content)}, status=303)
    assert desk.answers() == {"joignable": "Le soir"}
    assert desk.intakes()[0].version == 2
    with desk.agent.at_work() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.verb == "intake.correct"))
        assert event.details == {"fields": ["answers"]}
    yours, theirs = versions_on(desk.browser.post(path, {**sent, "item_joignable": "Jamais"}, status=409))
    assert "Jamais" in yours
    assert "Le soir" in theirs
    # Saved as it was read, nothing changes.
    desk.browser.post(path, {**sent, "_version": "2"}, status=303)
    assert desk.intakes()[0].version == 2


def test_a_form_that_was_open_when_another_version_was_adopted_is_saved_as_it_was_read(desk: Desk) -> None:
    content = desk.publish(second())
    desk.publish(HOUSE)
    desk.register(content, intake__item_joignable="Le matin")
    with desk.agent.at_work() as session:
        assert session.scalars(select(InstrumentFilling.content_id)).all() == [content]


def test_a_form_that_names_no_version_of_the_basin_is_refused(desk: Desk) -> None:
    desk.publish(second())
    federation = desk.agent.federation
    elsewhere = a_centre(Federation(federation.app, federation.engine), name="Ailleurs", code="intake", kind="intake")
    foreign = elsewhere.publish_whole(second())
    with elsewhere.author.at_work() as session:
        content = next(row.id for row in contents_of(session, foreign) if row.released)
    for mark in (content, desk.agent.tenant.id, "pas une clé", f"{content}.encore"):
        desk.browser.post("/accueil/nouveau", typed(intake__content=str(mark)), status=404)
    assert desk.intakes() == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"intake__item_echeance": "12/03/2030"}, "cette question ne se pose pas"),
        ({"intake__urgent_needs": "deadline", "intake__item_echeance": "12/33/2030"}, "n'existe pas"),
        ({}, "Répondez à cette question."),
    ],
)
def test_answers_that_do_not_go_together_are_told_at_their_question_and_nothing_typed_is_lost(
    desk: Desk, answers: dict[str, str], said: str
) -> None:
    content = desk.publish(with_item_instead(second(), replace(REACHED, required=not answers), "joignable"))
    sent = typed(intake__content=str(content), intake__request="Mes mots", **answers)
    page = plain(desk.browser.post("/accueil/nouveau", sent, status=422).get_data(as_text=True))
    error = page.partition('id="field-intake-item_')[2]
    assert said in error.partition("</p>")[0] + error.partition('-error"')[2].partition("</p>")[0]
    assert "Mes mots" in page
    assert f'value="{content}"' in page
    assert desk.intakes() == []


def test_a_question_that_must_be_answered_says_so_and_the_page_too(desk: Desk) -> None:
    assert "l'accord suffisent" in desk.text("/accueil/nouveau")
    content = desk.publish(with_item_instead(second(), replace(REACHED, required=True), "joignable"))
    page = desk.text("/accueil/nouveau")
    assert "Jour et heure. Une réponse est attendue." in page
    assert "ce qui demande une réponse suffisent" in page
    desk.register(content, intake__item_joignable="Le matin")


def test_a_version_that_no_reception_can_be_noted_with_is_passed_over(desk: Desk, superuser: Engine) -> None:
    desk.publish(second())
    emptied = (
        "UPDATE instrument_content SET id = gen_random_uuid(), definition = jsonb_set(definition, '{sections}', '[]')"
        " WHERE released AND basin_id = :basin"
    )
    with superuser.begin() as connection:
        # As one that was published before an intake form had rules.
        connection.execute(text(emptied), {"basin": desk.agent.tenant.basin_id})
    page = desk.text("/accueil/nouveau")
    assert "Ce que la personne demande" in page
    assert "version 1" not in page


OF_OUR_OWN = Layer(
    hints={"joignable": {"fr": "Après l'école ?"}},
    items={"demande": (OwnItem("p_navette", ItemKind.YES_NO, {"fr": "Vient-elle avec la navette ?"}),)},
)


def test_a_platform_has_questions_of_its_own_in_its_form_where_the_centre_allows_it(desk: Desk) -> None:
    allowed = with_item_instead(second(), replace(REACHED, allows=frozenset({Latitude.HINT})), "joignable")
    sections = tuple(replace(one, allows=frozenset({Latitude.ADD})) for one in allowed.sections)
    allowed = replace(allowed, sections=sections)
    desk.publish(allowed)
    with desk.coordinator.at_work() as session:
        (version,) = asked_here(session, (InstrumentKind.INTAKE,))
        change_here(
            session,
            desk.coordinator.actor,
            version.instrument_id,
            (version.version_id, allowed),
            lambda _before: OF_OUR_OWN,
        )
    page = desk.text("/accueil/nouveau")
    assert "Après l'école ?" in page
    assert "Vient-elle avec la navette ?" in page
    mark = re.search(r'name="intake-content"[^>]*value="([^"]+)"', page)
    assert mark is not None
    key = desk.register(mark[1], intake__item_p_navette="yes")
    with desk.coordinator.at_work() as session:
        (version,) = asked_here(session, (InstrumentKind.INTAKE,))
        known = (version.version_id, allowed)
        change_here(session, desk.coordinator.actor, version.instrument_id, known, lambda _before: Layer())
    assert "navette" not in desk.text("/accueil/nouveau")
    assert "Vient-elle avec la navette ?" in desk.text(f"/personnes/{key}")
    (intake,) = desk.intakes()
    assert "Après l'école ?" in desk.text(f"/personnes/{key}/accueils/{intake.id}")
    with desk.agent.at_work() as session:
        assert session.scalars(select(InstrumentFilling.layer_id)).one() is not None


def test_an_answer_that_cannot_be_read_is_never_overwritten(desk: Desk, superuser: Engine) -> None:
    content = desk.publish(second())
    key = desk.register(content, intake__item_soins="Un traitement", intake__request="Un cours")
    with superuser.begin() as connection:
        connection.execute(text("UPDATE instrument_answer SET sealed = decode('00', 'hex') WHERE sealed IS NOT NULL"))
    (intake,) = desk.intakes()
    path = f"/personnes/{key}/accueils/{intake.id}"
    assert "Un traitement" not in plain(desk.browser.get(path, status=500).get_data(as_text=True))
    desk.browser.post(path, {"channel": "phone", "request": "Autre", "_version": "1"}, status=500)
    assert desk.intakes()[0].request == "Un cours"
    assert "Un cours" in desk.text(f"/personnes/{key}")


def test_what_cannot_wait_is_settled_in_the_words_of_its_version(desk: Desk) -> None:
    reworded = replace(second(), lists={**second().lists, "urgences": tuple(map(_louder, HOUSE.lists["urgences"]))})
    content = desk.publish(reworded)
    key = desk.register(content, intake__urgent_needs="food", intake__item_joignable="Le matin")
    assert "Ne peut pas attendre :</strong> ALIMENTATION" in desk.text(f"/personnes/{key}")
    (intake,) = desk.intakes()
    desk.browser.post(f"/personnes/{key}/accueils/{intake.id}/urgence", status=303)
    page = desk.text(f"/personnes/{key}")
    assert "Réglé : ALIMENTATION" in page
    assert "Ne peut pas attendre" not in page
    assert desk.answers() == {"joignable": "Le matin"}


def _louder(choice: Choice) -> Choice:
    return replace(choice, label={"fr": choice.label["fr"].upper()})


def test_a_reception_that_requires_a_certificate_warns_then_leads_to_the_courses(desk: Desk) -> None:
    code = a_school(desk.agent.federation).course.code
    desk.publish(replace(HOUSE, certificate=code, certificate_from=today() + timedelta(days=9)))
    assert "La fiche d'accueil demandera la formation « Accueillir une personne »" in desk.text("/accueil/nouveau")
    content = desk.publish(replace(HOUSE, certificate=code, certificate_from=today()))
    for browser in (desk.browser, desk.at_desk):
        answer = browser.get("/accueil/nouveau", status=303)
        assert answer.headers["Location"].endswith("/formations")
    desk.register(content)
    assert len(desk.intakes()) == 1
    services = desk.agent.federation.app.extensions["clais"]
    with desk.coordinator.at_work() as session:
        lacking = untrained(session, replace(HOUSE, certificate=code), services.permissions)
    assert lacking is not None
    assert "Julie Ska" in lacking[1], "the coordinator reads that those who receive lack it too"


def test_an_action_that_is_told_of_no_version_notes_the_first_one_of_the_house(desk: Desk, keyring: Keyring) -> None:
    desk.publish(second())
    person = registered(desk.agent, keyring, {"request": "Un emploi"})
    with desk.agent.at_work() as session:
        here = session.get_one(Person, (person.tenant_id, person.id))
        receive(session, desk.agent.actor, here, {"channel": "phone"})
    assert [row.filling_id for row in desk.intakes()] == [None, None]
    with desk.agent.at_work() as session:
        assert questions_here(session).definition == second()


def _saved(engine: Engine, browser: Browser, **more: str) -> list[str]:
    token = browser.csrf()
    sent = typed(csrf_token=token, birth_date=None, phone=None, intake__request="Un stage", **more)
    with statements(engine) as seen:
        assert browser.client.post(browser.url("/accueil/nouveau"), data=sent).status_code == 303
    return [shape(statement) for statement in seen]


def test_saving_a_reception_reads_its_version_and_writes_its_filling_and_asks_no_more(
    desk: Desk, engine: Engine
) -> None:
    _saved(engine, desk.browser, family_name="Une", given_names="Autre")
    before = _saved(engine, desk.browser, family_name="Dupont", given_names="Léa")
    content = str(desk.publish(second()))
    # That files are counted tonight is written once a day, and what was released is read once a process.
    _saved(engine, desk.browser, family_name="Martin", given_names="Luc", intake__content=content)
    after = _saved(engine, desk.browser, family_name="Petit", given_names="Eva", intake__content=content)
    assert sorted(after) == sorted([*before, "SELECT instrument", "INSERT instrument_filling"])


def test_the_form_costs_one_statement_and_the_file_and_the_reception_none(desk: Desk, engine: Engine) -> None:
    def counted(path: str) -> list[str]:
        return shapes(engine, desk.browser, path)

    key = desk.register(intake__request="Un stage")
    paths = ("/accueil/nouveau", f"/personnes/{key}", "/accueil")
    before = [counted(path) for path in paths]
    assert before[0].count("SELECT instrument") == 1
    content = desk.publish(second())
    sent = {"content": str(content), "channel": "visit", "item_joignable": "Le soir", "item_soins": "Un suivi"}
    desk.browser.post(f"/personnes/{key}/accueils/nouveau", sent, status=303)
    assert [counted(path) for path in paths] == before


def test_own_parts_beside_another_instrument_are_no_part_of_a_reception(desk: Desk) -> None:
    content = desk.publish(second())
    hint = layer_to_json(Layer(hints={"joignable": {"fr": "Chez nous."}}))
    with desk.coordinator.at_work() as session:
        layers = [
            InstrumentLayer(instrument_id=key, layer=hint, made_by="Paul Henin")
            for key in (desk.centre.instrument, new_id())
        ]
        session.add_all(layers)
        session.flush()
        ours, theirs = [f"{content}.{layer.id}" for layer in layers]
    desk.browser.post("/accueil/nouveau", typed(intake__content=theirs), status=404)
    assert desk.intakes() == []
    desk.register(ours)
