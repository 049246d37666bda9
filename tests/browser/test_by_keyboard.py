"""The main job without a mouse: the focus is seen, is never lost, goes on in order, and is led to what is wrong."""

import re
from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.hands import Hands
from tests.browser.steps import SCHEME
from tests.isolation.pages import Step
from tests.support.chromium import Visit
from tests.support.federation import PASSWORD, Federation, Member
from tests.support.referrals import a_scheme

pytestmark = pytest.mark.browser
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def enter(hands: Hands, member: Member) -> None:
    """Sign in; a wrong password first, since the focus must then be on what says so."""
    page = hands.page
    page.goto("/connexion")
    hands.write("Adresse e-mail", member.email)
    hands.write("Mot de passe", "ce n'est pas lui")
    hands.press("Enter")
    expect(page.locator(".errors")).to_be_focused()
    hands.write("Mot de passe", PASSWORD)
    hands.press("Enter")
    page.wait_for_url(f"**/{member.tenant.slug}/**")


def receive(hands: Hands) -> None:
    """Register a newcomer, at first without a name."""
    page = hands.page
    hands.press("Alt+n")
    page.wait_for_url("**/accueil/nouveau")
    hands.skip_to_content()
    hands.act("button", "Inscrire")
    expect(page.locator(".errors")).to_be_focused()
    hands.press("Tab", "Enter")
    expect(page.get_by_label("Prénom(s)")).to_be_focused()
    page.keyboard.type("Sofia")
    hands.write("Nom de famille", "Marchetti")
    hands.write("Date de naissance", "12/03/1992")
    hands.choose(page.get_by_label("Femme"))
    with hands.keeping_the_focus(), page.expect_response("**/doublons"):
        hands.write("Avec ses mots", "Voudrait travailler comme aide-ménagère.")
        hands.write("Téléphone", "0470 12 34 56")
    hands.choose(page.get_by_label("Oralement, noté par l'agent"))
    hands.act("button", "Inscrire")
    page.wait_for_url("**/personnes/*")


def orient(hands: Hands) -> None:
    """Bilan, decision, plan; then a step is done in its place on the page."""
    page = hands.page
    hands.skip_to_content()
    hands.act("link", "Faire un bilan")
    page.wait_for_url("**/bilans/nouveau")
    hands.skip_to_content()
    for dimension, level in (
        ("Travail", "atout"),
        ("Garde d'enfants", "freine beaucoup"),
        ("Langues", "freine un peu"),
    ):
        group = page.get_by_role("group", name=dimension).first
        hands.choose(group.get_by_role("radio", name=level, exact=True).first)
    hands.act("button", "Enregistrer et décider")
    page.wait_for_url("**/orientations/nouvelle*")
    hands.skip_to_content()
    hands.choose(page.get_by_label("Formation en alternance"))
    hands.write("But", "Aide-ménagère à temps partiel, près de l'école")
    hands.write("Pourquoi cette orientation ?", "Elle connaît le métier et veut un contrat.")
    hands.act("button", "Décider et passer au plan")
    page.wait_for_url("**/plan/nouveau*")
    hands.skip_to_content()
    hands.act("button", "Commencer le plan")
    page.wait_for_url("**/plan*")
    hands.skip_to_content()
    hands.reach(page.locator("summary", has_text="Ajouter une étape").first)
    hands.press("Enter")
    hands.reach(page.get_by_label("Étape", exact=True).filter(visible=True).first)
    page.keyboard.type("Visiter la crèche")
    steps = page.locator("#plan-steps")
    with hands.keeping_the_focus():
        hands.press("Enter")
        expect(steps.get_by_role("button", name="Fait")).to_be_visible()
    with hands.keeping_the_focus():
        hands.act("button", "Fait", steps)
        expect(steps.get_by_role("button", name="Remettre à faire")).to_be_focused()


def refer(hands: Hands) -> None:
    """Find the file again, choose, tick, agree, send."""
    page = hands.page
    page.keyboard.press("/")
    expect(page.locator("#search-everywhere")).to_be_focused()
    page.keyboard.type("marchet")
    expect(page.get_by_role("option", name="Sofia Marchetti")).to_be_visible()
    hands.press("ArrowDown", "Enter")
    page.wait_for_url("**/personnes/*-*")
    hands.skip_to_content()
    hands.act("link", "Orienter vers")
    page.wait_for_url("**/orienter*")
    hands.skip_to_content()
    hands.act("link", "Choisir")
    page.wait_for_url("**/relais/nouveau?scheme=*")
    hands.skip_to_content()
    with hands.keeping_the_focus(), page.expect_response("**/relais/lettre*"):
        hands.tick("Âge")
    expect(page.get_by_text("Les informations qui partent (3)")).to_be_visible()
    hands.write("But de l'orientation", "Travailler tout en apprenant, près de l'école.")
    # Sofia reads it before she agrees.
    expect(page.locator("#letter")).to_contain_text("Travailler tout en apprenant, près de l'école.")
    hands.act("button", "Sofia est d'accord à l'écran : envoyer")
    expect(page.get_by_text("FAR-R", exact=False).first).to_be_visible()


def answer(hands: Hands) -> None:
    """Open, acknowledge, accept with a seat: the dialog takes the focus, gives it back, and keeps it inside."""
    page = hands.page
    hands.skip_to_content()
    hands.act("link", "Accuser réception", page.locator("main"))
    page.wait_for_url("**/a-traiter/*")
    hands.skip_to_content()
    hands.act("button", "Accuser réception")
    opener = page.get_by_role("button", name="Accepter et attribuer une place").first
    expect(opener).to_be_visible()
    hands.skip_to_content()
    hands.reach(opener)
    hands.press("Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    first = "document.activeElement.matches('dialog[open] form :is(input, select, textarea)')"
    assert page.evaluate(first), "the first field of the dialog takes the focus"
    hands.press("Escape")
    expect(opener).to_be_focused()
    hands.press("Enter")
    hands.choose(dialog.get_by_role("radio").first)
    hands.act("button", "Accepter et attribuer une place", dialog)
    expect(page.get_by_text("Accepté : la place est attribuée.")).to_be_visible()


@pytest.mark.usefixtures("reference_data")
def test_a_person_goes_from_the_door_to_a_seat_by_keyboard_alone(
    federation: Federation, visitor: Callable[[], Visit]
) -> None:
    agent, officer = federation.agent(), federation.officer()
    a_scheme(officer, name=SCHEME)
    desk, centre = Hands(visitor().page), Hands(visitor().page)
    enter(desk, agent)
    receive(desk)
    orient(desk)
    refer(desk)
    enter(centre, officer)
    answer(centre)
    assert sorted({*desk.faults, *centre.faults}) == []


def replaced_in_place(steps: Iterable[Step]) -> dict[str, tuple[str, str]]:
    """Of each kind of control that htmx answers in place: a page that has it, and the address that it asks."""
    found: dict[str, tuple[str, str]] = {}
    for step in steps:
        for tag, attributes in step.page.elements:
            address = attributes.get("hx-post") or attributes.get("hx-get")
            if address and tag in {"form", "a", "button"}:
                found.setdefault(KEY.sub("*", address), (step.path, address))
    return found


def lost_by(visit: Visit, controls: dict[str, tuple[str, str]]) -> list[str]:
    """The controls that lose the focus when they are pressed by keyboard."""
    lost, page = [], visit.page
    for kind, (path, address) in controls.items():
        page.goto(path)
        pressed = f'[hx-post="{address}"] button:not([type=button]), [hx-get="{address}"]'
        control = page.locator(pressed).first
        control.evaluate("""control => {
          const part = control.closest("[data-part][hidden]");
          if (part) location.hash = part.id;
          for (let at = control.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
        }""")
        expect(control).to_be_visible()
        control.focus()
        with page.expect_response(re.compile(re.escape(address) + "$")):
            page.keyboard.press("Enter")
            if page.locator("#confirm-dialog[open]").count():
                page.locator("#confirm-act").focus()
                page.keyboard.press("Enter")
        page.wait_for_timeout(80)
        if page.evaluate("document.activeElement === document.body"):
            lost.append(kind)
    return lost


@pytest.mark.usefixtures("nothing_is_kept")
def test_nothing_that_is_replaced_in_its_place_takes_the_focus_away(
    shown: Callable[[str], list[Step]], in_role: Callable[[str], Visit]
) -> None:
    controls, visit = replaced_in_place(shown("coordinator")), in_role("coordinator")
    assert len(controls) > 5
    assert lost_by(visit, controls) == []
    # Without what takes care of it, it would be: the same controls, with our own script held back.
    visit.page.context.route("**/clais.*.js", lambda route: route.abort())
    assert lost_by(visit, dict(list(controls.items())[:3]))


PLANTED = """
<!doctype html><title>t</title><main>
<style>button { display: block } #bare:focus { outline: none } #low { position: absolute; top: 300px }
#over { position: fixed; inset: 400px 0 0; background: white } #under { position: absolute; top: 500px }</style>
<button id="bare">a</button><button id="low">b</button><button id="high">c</button><button id="under">d</button>
<button id="end">e</button><div id="over"></div></main>
"""


def test_a_focus_that_is_not_seen_or_goes_back_is_reported(visitor: Callable[[], Visit]) -> None:
    page: Page = visitor().page
    page.set_content(PLANTED)
    hands = Hands(page)
    hands.reach(page.locator("#end"))
    reported = [(fault.partition(" <")[0], fault.partition('id="')[2].partition('"')[0]) for fault in hands.faults]
    assert reported == [
        ("t: no ring around", "bare"),
        ("t: back up to", "high"),
        ("t: out of sight:", "under"),
        ("t: back up to", "end"),
    ]
    with pytest.raises(AssertionError, match="the focus is lost"), hands.keeping_the_focus():
        page.locator("#end").evaluate("end => end.remove()")
