"""Every form of the house as it comes back after a bad answer: accessible, fitting, and leading to what is wrong."""

import re
from collections.abc import Callable, Iterable
from functools import cache, wraps
from html import unescape
from http import HTTPStatus
from typing import Any

import pytest
from flask import redirect, request

from clais.feature.pages import PUBLIC
from clais.forms.bound import BoundField
from clais.forms.form import Form
from clais.web.routing import ONLY_A_CLICK
from tests.browser.forms import EMPTY, RUBBISH, Tried, by_hand, send_badly
from tests.isolation.pages import FormOnPage, Step
from tests.isolation.sendings import WRITERS, unsafe
from tests.isolation.test_unknown_fields import EDITED, endpoint_of
from tests.isolation.world import ANONYMOUS, World, routes
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
ASKED_BY_SCRIPTS = {
    "adoption.shown_questions",
    "agenda.propose_people",
    "desk.known",
    "desk.propose",
    "file_transfers.letter",
    "follow_up.keep_contact_correction",
    "follow_up.keep_draft",
    "follow_up.keep_note_correction",
    "intake.duplicates",
    "orientation.occupations",
    "orientation.save_answer",
    "people.localities",
    "people.number_says",
    "people.propose",
    "questionnaires.municipalities",
    "questionnaires.occupations",
    "questionnaires.person_answers",
    "questionnaires.save_answer",
    "referrals.letter",
    "routing.propose",
    "self_assessments.save_answer",
    "trail.propose_people",
}
"""What a page asks by itself while someone types: no form has it as its address."""
Forms = Callable[[str], list[FormOnPage]]
OF_A_ROW = re.compile(r"(?<=_)[0-9a-f]{32}")
"""The key of a row in the name of a field."""


@pytest.fixture(scope="module")
def forms(lived_world: World, shown: Callable[[str], list[Step]]) -> Forms:
    """The forms that a role meets, once a route and set of fields, whatever rows these are named after."""

    def met(role: str) -> list[FormOnPage]:
        found: dict[tuple[str, ...], FormOnPage] = {}
        for step in shown(role):
            for form in step.page.forms:
                if form.method == "POST":
                    fields = {OF_A_ROW.sub("", name) for name in by_hand(form)}
                    found.setdefault((endpoint_of(lived_world, "POST", form.path), *sorted(fields)), form)
        return list(found.values())

    return cache(met)


def unmet(world: World, forms: Forms, roles: Iterable[str]) -> set[str]:
    """The routes that take a form which no page of these roles has."""
    met = {endpoint_of(world, "POST", form.path) for role in roles for form in forms(role)}
    wanted = [route for role in WRITERS for route in unsafe(world, world.visitor(role))]
    wanted += [route for route in routes(world.app) if route.permission == PUBLIC and route.method == "POST"]
    ours: set[str] = {route.rule.endpoint for route in wanted if not route.rule.rule.startswith(("/api/", "/admin/"))}
    clicked = {name for name, view in world.app.view_functions.items() if hasattr(view, ONLY_A_CLICK)}
    return (ours | EDITED) - clicked - ASKED_BY_SCRIPTS - met


ELSEWHERE = {
    "account.choose_new_password",  # Behind a link by mail: tests/clais/identity/test_forgotten_password.py.
    "documents.send",  # Behind a one-time link: tests/tenants/documents/test_links.py.
    "day.mark_seen",  # With news on the day: tests/tenants/day, tests/browser/test_my_day.py.
    "people.stages",  # What becomes of what is open: tests/tenants/people/test_path.py.
    "account.take_back", "questionnaires.ask",  # On a tablet that was handed over: tests/browser/test_tablet.py.
    "referrals.fact",  # A fact that a scheme lacks: tests/browser/test_choosing_a_scheme.py.
}  # fmt: skip
"""Forms that the lived-in world has no page for, each with tests of its own."""


def test_every_route_that_takes_a_form_is_met_on_a_page(lived_world: World, forms: Forms) -> None:
    assert unmet(lived_world, forms, [*WRITERS, ANONYMOUS]) <= ELSEWHERE
    assert {"account.sign_in", "routing.seat"} <= unmet(lived_world, forms, ["coordinator"])


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("role", [*WRITERS, ANONYMOUS])
def test_every_form_that_comes_back_says_where_the_errors_are(
    role: str, forms: Forms, in_role: Callable[[str], Visit]
) -> None:
    visit = in_role(role)
    tried = []
    for form in filter(by_hand, forms(role)):
        empty = send_badly(visit, form, EMPTY)
        tried += [empty, send_badly(visit, form, RUBBISH, empty.marks)]
    assert any(one.came_back for one in tried)
    assert [fault for one in tried for fault in one.wrong] == []


WHOLE_PAGES = {
    "day.postpone",
    "desk.enter",
    "follow_up.search_notes",
    "people.search",
    "routing.search",
    "trail.narrow",
}
"""What comes back is no form alone: a search shows what was found, or says what is wrong, and has its own way back; who
puts something off is shown the day again, who notes an arrival the desk.
"""


def without_a_way_back(world: World, role: str, forms: list[FormOnPage]) -> tuple[list[str], set[str]]:
    """The forms that come back on an address which only takes them, without « Annuler » that leads to a page; and
    which routes sent any back.
    """
    visitor, wrong, came_back = world.visitor(role), list[str](), set[str]()
    for form in filter(by_hand, forms):
        endpoint = endpoint_of(world, "POST", form.path)
        if endpoint in WHOLE_PAGES or visitor.ask("GET", form.path).status_code != HTTPStatus.SEE_OTHER:
            continue
        answer = visitor.ask("POST", form.path, {})
        page = answer.get_data(as_text=True)
        if answer.status_code != HTTPStatus.UNPROCESSABLE_ENTITY or "<main" not in page:
            continue
        came_back.add(endpoint)
        leads = re.findall(r'href="([^"]+)"[^>]*>Annuler</a>', page)
        if not leads or any(visitor.ask("GET", unescape(lead)).status_code != HTTPStatus.OK for lead in leads):
            wrong.append(f"{form.path}: {leads}")
    return wrong, came_back


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(
    ("role", "by_dialog"),
    [("coordinator", {"referrals.cancellation"}), ("support_officer", {"routing.step", "routing.seat"})],
)
def test_a_form_that_comes_back_from_a_dialog_is_left_for_the_page_that_had_it(
    role: str, by_dialog: set[str], lived_world: World, forms: Forms
) -> None:
    wrong, came_back = without_a_way_back(lived_world, role, forms(role))
    assert wrong == []
    assert by_dialog <= came_back


@pytest.fixture
def try_the_partner(forms: Forms, in_role: Callable[[str], Visit]) -> Callable[[], Tried]:
    """Sends the form of a new partner empty."""
    form = next(form for form in forms("coordinator") if form.path.endswith("/partenaires/nouveau"))
    return lambda: send_badly(in_role("coordinator"), form, EMPTY)


def test_an_error_that_its_field_does_not_name_is_reported(
    try_the_partner: Callable[[], Tried], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundField, "described_by", property(lambda _field: None))
    found = "\n".join(try_the_partner().wrong)
    assert "no field names its error" in found
    assert "name does not say why" in found


def test_an_answer_in_english_and_out_of_order_is_reported(
    try_the_partner: Callable[[], Tried], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BoundField, "errors", property(lambda field: ["This is required."] if field.invalid else []))
    monkeypatch.setattr(Form, "errors_on", lambda form, _page: form.error_list[::-1])
    found = "\n".join(try_the_partner().wrong)
    assert "« This is required. » is English" in found
    assert "is not in the order of the page" in found


def test_a_page_that_begins_elsewhere_is_reported(forms: Forms, in_role: Callable[[str], Visit]) -> None:
    form = next(form for form in forms("coordinator") if form.path.endswith("/partenaires/nouveau"))
    visit = in_role("coordinator")
    visit.page.add_init_script("addEventListener('load', () => document.activeElement.blur())")
    assert "the focus is on <body" in "\n".join(send_badly(visit, form, EMPTY).wrong)


def test_a_field_with_an_error_and_without_its_label_is_reported(
    try_the_partner: Callable[[], Tried], monkeypatch: pytest.MonkeyPatch
) -> None:
    attributes = vars(BoundField)["attributes"].fget
    unnamed = property(lambda field: {name: value for name, value in attributes(field).items() if name != "id"})
    monkeypatch.setattr(BoundField, "attributes", unnamed)
    found = "\n".join(try_the_partner().wrong)
    assert "360 px: label: " in found
    assert "leads nowhere" in found


def test_an_empty_form_that_is_taken_is_reported(
    try_the_partner: Callable[[], Tried], lived_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = lived_world.app.view_functions
    view = views["partners.new"]

    @wraps(view)
    def taking(**arguments: Any) -> Any:
        return redirect("/", 303) if request.method == "POST" else view(**arguments)

    monkeypatch.setitem(views, "partners.new", taking)
    assert [fault.rpartition(": ")[2] for fault in try_the_partner().wrong] == ["taken for an answer (303)"]


def test_an_answer_that_nothing_sums_up_and_that_breaks_the_page_is_reported(
    try_the_partner: Callable[[], Tried], lived_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = lived_world.app.view_functions
    view = views["partners.new"]

    @wraps(view)
    def bare(**arguments: Any) -> Any:
        wide = '<!doctype html><html lang="fr"><title>t</title><main><h1>t</h1><img width="500" alt=""></main></html>'
        return (wide, 422) if request.method == "POST" else view(**arguments)

    monkeypatch.setitem(views, "partners.new", bare)
    found = "\n".join(try_the_partner().wrong)
    assert "nothing sums up what is wrong" in found
    assert "at 360 px scrolls sideways" in found
