"""Sheets and scripts: linked once, short, one place a component, nothing unused. Each rule has its planted fault."""

import re
from collections import Counter
from collections.abc import Iterable

from clais.web.assets import STATIC
from clais.web.bundles import SCRIPTS, SHEETS
from config.features import FEATURES
from tests.architecture.sources import PLACES, ROOT
from tests.architecture.stylesheets import (
    OF_A_LIBRARY,
    Text,
    classes,
    programs,
    selectors,
    sheets,
    templates,
    used_classes,
)

LONGEST_SHEET = 200
FRAME = "platform/clais/web/templates/_base.html"
"""The one template that links sheets and scripts, in its head."""
LINK = re.compile(r"<link\b[^>]*\brel=[\"']?stylesheet[^>]*>|<script\b[^>]*>", re.IGNORECASE)


def check_links(pages: Iterable[Text]) -> list[str]:
    """Sheets and scripts that are linked elsewhere than in the head of every page."""
    problems = []
    for path, text in pages:
        searched = text.partition("</head>")[2] if path == FRAME else text
        problems += [f"{path}: {found[0]}" for found in LINK.finditer(searched)]
    return problems


def test_no_page_links_a_sheet_or_a_script_of_its_own() -> None:
    assert check_links(templates()) == []
    assert LINK.search((ROOT / FRAME).read_text())


def test_a_link_in_a_page_or_in_the_body_of_all_pages_is_found() -> None:
    link = '<link rel="stylesheet" href="{{ asset_url(\'css/x.css\') }}">'
    assert check_links([("tenants/planted/templates/planted/index.html", f"{{% block head %}}{link}{{% endblock %}}")])
    assert check_links([(FRAME, f"<head>{link}</head><body>")]) == []
    assert check_links([(FRAME, f"<head></head><body>{link}")])
    assert check_links([("planted.html", '<script nonce="{{ csp_nonce() }}" src="x.js" defer></script>')])


def check_sheet_lengths(found: Iterable[Text]) -> list[str]:
    """Sheets that are two things."""
    return [f"{path}: {count} lines" for path, text in found if (count := len(text.splitlines())) > LONGEST_SHEET]


def test_no_sheet_is_two_things() -> None:
    assert check_sheet_lengths(sheets()) == []
    assert check_sheet_lengths([("planted.css", "a {}\n" * (LONGEST_SHEET + 1))])


def check_one_home(found: Iterable[Text]) -> list[str]:
    """Selectors that are styled twice, media queries apart."""
    places = [(selector, path) for path, text in found for selector in selectors(text)]
    counted = Counter(selector for selector, _path in places)
    return [f"{path}: {selector}" for selector, path in places if counted[selector] > 1]


def test_a_component_is_styled_in_one_place() -> None:
    assert check_one_home(sheets()) == []


def test_a_component_that_is_styled_twice_is_found() -> None:
    first, second = ("a.css", ".tag, .count { color: red; }"), ("b.css", "/* again */\n.tag { color: blue; }")
    assert check_one_home([first, second]) == ["a.css: .tag", "b.css: .tag"]
    narrow = ("b.css", "@media (max-width: 48rem) {\n  .tag { color: blue; }\n}\n.other { color: red; }")
    assert check_one_home([first, narrow]) == []


def check_unused(found: Iterable[Text], pages: Iterable[Text], others: Iterable[Text]) -> list[str]:
    """Classes that are styled and that no template, script or module gives to anything."""
    words, beginnings = used_classes(pages, others)
    known = (*beginnings, *OF_A_LIBRARY)
    return [
        f"{path}: {name}"
        for path, text in found
        for name in sorted(classes(text))
        if name not in words and not name.startswith(known)
    ]


def test_every_class_that_is_styled_is_used() -> None:
    assert check_unused(sheets(), templates(), programs()) == []


def test_a_class_that_nothing_uses_is_found() -> None:
    sheet = ("planted.css", ".a { } @media print { .b > .c { } } .w-d, .htmx-e { }")
    page = ("planted.html", '<p class="a {{ "b" if wide }} w-{{ kind }}">c {{ c.d }}</p>')
    assert check_unused([sheet], [page], []) == ["planted.css: c"]
    assert check_unused([sheet], [page], [("planted.js", 'element.className = "c";')]) == []


def test_every_sheet_and_script_of_the_house_is_sent() -> None:
    """One that is in neither list of the ground floor, or in a folder without manifest, would be sent to nobody."""
    ours = [STATIC / "css" / f"{name}.css" for name in SHEETS] + [STATIC / "js" / f"{name}.js" for name in SCRIPTS]
    sent = [path for feature in FEATURES for path in (feature.folder / "static").glob("*.*")]
    lying = [
        path for place in PLACES for path in (ROOT / place).rglob("static/**/*.*") if path.suffix in {".css", ".js"}
    ]
    assert {path for path in lying if "vendor" not in path.parts} == {*ours, *sent}
    assert len(set(ours)) == len(ours)
