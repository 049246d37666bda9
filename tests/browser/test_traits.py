"""A page that has nothing but what was met on sound pages is not judged again: a fault makes it one that has more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support import accessibility
from tests.support.chromium import NARROW, WIDE, Visit

pytestmark = pytest.mark.browser
SOUND = """<!doctype html><html lang="fr" xml:lang="fr"><head>
<meta name="viewport" content="width=device-width"><title>t</title>
<style>.away { position: absolute; top: -80px } .plain { color: #555; text-decoration: none } p { color: #000 }
.box { height: 30px; overflow: auto } .low { height: 90px } .bare { list-style: none }</style></head><body>
<header><a class="away" href="#main">Au contenu</a><a href="/" accesskey="a">Maison</a>
<button type="button" accesskey="b">Aide</button></header>
<nav aria-label="Menu"><ul><li><a href="/x">Un</a></li></ul></nav><nav aria-label="Pages"><a href="/y">Deux</a></nav>
<main id="main" tabindex="-1"><h1>Titre</h1><h2>Partie</h2><h3>Détail</h3>
<p>Un texte avec <a href="/z">un lien</a> dedans.</p><p lang="nl">Hallo</p><p style="letter-spacing: 1px">Serré</p>
<form action="/f"><label for="n">Nom</label><input id="n" aria-describedby="hint" autocomplete="name">
<p id="hint">Ici</p><label for="m">Note</label><textarea id="m" title="Note"></textarea><label for="s">Choix</label>
<select id="s"><option>a</option></select><input type="submit" value="Envoyer"><button><b>Oui</b></button>
<input type="image" alt="Envoyer" src="data:,"><button aria-label="Fermer ceci">Fermer</button></form>
<img alt="Une maison" src="data:,"><p><img alt="" src="data:,"> Une porte</p><svg role="img" aria-label="Dessin"></svg>
<span role="img" aria-label="Fleur"></span><dl><dt>Mot</dt><dd>Sens</dd></dl><ol><li>Premier</li></ol>
<details><summary>Plus</summary><p>Suite</p></details><div class="box" tabindex="0"><p class="low">Long</p></div>
<table><caption>Liste</caption><thead><tr><th scope="col" id="c">Colonne</th><th scope="col">Autre</th></tr></thead>
<tbody><tr><td headers="c">1</td><td>2</td></tr></tbody></table>
<table summary="Ce qui est compté"><caption>Comptes</caption><tbody><tr><td>1</td></tr></tbody></table>
<div role="alertdialog" aria-label="Question"><p>Sûr ?</p></div>
<div aria-hidden="true"><button tabindex="-1">x</button></div>
<div role="checkbox" aria-checked="true" aria-label="Coché" tabindex="0"></div>
<input type="checkbox" aria-label="Vu">
<div role="listbox" aria-label="Options" tabindex="0"><div role="option" aria-selected="true">Une</div></div>
<div role="progressbar" aria-label="Avance" aria-valuenow="3"></div>
<div role="meter" aria-label="Part" aria-valuenow="3"></div><div role="tooltip">Bulle</div>
<div role="tree" aria-label="Arbre"><div role="treeitem" aria-selected="false">A</div></div>
<div role="tablist"><div role="tab" tabindex="0" aria-selected="true">Onglet</div></div>
<div role="button" tabindex="0">Presser</div><div role="note">Note</div><span role="text">Dit <b>ainsi</b></span>
<div role="slider" aria-label="Combien" aria-valuenow="3" tabindex="0"></div><span role="none">Rien</span>
<button aria-label="Point" aria-braillelabel="pt">Point</button></main><footer>Pied</footer></body></html>"""
"""A page with something of each kind that axe judges, in order."""
FAULTS = {
    "accesskeys": ('accesskey="b"', 'accesskey="a"'),
    "aria-allowed-attr": ('<div role="note">', '<div role="note" aria-checked="true">'),
    "aria-allowed-role": ("<ol><li>Premier", '<ol><li role="img" aria-label="a">Premier'),
    "aria-command-name": ("Presser", ""),
    "aria-conditional-attr": ('<input type="checkbox"', '<input type="checkbox" aria-checked="true"'),
    "aria-deprecated-role": ('role="note"', 'role="directory"'),
    "aria-dialog-name": ('aria-label="Question"', ""),
    "aria-hidden-body": ("<body>", '<body aria-hidden="true">'),
    "aria-hidden-focus": ('<button tabindex="-1">x', "<button>x"),
    "aria-input-field-name": ('aria-label="Combien"', ""),
    "aria-meter-name": ('aria-label="Part"', ""),
    "aria-progressbar-name": ('aria-label="Avance"', ""),
    "aria-prohibited-attr": ('<div role="note">Note', '<div role="code" aria-label="Note">'),
    "aria-required-attr": (' aria-checked="true"', ""),
    "aria-required-children": ('<div role="option" aria-selected="true">Une</div>', '<div role="note">Une</div>'),
    "aria-required-parent": ('<div role="tablist">', "<div>"),
    "aria-roles": ('role="note"', 'role="nothing-known"'),
    "aria-tab-name": ("Onglet", ""),
    "aria-text": ("<b>ainsi</b>", '<a href="/x">ainsi</a>'),
    "aria-toggle-field-name": ('aria-label="Coché"', ""),
    "aria-tooltip-name": ("Bulle", ""),
    "aria-treeitem-name": ('aria-selected="false">A<', 'aria-selected="false"><'),
    "aria-valid-attr-value": ('aria-selected="true">Une', 'aria-selected="peut-être">Une'),
    "aria-valid-attr": ('aria-describedby="hint"', 'aria-descrobedby="hint"'),
    "autocomplete-valid": ('autocomplete="name"', 'autocomplete="nom"'),
    "avoid-inline-spacing": ("letter-spacing: 1px", "letter-spacing: 1px !important"),
    "blink": ("Hallo", "<blink>Hallo</blink>"),
    "button-name": ("<b>Oui</b>", "<b hidden>Oui</b>"),
    "definition-list": ("<dl><dt>", "<dl><p>Vide</p><dt>"),
    "dlitem": ("<dl><dt>Mot</dt><dd>Sens</dd></dl>", "<div><dt>Mot</dt><dd>Sens</dd></div>"),
    "document-title": ("<title>t</title>", ""),
    "empty-heading": ("<h3>Détail</h3>", "<h3></h3>"),
    "empty-table-header": (">Autre</th>", "></th>"),
    "heading-order": ("<h2>Partie</h2>", ""),
    "html-has-lang": (' lang="fr" xml:lang="fr"', ""),
    "html-lang-valid": ('<html lang="fr" xml:lang="fr"', '<html lang="français"'),
    "html-xml-lang-mismatch": ('xml:lang="fr"', 'xml:lang="nl"'),
    "image-alt": ('<img alt="Une maison"', "<img"),
    "image-redundant-alt": ('<p><img alt=""', '<p><a href="/"><img alt="Une porte"'),
    "input-button-name": ('type="submit" value="Envoyer"', 'type="submit" value=""'),
    "input-image-alt": ('type="image" alt="Envoyer"', 'type="image" alt=""'),
    "label": ('<label for="n">Nom</label>', '<label for="n"><span hidden>Nom</span></label>'),
    "label-content-name-mismatch": ('aria-label="Fermer ceci"', 'aria-label="Ouvrir"'),
    "label-title-only": ('<label for="m">Note</label>', ""),
    "landmark-banner-is-top-level": ('<div role="note">', '<div role="banner">'),
    "landmark-contentinfo-is-top-level": ('<div role="note">', '<div role="contentinfo">'),
    "landmark-main-is-top-level": ('<div role="note">', '<div role="main">'),
    "landmark-no-duplicate-banner": ("<nav", "<header>Encore</header><nav"),
    "landmark-no-duplicate-contentinfo": ("<footer>", "<footer>Encore</footer><footer>"),
    "landmark-no-duplicate-main": ("<footer>", "<main>Encore</main><footer>"),
    "landmark-one-main": ('<main id="main" tabindex="-1">', '<div id="main" tabindex="-1">'),
    "landmark-unique": ('aria-label="Pages"', 'aria-label="Menu"'),
    "link-in-text-block": ('<a href="/z">', '<a class="plain" href="/z">'),
    "link-name": ('<a href="/x">Un</a>', '<a href="/x"></a>'),
    "list": ("<ol><li>", "<ol><div>Non</div><li>"),
    "listitem": ("<ol><li>Premier</li></ol>", "<div><li>Premier</li></div>"),
    "marquee": ("Hallo", "<marquee>Hallo</marquee>"),
    "meta-refresh": ("<meta", '<meta http-equiv="refresh" content="900"><meta'),
    "meta-viewport": ("width=device-width", "width=device-width, user-scalable=no"),
    "meta-viewport-large": ("width=device-width", "width=device-width, maximum-scale=3"),
    "nested-interactive": ("Presser", '<a href="/x">Presser</a>'),
    "page-has-heading-one": ("<h1>Titre</h1>", ""),
    "presentation-role-conflict": ('<p><img alt=""', '<p><img alt="" tabindex="0"'),
    "region": ("<footer>", "<p>Dehors</p><footer>"),
    "role-img-alt": ('aria-label="Fleur"', ""),
    "scope-attr-valid": ('<th scope="col">', '<th scope="colonne">'),
    "scrollable-region-focusable": ('class="box" tabindex="0"', 'class="box"'),
    "select-name": ('<label for="s">Choix</label>', ""),
    "skip-link": ('href="#main"', 'href="#nulle-part"'),
    "summary-name": ("<summary>Plus</summary>", "<summary></summary>"),
    "svg-img-alt": ('aria-label="Dessin"', ""),
    "tabindex": ('class="box" tabindex="0"', 'class="box" tabindex="3"'),
    "table-duplicate-name": ("Ce qui est compté", "Comptes"),
    "td-headers-attr": ('headers="c"', 'headers="n"'),
    "valid-lang": ('lang="nl"', 'lang="néerlandais"'),
}  # fmt: skip
"""By the rule that finds it, what is changed in the sound page to make it faulty."""
MEASURED_BY_LOOKS = {"color-contrast"}
"""What test_accessibility.py is about."""
NEVER_SURE = {"form-field-multiple-labels", "server-side-image-map", "th-has-data-cells"}
"""Rules that leave it to people whether something is wrong, as those do that say so themselves."""
UNREADABLE = {
    "area-alt": '<map name="a"><area href="/x"></map>',
    "frame-title": '<iframe srcdoc="x"></iframe>',
    "frame-title-unique": '<iframe title="a" srcdoc="x"></iframe><iframe title="a" srcdoc="x"></iframe>',
    "frame-focusable-content": '<iframe title="a" tabindex="-1" srcdoc="<button>x</button>"></iframe>',
    "frame-tested": '<iframe title="a" srcdoc="x"></iframe>',
    "no-autoplay-audio": "<audio autoplay></audio>",
    "object-alt": '<object data="data:,"></object>',
    "video-caption": "<video></video>",
}
"""By rule, what makes a page one that axe judges each time."""
RULES = """() => axe._audit.rules
  .filter(rule => rule.enabled && !rule.reviewOnFail && !rule.tags.some(tag => /experimental|deprecated/.test(tag)))
  .map(rule => rule.id)"""
"""The rules that find faults on a page when nothing else is said."""
ONE_RULE = """async rule => {
  const found = await axe.run(document, { runOnly: { type: "rule", values: [rule] }, preload: false });
  return found.violations.map(fault => fault.id);
}"""


@pytest.fixture(scope="module")
def visit(chromium: Browser) -> Iterator[Visit]:
    """A page on which nothing else is looked at."""
    context = chromium.new_context(viewport={"width": WIDE, "height": 900})
    yield Visit(context.new_page())
    context.close()


@pytest.fixture(scope="module")
def of_sound_pages(visit: Visit) -> set[int]:
    """The traits of the sound page, which axe has judged."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accessibility, "sound", set())
        visit.page.set_content(SOUND)
        assert visit.violations() == []
        return accessibility.sound


@pytest.fixture(autouse=True)
def known(of_sound_pages: set[int], monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Nothing but the sound page was met before."""
    fresh = set(of_sound_pages)
    monkeypatch.setattr(accessibility, "sound", fresh)
    return fresh


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows when axe is asked."""
    asked: list[str] = []

    def judge(_page: Page, within: str | None) -> list[str]:
        asked.append(within or "page")
        return []

    monkeypatch.setattr(accessibility, "judge", judge)
    return asked


@pytest.mark.parametrize("rule", FAULTS)
def test_a_sound_page_is_judged_again_when_it_gets_a_fault(
    rule: str, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Axe is asked about this rule alone."""
    monkeypatch.setattr(accessibility, "judge", lambda page, _part: page.evaluate(ONE_RULE, rule))
    right, wrong = FAULTS[rule]
    assert right in SOUND
    visit.page.set_content(SOUND.replace(right, wrong, 1))
    assert visit.violations() == [rule]


def test_what_is_wrong_is_never_taken_for_known(visit: Visit) -> None:
    for _time in range(2):
        visit.page.set_content(SOUND.replace("<b>Oui</b>", ""))
        assert [fault.partition(":")[0] for fault in visit.violations()] == ["button-name"]


@pytest.mark.parametrize("rule", UNREADABLE)
def test_a_page_with_what_is_not_looked_into_is_always_judged(rule: str, visit: Visit, judged: list[str]) -> None:
    for _time in range(2):
        visit.page.set_content(SOUND.replace("<footer>", f"<footer>{UNREADABLE[rule]}"))
        visit.violations()
    assert judged == ["page", "page"]


def test_there_is_a_fault_for_each_rule_of_axe(visit: Visit) -> None:
    visit.page.set_content(SOUND)
    accessibility.bring_axe(visit.page)
    assert {*FAULTS, *UNREADABLE, *MEASURED_BY_LOOKS, *NEVER_SURE} >= set(visit.page.evaluate(RULES))


def test_the_same_page_about_someone_else_is_not_judged_again(visit: Visit, judged: list[str]) -> None:
    visit.page.set_content(
        SOUND.replace("Titre", "Autre titre").replace("</li></ul>", "</li><li><a href='/q'>Q</a></ul>")
    )
    for width in (WIDE, NARROW):
        visit.page.set_viewport_size({"width": width, "height": 900})
        assert visit.violations() == []
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
    assert judged == []


def test_what_is_wrong_on_a_narrow_screen_alone_is_found_there(visit: Visit) -> None:
    wide = '<div class="box"><svg width="600" height="9"></svg></div><p lang="nl">'
    visit.page.set_content(SOUND.replace('<p lang="nl">', wide))
    assert visit.violations() == []
    visit.page.set_viewport_size({"width": NARROW, "height": 900})
    assert [fault.partition(":")[0] for fault in visit.violations()] == ["scrollable-region-focusable"]
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
