"""The charter of words is an instrument: a page per term, and labels of fields lead there."""

from clais.clock import today
from clais.exchange.practice.words import EDITIONS
from clais.exchange.publications.instruments import shelf_of_basin
from clais.instruments.rules.definition import Item, ItemKind
from tenants.instruments import actions
from tests.support.federation import Federation, Member
from tests.support.instruments import Centre, a_centre
from tests.support.referrals import a_person


def word(code: str, label: str, meaning: str) -> Item:
    return Item(code, ItemKind.TEXT, {"fr": label}, {"fr": meaning})


GOAL = word("goal", "But", "Ce que la personne veut atteindre.")


def a_charter(federation: Federation) -> Centre:
    """A charter whose second version changes one word and adds another."""
    centre = a_centre(federation, "Charte des mots", "mots", kind="words")
    centre.publish(today(), GOAL)
    centre.publish(today(), word("goal", "But", "Ce qu'elle veut, dans ses mots."), word("frein", "Frein", "Se lève."))
    return centre


def read_anew(member: Member) -> None:
    """Let this process forget what it remembers, as it does after some seconds."""
    with member.at_work() as session:
        EDITIONS.drop(session)


def test_a_word_says_what_it_means_since_when_and_what_changed(federation: Federation) -> None:
    a_charter(federation)
    browser = federation.agent().browser()
    page = browser.get("/mots/goal").get_data(as_text=True)
    assert "dans ses mots" in page
    assert "Ce que la personne veut atteindre." in page  # What it was, in its past.
    assert "Le mot est entré dans la charte." in page
    browser.get("/mots/aucun", status=404)


def test_words_are_found_by_name_and_meaning(federation: Federation) -> None:
    a_charter(federation)
    page = federation.agent().browser().post("/mots", {"q": "FREIN"}, status=200).get_data(as_text=True)
    assert "/mots/frein" in page
    assert "/mots/goal" not in page


def test_it_is_told_who_agreed(federation: Federation) -> None:
    centre = a_charter(federation)
    coordinator = federation.member(federation.platform, "coordinator")
    with coordinator.at_work() as session:
        shelf = shelf_of_basin(session, centre.instrument)
        assert shelf is not None
        actions.adopt(session, coordinator.actor, shelf, shelf.to_adopt[-1])
    centre_pages, pages = centre.author.browser(), coordinator.browser()
    assert "1 plate-forme sur 2" in centre_pages.get("/mots/goal").get_data(as_text=True)
    assert "0 plate-forme sur 2" in centre_pages.get("/mots/frein").get_data(as_text=True)
    assert "adopté le" in pages.get("/mots/goal").get_data(as_text=True)
    assert "pas encore adopté" in pages.get("/mots/frein").get_data(as_text=True)


def test_the_label_of_a_field_leads_to_its_word_and_one_without_a_word_does_not(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent, "Marchetti", "Sofia")
    browser, form = agent.browser(), f"/personnes/{person.id}/orientations/nouvelle"
    assert "word-link" not in browser.get(form).get_data(as_text=True)
    a_charter(federation)
    read_anew(agent)
    page = browser.get(form).get_data(as_text=True)
    assert page.count('class="word-link"') == 1
    assert f"/{agent.tenant.slug}/mots/goal" in page
    assert "Ce que ce mot veut dire, dans un autre onglet" in page
