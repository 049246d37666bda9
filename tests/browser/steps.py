"""The steps of the main job, as people take them on the screen."""

from playwright.sync_api import expect

from clais.clock import today
from tests.support.chromium import Visit

SCHEME = "Alternance – aide-ménagère"


def receive(visit: Visit) -> str:
    """Register a newcomer; gives the address of the file."""
    page = visit.page
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/accueil/nouveau")
    visit.check("intake")
    page.get_by_label("Nom de famille").fill("Marchetti")
    page.get_by_label("Prénom(s)").fill("Sofia")
    page.get_by_label("Date de naissance").fill("12/03/1992")
    page.get_by_label("Femme").check()
    page.get_by_label("Téléphone").first.fill("0470 12 34 56")
    page.get_by_label("Avec ses mots").fill("Voudrait travailler comme aide-ménagère, près de l'école.")
    page.get_by_label("Oralement, noté par l'agent").check()
    page.get_by_role("button", name="Inscrire").click()
    page.wait_for_url("**/personnes/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sofia Marchetti")
    visit.check("file-new")
    return page.url


def orient(visit: Visit) -> None:
    """A bilan, the decision that follows from it, and a plan."""
    page = visit.page
    page.get_by_role("link", name="Faire un bilan").first.click()
    page.wait_for_url("**/bilans/nouveau")
    for dimension, level in (
        ("Travail", "atout"),
        ("Garde d'enfants", "freine beaucoup"),
        ("Langues", "freine un peu"),
    ):
        page.get_by_role("group", name=dimension).first.get_by_role("radio", name=level, exact=True).first.check()
    visit.check("bilan")
    page.get_by_role("button", name="Enregistrer et décider").click()
    page.wait_for_url("**/orientations/nouvelle*")
    page.get_by_label("Formation en alternance").check()
    page.get_by_role("textbox", name="But").fill("Aide-ménagère à temps partiel, près de l'école")
    page.get_by_label("Pourquoi cette orientation ?").fill("Elle connaît le métier et veut un contrat.")
    visit.check("decision")
    page.get_by_role("button", name="Décider et passer au plan").click()
    page.wait_for_url("**/plan/nouveau*")
    visit.check("plan-new")
    page.get_by_role("button", name="Commencer le plan").click()
    page.wait_for_url("**/plan")
    visit.check("plan")


def wish(visit: Visit, file: str) -> None:
    """Find an occupation in ROME by the start of a word, with the keyboard."""
    page = visit.page
    page.goto(file)
    page.get_by_role("link", name="Parcours", exact=True).click()
    page.get_by_text("Ajouter un métier").click()
    box = page.get_by_role("combobox", name="Métier").first
    box.press_sequentially("aide menag", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.get_by_role("button", name="Ajouter").first.click()
    expect(page.get_by_text("ROME", exact=False).first).to_be_visible()


def refer(visit: Visit, file: str, ticked: tuple[str, ...] = ("Âge",)) -> None:
    """Choose the scheme, tick with her what goes beside what the scheme needs, have her agree, send."""
    page = visit.page
    page.goto(file)
    page.get_by_role("link", name="Orienter vers").first.click()
    visit.check("referral-where")
    page.get_by_role("link", name="Choisir").first.click()
    for label in ticked:
        page.get_by_label(label).check()
    expect(page.get_by_text(f"Les informations qui partent ({2 + len(ticked)})")).to_be_visible()
    page.get_by_label("But de l'orientation").fill("Travailler tout en apprenant, près de l'école.")
    # Only the letter that they have read is sent.
    expect(page.get_by_role("region", name="Mon accord")).to_contain_text("Travailler tout en apprenant")
    visit.check("referral-what")
    page.get_by_role("button", name="Sofia est d'accord à l'écran : envoyer").click()
    page.wait_for_url("**/relais/*")
    expect(page.get_by_text("FAR-R", exact=False).first).to_be_visible()
    visit.check("referral-sent")


def answer(visit: Visit, platform: str) -> None:
    """The support centre reads the need before the name, acknowledges and gives a seat."""
    page = visit.page
    page.goto("/")
    inbox = page.locator("main")
    expect(inbox).to_contain_text(SCHEME)
    expect(inbox).to_contain_text(platform)
    expect(inbox).not_to_contain_text("Marchetti")
    visit.check("inbox")
    page.locator("main").get_by_role("link", name="Accuser réception").first.click()
    visit.check("received")
    page.get_by_role("button", name="Accuser réception").click()
    page.get_by_role("button", name="Accepter et attribuer une place").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Accepter et attribuer une place").click()
    expect(page.get_by_text("Accepté : la place est attribuée.")).to_be_visible()
    visit.check("accepted")


def finish(visit: Visit) -> None:
    """It starts; some time later the result is reported."""
    page = visit.page
    page.get_by_role("link", name="Ouvrir le relais").click()
    page.get_by_role("button", name="Démarrer").click()
    # The session is still to come: the day on which it really began is asked.
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Depuis quel jour ?").fill(f"{today():%d/%m/%Y}")
    dialog.get_by_role("button", name="Démarrer").click()
    page.get_by_role("button", name="Donner le résultat").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator("select").select_option("hired")
    dialog.get_by_role("button", name="Donner le résultat").click()
    expect(page.get_by_text("Terminé").first).to_be_visible()
    visit.check("completed")
