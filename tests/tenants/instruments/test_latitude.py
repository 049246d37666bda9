"""A platform has something of its own in an instrument: what the centre allows, on its own forms, and nothing else."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.instruments import released_versions
from clais.instruments.layers import layer_of
from clais.instruments.rules.definition import Choice, Item, ItemKind, Latitude
from clais.instruments.rules.local import Layer, OwnItem
from support_center.instruments.actions import drafts
from tenants.instruments import queries
from tenants.instruments.models import InstrumentLayer
from tenants.instruments.queries import layer_asked, layer_in_force
from tests.support.federation import Federation
from tests.support.instruments import ASKED, a_centre
from tests.support.pages import plain
from tests.support.referrals import a_person
from tests.support.statements import statements
from tests.tenants.questionnaires.rooms import Room, ahead

ADVICE = Item("avis", ItemKind.TEXT, {"fr": "Votre avis ?"}, {"fr": "En un mot."})
FREE = replace(ADVICE, allows=frozenset(Latitude))
WORDS = {"label_fr": "", "hint_fr": "", "choices": ""}
OWN = {"label_fr": "Avez-vous le permis ?", "hint_fr": "", "kind": "yes_no", "choices": "", "when": ""}


@dataclass
class Here(Room):
    """A platform that works with a version of a self-assessment."""

    version: UUID

    def use(self, *items: Item) -> None:
        """Publish these questions in one section, and adopt them."""
        self.version = self.publish(*items)
        self.coordinator.post(f"/outils-du-bassin/{self.version}/adoption", status=303)

    def publish(self, *items: Item) -> UUID:
        return self.centre.publish(ahead(9), *items)

    def ours(self, path: str = "") -> str:
        page = self.coordinator.get(f"/outils-du-bassin/{self.version}/chez-nous{path}").get_data(as_text=True)
        return plain(page)

    def post(self, path: str, sent: dict[str, str], status: int = 303) -> str:
        """Send a form of « Chez nous » as it stands, with these answers."""
        address = f"/outils-du-bassin/{self.version}/chez-nous{path}"
        page = self.coordinator.get(address).get_data(as_text=True)
        version = re.search(r'name="_version" value="([^"]+)"', page)
        assert version
        return plain(
            self.coordinator.post(address, {"_version": version[1], **sent}, status=status).get_data(as_text=True)
        )

    def press(self, path: str) -> None:
        self.coordinator.post(f"/outils-du-bassin/{self.version}/chez-nous{path}", status=303)

    def layers(self) -> list[Layer]:
        with self.agent.at_work() as session:
            found = session.scalars(select(InstrumentLayer).order_by(InstrumentLayer.made_at, InstrumentLayer.id))
            return [layer_of(row.layer) for row in found]

    def own(self) -> OwnItem:
        (found,) = [item for items in self.layers()[-1].items.values() for item in items]
        return found

    def adoption(self) -> InstrumentAdoption:
        with self.agent.at_work() as session:
            return session.scalars(select(InstrumentAdoption)).one()


@pytest.fixture
def here(federation: Federation) -> Here:
    centre = a_centre(federation, "Mon avis", "avis", kind="self_assessment")
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    return Here(centre, agent, agent.browser(), coordinator.browser(), a_person(agent).id, UUID(int=0))


def test_the_page_says_of_each_question_what_the_centre_allows(here: Here) -> None:
    here.use(replace(ADVICE, allows=frozenset({Latitude.HINT})), ASKED)
    page = here.ours()
    assert "Le centre permet : ajouter son aide." in page
    assert "Verrouillée : posée partout de la même façon." in page
    assert 'name="hint_fr"' in here.ours("/questions/avis")
    assert 'name="label_fr"' not in here.ours("/questions/avis")


def test_what_is_ours_is_asked_marked_and_kept_with_what_was_begun(here: Here) -> None:
    here.use(FREE, ASKED)
    earlier = here.begin()
    here.post("/questions/avis", {**WORDS, "label_fr": "Dites-nous votre avis.", "hint_fr": "Même court."})
    here.post("/rubriques/situation/question", OWN)
    assert "permis" not in here.text(f"/{earlier}")
    here.person = a_person(here.agent, "Dumont", "Ines").id
    filling = here.begin()
    form = here.text(f"/{filling}")
    assert "Dites-nous votre avis." in form
    assert "adaptée chez nous" in form
    assert re.search(r"chez nous</span></p>.{0,200}Avez-vous le permis \?", form)
    own = here.own().id
    here.finish(filling, 303, **{"avis": "Bien", own: "yes"})
    read = here.text(f"/{filling}")
    assert re.search(r"Avez-vous le permis \? <span[^>]*>chez nous", read)
    here.press(f"/retrait/item/{own}")
    assert "Avez-vous le permis ?" in here.text(f"/{filling}")
    paper = here.coordinator.get(f"/outils-du-bassin/{here.version}/papier").get_data(as_text=True)
    assert "adaptée chez nous" in plain(paper)
    assert "permis" not in paper
    assert here.adoption().local_parts == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"label_fr": "Autrement"}, "Le centre garde la formulation de cette question"),
        ({"hint_fr": "Une aide"}, "Le centre ne permet pas d'ajouter votre aide"),
        ({"skip": "true"}, "Le centre fait poser cette question partout"),
        ({"required": "true"}, "Le centre ne permet pas de rendre obligatoire"),
        ({"choices": "Peut-être"}, "Le centre ne permet pas d'ajouter une réponse"),
    ],
)
def test_a_crafted_form_crosses_no_lock_and_saves_nothing(here: Here, sent: dict[str, str], words: str) -> None:
    here.use(ADVICE, ASKED)
    assert words in here.post("/questions/avis", {**WORDS, **sent}, 422)
    assert here.layers() == []


def test_no_lock_on_a_section_or_on_the_whole_is_crossed(here: Here) -> None:
    here.use(ADVICE)
    page = here.post("/rubriques/situation/question", OWN, 422)
    assert "Le centre ne permet pas d'ajouter une question à cette rubrique." in page
    page = here.post("/rubrique", {"label_fr": "Chez nous"}, 422)
    assert "Le centre ne permet pas d'ajouter une rubrique à cet outil." in page
    here.press("/questions/avis/descendre")
    assert here.layers() == []


def test_without_locks_the_same_forms_pass(here: Here) -> None:
    """The planted fault of the two tests above: where nothing is locked, what they send is saved."""
    here.use(FREE, replace(ASKED, allows=frozenset(Latitude)))
    here.post("/questions/avis", {**WORDS, "label_fr": "Autrement", "hint_fr": "Une aide", "required": "true"})
    here.post("/rubriques/situation/question", OWN)
    here.post("/rubrique", {"label_fr": "Chez nous"})
    here.press("/questions/avis/descendre")
    assert len(here.layers()) == 4
    assert list(here.layers()[-1].orders) == ["situation"]


def test_no_more_is_added_than_an_instrument_can_hold(here: Here) -> None:
    here.use(FREE)
    many = "\n".join(f"réponse {number}" for number in range(101))
    page = here.post("/rubriques/situation/question", {**OWN, "kind": "one_of", "choices": many}, 422)
    assert "C'est plus qu'un outil ne peut contenir" in page
    assert here.layers() == []


def test_a_choice_is_added_and_counted_as_ours(here: Here) -> None:
    language = Item(
        "langue", ItemKind.ONE_OF, {"fr": "Votre langue ?"}, list="oui", allows=frozenset({Latitude.CHOICES})
    )
    with pytest.MonkeyPatch.context() as patch:
        made = drafts.change_draft
        lists = {"oui": (Choice("fr", {"fr": "français"}),)}
        patch.setattr(
            drafts,
            "change_draft",
            lambda session, actor, version, change: made(
                session, actor, version, lambda one: replace(change(one), lists=lists)
            ),
        )
        here.version = here.centre.publish(ahead(9), language)
    here.coordinator.post(f"/outils-du-bassin/{here.version}/adoption", status=303)
    here.post("/questions/langue", {**WORDS, "choices": "wallon\npicard"})
    codes = [choice.code for choice in here.layers()[-1].choices["langue"]]
    assert all(code.startswith("p_") for code in codes)
    for _ in range(5):
        here.person = a_person(here.agent, "Dumont", "Ines").id
        here.finish(here.begin(), langue=codes[0])
    address = f"/questionnaires/resultats/{here.centre.instrument}"
    page = plain(here.coordinator.get(address).get_data(as_text=True))
    assert re.search(r"wallon <span[^>]*>chez nous</span></th>.*?<span>100 %</span>", page)
    here.press(f"/retrait/choice/langue.{codes[0]}")
    assert "wallon" in here.coordinator.get(address).get_data(as_text=True)
    assert [choice.code for choice in here.layers()[-1].choices["langue"]] == codes[1:]


def test_an_own_question_is_changed_and_keeps_how_it_is_answered(here: Here) -> None:
    here.use(replace(FREE, id="oui", kind=ItemKind.YES_NO))
    here.post("/rubriques/situation/question", {**OWN, "when": "oui|yes"})
    own = here.own()
    assert own.shown_if == "${oui} = 'yes'"
    page = here.post(f"/nos-questions/{own.id}", {**OWN, "kind": "text", "when": "oui|yes"}, 422)
    assert "Les réponses sont gardées comme elles ont été données" in page
    here.post(f"/nos-questions/{own.id}", {**OWN, "label_fr": "Le permis B ?", "when": ""})
    assert (here.own().id, here.own().label, here.own().shown_if) == (own.id, {"fr": "Le permis B ?"}, "")


def test_who_comes_too_late_reads_both_and_loses_nothing(here: Here) -> None:
    here.use(FREE)
    address = f"/outils-du-bassin/{here.version}/chez-nous/questions/avis"
    page = here.coordinator.get(address).get_data(as_text=True)
    version = re.search(r'name="_version" value="([^"]+)"', page)
    assert version
    here.post("/questions/avis", {**WORDS, "hint_fr": "La première"})
    sent = {"_version": version[1], **WORDS, "hint_fr": "La seconde"}
    conflict = plain(here.coordinator.post(address, sent, status=409).get_data(as_text=True))
    assert "La seconde" in conflict
    assert "La première" in conflict


def test_a_new_version_says_what_goes_on_and_keeps_what_it_does_not_allow(here: Here) -> None:
    here.use(FREE, ASKED)
    here.post("/questions/avis", {**WORDS, "label_fr": "Dites-nous.", "hint_fr": "Même court."})
    here.post("/rubriques/situation/question", OWN)
    following = here.publish(replace(ADVICE, allows=frozenset({Latitude.HINT, Latitude.ADD})), ASKED)
    page = plain(here.coordinator.get(f"/outils-du-bassin/{following}/changements").get_data(as_text=True))
    assert "La version 2 ne permet pas tout." in page
    assert re.search(r"notre formulation, « Dites-nous\. »<small>Le centre garde la formulation", page)
    assert re.search(r"notre aide, « Même court\. »<small>continue", page)
    here.coordinator.post(f"/outils-du-bassin/{following}/adoption", status=303)
    here.version = following
    assert "Ne s'applique pas" in here.ours()
    form = here.text(f"/{here.begin()}")
    assert "Dites-nous." not in form
    assert "Même court." in form
    here.post("/questions/avis", {**WORDS, "hint_fr": "Court.", "label_fr": "Dites-nous."})
    page = here.post("/questions/avis", {**WORDS, "hint_fr": "Court.", "label_fr": "Dites autrement."}, 422)
    assert "Le centre garde la formulation" in page
    here.press("/retrait/label/avis")
    assert "Ne s'applique pas" not in here.ours()
    assert here.adoption().local_parts == 2


def test_the_centre_reads_how_many_parts_and_not_what_they_say(here: Here) -> None:
    here.use(FREE)
    here.post("/questions/avis", {**WORDS, "hint_fr": "Même court."})
    page = plain(here.centre.reviewer.browser().get("/outils").get_data(as_text=True))
    assert "1 partie propre" in page
    assert "Même court." not in page


def test_another_platform_is_asked_what_the_centre_asks(here: Here) -> None:
    here.use(FREE)
    here.post("/questions/avis", {**WORDS, "hint_fr": "Même court."})
    stranger = here.agent.federation.member(here.agent.federation.other_platform, "coordinator", "Anne Roland")
    browser = stranger.browser()
    browser.post(f"/outils-du-bassin/{here.version}/adoption", status=303)
    page = browser.get(f"/outils-du-bassin/{here.version}").get_data(as_text=True)
    assert "En un mot." in page
    assert "Même court." not in page
    with stranger.at_work() as session:
        assert layer_in_force(session, here.centre.instrument) is None
        assert not read_by(session, here)


def test_a_layer_that_a_process_knows_is_read_by_its_platform_alone(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.use(FREE)
    here.post("/questions/avis", {**WORDS, "hint_fr": "Même court."})
    with here.agent.at_work() as session:
        assert read_by(session, here)
    stranger = here.agent.federation.other_agent()
    with stranger.at_work() as session:
        assert not read_by(session, here)
        # The planted fault: what is kept for everyone is read by everyone.
        kept = {(stranger.tenant.id, *key[1:]): found for key, found in queries._ASKED.items()}
        monkeypatch.setattr(queries, "_ASKED", kept)
        assert read_by(session, here)


def read_by(session: ScopedSession, here: Here) -> bool:
    """Whether what is asked in the platform's own words is found."""
    ((_number, content),) = released_versions(session, here.centre.instrument)
    with here.agent.at_work() as own:
        layer = layer_asked(own, here.centre.instrument)
    assert layer
    return queries.asked_questionnaire(session, content, layer) is not None


def test_a_version_that_is_not_in_use_has_nothing_of_ours_and_an_agent_changes_nothing(here: Here) -> None:
    here.use(FREE)
    following = here.publish(FREE, ASKED)
    sent = {"_version": "", **WORDS, "hint_fr": "Même court."}
    here.coordinator.get(f"/outils-du-bassin/{following}/chez-nous", status=404)
    here.coordinator.post(f"/outils-du-bassin/{following}/chez-nous/questions/avis", sent, status=404)
    here.browser.get(f"/outils-du-bassin/{here.version}/chez-nous", status=403)
    here.browser.post(f"/outils-du-bassin/{here.version}/chez-nous/questions/avis", sent, status=403)
    assert here.layers() == []
    assert here.adoption().local_parts is None


def test_a_saved_answer_reads_no_layer_once_it_is_known(here: Here) -> None:
    here.use(FREE, ASKED)
    plain_one = here.begin()
    asked = [cost(here, plain_one, seen) for seen in range(3)]
    here.post("/questions/avis", {**WORDS, "hint_fr": "Même court."})
    here.person = a_person(here.agent, "Dumont", "Ines").id
    ours = here.begin()
    assert [cost(here, ours, seen) for seen in range(3)][1:] == asked[1:]


def cost(here: Here, filling: str, seen: int) -> int:
    """How many statements the saving of an answer takes."""
    with statements(here.agent.federation.engine) as sent:
        here.answer(filling, "enfants", str(seen + 1), seen=seen)
    assert sent
    return len(sent)
