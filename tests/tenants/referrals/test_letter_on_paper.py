"""The sheet of one page goes out with all of them: what the letter hides on paper, it hides on its own page only."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from clais.web.assets import STATIC
from clais.web.bundles import bundles
from config.features import FEATURES

pytestmark = pytest.mark.browser
SHEET = '<section class="sheet">Ce qui a changé</section>'
LETTER = '<section class="letter">Mon accord<div class="signatures"><span>Date</span></div></section>'


@pytest.fixture
def paper(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.emulate_media(media="print")
    yield page
    page.close()


def show(page: Page, content: str) -> None:
    styles, _scripts = bundles(STATIC, [feature.folder for feature in FEATURES])
    page.set_content(f"<main>{content}</main>")
    page.add_style_tag(content=styles.body.decode())


def test_a_list_of_referrals_is_printed(paper: Page) -> None:
    show(paper, SHEET)
    expect(paper.get_by_text("Ce qui a changé")).to_be_visible()


def test_a_letter_is_printed_alone_and_with_lines_to_sign_on(paper: Page) -> None:
    show(paper, SHEET + LETTER)
    expect(paper.get_by_text("Ce qui a changé")).to_be_hidden()
    expect(paper.get_by_text("Date")).to_be_visible()
    paper.emulate_media(media="screen")
    expect(paper.get_by_text("Ce qui a changé")).to_be_visible()
    expect(paper.get_by_text("Date")).to_be_hidden()
