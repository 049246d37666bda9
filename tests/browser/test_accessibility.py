"""Contrast is measured once for each look of a text: a text that looks otherwise is measured again."""

from collections.abc import Callable

import pytest

from tests.support import accessibility
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="fr"><title>t</title>
<style>main { background: rgb(255, 255, 255); color: rgb(40, 40, 40) } .pale { color: rgb(200, 200, 200) }
.dark { background: rgb(20, 20, 20) } .over { position: absolute; top: 0 } .gone { clip-path: inset(50%) }</style>
<main><h1>Titre</h1><p>Lisible</p>PART</main></html>"""
FAINT = [
    '<p class="pale">Pâle</p>',
    '<div class="dark"><p>Sombre sur sombre</p></div>',
    '<p style="color: rgb(190, 190, 190)">Pâle aussi</p>',
    '<p style="opacity: .3">Voilé</p>',
    '<div style="opacity: .3"><p style="background: rgb(255, 255, 255)">Voilé sur du blanc</p></div>',
    '<div class="dark" style="position: absolute; inset: 0"></div><p class="over">Posé sur du sombre</p>',
    '<label>Nom <input value="pâle" style="color: rgb(200, 200, 200)"></label>',
]


@pytest.fixture
def visit(visitor: Callable[[], Visit], monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A page of a browser, of which nothing was measured yet."""
    monkeypatch.setattr(accessibility, "enough", set())
    return visitor()


def faults(visit: Visit, part: str) -> list[str]:
    visit.page.set_content(PAGE.replace("PART", part))
    return [fault for fault in visit.violations() if fault.startswith("color-contrast")]


@pytest.mark.parametrize("part", FAINT, ids=range(len(FAINT)))
def test_a_text_that_is_too_faint_is_found_beside_one_that_is_not_each_time_it_is_met(visit: Visit, part: str) -> None:
    assert faults(visit, "") == []
    assert faults(visit, part)
    assert faults(visit, part), "what is wrong is never taken for known"


def test_the_same_colours_are_measured_where_they_were_exempt_or_hidden_before(visit: Visit) -> None:
    faint = '<button type="button" class="pale" style="background: white"%s>Envoyer</button>'
    assert faults(visit, faint % " disabled") == []
    assert faults(visit, faint % "")
    assert faults(visit, '<p class="pale gone">Pâle</p>') == []
    assert faults(visit, '<p class="pale">Pâle</p>')


def test_what_shines_through_a_veil_is_part_of_the_look(visit: Visit) -> None:
    veiled = '<div style="opacity: .7"><p style="background: rgb(80, 80, 80); color: white">Voilé</p></div>'
    assert faults(visit, f'<div style="background: black">{veiled}</div>') == []
    assert faults(visit, veiled)


def test_a_colour_that_is_enough_for_large_words_alone_is_found_under_small_ones(visit: Visit) -> None:
    grey = '<p style="color: rgb(140, 140, 140); font-size: SIZE; font-weight: WEIGHT">Gris</p>'
    for size, weight in (("40px", "400"), ("24px", "400"), ("20px", "700")):
        assert faults(visit, grey.replace("SIZE", size).replace("WEIGHT", weight)) == []
    for size, weight in (("16px", "700"), ("16px", "400"), ("20px", "400")):
        assert faults(visit, grey.replace("SIZE", size).replace("WEIGHT", weight))


def test_a_look_that_was_measured_is_not_measured_again(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(visit, "<p>Encore lisible</p>") == []
    measured: list[str] = []
    evaluate = visit.page.evaluate

    def watched(script: str, *given: object) -> object:
        measured.append(script)
        return evaluate(script, *given)

    monkeypatch.setattr(visit.page, "evaluate", watched)
    assert faults(visit, "<p>Toujours lisible</p>") == []
    assert not [script for script in measured if "accessibility.contrast" in script]


def test_the_next_page_of_a_window_has_axe_at_hand_and_is_judged_as_the_first_one_was(visit: Visit) -> None:
    nameless = "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')"
    at_hand = []
    for _page in range(2):
        visit.page.goto("/connexion")
        at_hand.append(visit.page.evaluate("'bringAxe' in window"))
        visit.page.evaluate(nameless)
        assert any(fault.startswith("image-alt: ") for fault in visit.violations())
    assert at_hand == [False, True]
