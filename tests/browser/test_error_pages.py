"""Every error page as the running server answers it: to someone at work, to someone who is not, and into a page."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial, wraps
from typing import Any

import pytest
from flask import request
from marshmallow import ValidationError
from playwright.sync_api import Page, expect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import InternalServerError, default_exceptions

from clais.clock import now
from clais.encryption import DecryptionFailed
from clais.limits import LimitReached
from clais.web import errors
from clais.web.context import SESSION_COOKIE, StoodFor
from clais.web.csrf import ForgedRequest
from clais.web.error_texts import TEXTS, Explanation
from clais.web.errors import Change, StaleEdit, StateConflict
from clais.web.routing import Application
from clais.web.sizes import MAXIMUM_BODY
from tests.browser.walk import faults
from tests.isolation.world import ANONYMOUS, World, routes
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
Make = Callable[[], Exception]
Plant = tuple[str, Make]
"""The sentences that an error page must say, and what makes the server say them."""
WORDS = "Le local de la rue du Puits est fermé le mercredi."
YOURS, THEIRS = [("Nom", "La Maison du Puits")], [("Nom", "Maison du Puits, asbl")]
OF_THEIR_OWN: dict[str, Make] = {
    "400-forged": ForgedRequest,
    "409-versions": lambda: StaleEdit(YOURS, THEIRS, "/", Change("Luc Delhaye", now())),
    "409-same": lambda: StaleEdit([], [], "/", Change("Luc Delhaye", now())),
    "409-moved": lambda: StateConflict(YOURS, THEIRS, "/", Change("Luc Delhaye", now())),
    "409-moved-unwritten": lambda: StateConflict([], THEIRS, "/"),
    "409-overtaken": lambda: StaleDataError("planted"),
    **{
        f"429-{what}": partial(LimitReached, what, now() + timedelta(minutes=40))
        for what in ("messages", "referrals", "numbers", "exports", "files", "lists")
    },
    "500": lambda: RuntimeError("planted"),
    "500-sealed": DecryptionFailed,
    "503": lambda: OperationalError("planted", None, Exception("planted")),
}
SENT_AGAIN = {"400-forged", "409-overtaken", "503", *(key for key in OF_THEIR_OWN if key.startswith("429-"))}
"""What keeps what was written, to be sent again with one button."""
OF_ACCOUNTS_AND_PLACES = {"400-other-account", "401-kept", "409-elsewhere"}
"""What depends on who wrote and where, and not on a fault of a view: `tests/clais/identity/test_kept.py` has these."""

FRENCH: dict[str, str] = {}
"""The heading of each page."""


def plants(texts: Iterable[str] = TEXTS) -> list[Plant]:
    """A fault for each of the sentences; LookupError for those that nothing here provokes."""
    plain: dict[str, Make] = {str(status): error for status, error in default_exceptions.items()}
    known = plain | OF_THEIR_OWN
    return [
        *((key, known[key]) for key in texts if key not in OF_ACCOUNTS_AND_PLACES),
        ("400", lambda: ValidationError("planted")),
        ("409-moved-unwritten", lambda: StoodFor("/")),
    ]


def unprovoked(app: Application) -> set[str]:
    """The handlers of errors that none of the faults here comes to."""
    handlers = {handler for by_kind in app.error_handler_spec[None].values() for handler in by_kind.values()}
    raised = [make() for _key, make in plants()] + [InternalServerError()]
    return {handler.__name__ for handler in handlers - {app._find_error_handler(error, []) for error in raised}}


@contextmanager
def planted(app: Application, endpoint: str, make: Make) -> Iterator[None]:
    """A view that fails when something is sent to it."""
    view = app.view_functions[endpoint]

    @wraps(view)
    def failing(**arguments: Any) -> Any:
        if request.method == "POST":
            raise make()
        return view(**arguments)

    app.view_functions[endpoint] = failing
    try:
        yield
    finally:
        app.view_functions[endpoint] = view


@pytest.fixture(scope="module", autouse=True)
def french(app: Application) -> None:
    """The headings as the pages have them."""
    with app.test_request_context():
        FRENCH.update({key: str(text.title) for key, text in TEXTS.items()})


def wrong_with(visit: Visit, key: str, place: str) -> list[str]:
    """What is wrong with an error page that was met, or with its being another one."""
    heading = visit.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(FRENCH[key])
    found = faults(visit, f"{place}: {key}")
    if visit.page.get_by_role("button", name="Réessayer").count() != (key in SENT_AGAIN and place == "at work"):
        found.append(
            f"{place}: {key}: what was written is offered to be sent again where it is not, or not where it is"
        )
    return found


def new_partner(visit: Visit, world: World) -> Page:
    """A form that was begun."""
    visit.page.goto(f"/{world.federation.platform.slug}/partenaires/nouveau")
    visit.page.get_by_label("Nom", exact=True).fill(WORDS)
    return visit.page


def sign_in_form(visit: Visit) -> Page:
    """The door."""
    visit.page.goto("/connexion")
    visit.page.get_by_label("Adresse e-mail").fill("quelqu.un@example.be")
    visit.page.get_by_label("Mot de passe").fill(WORDS)
    return visit.page


def send(page: Page) -> None:
    """Press the form's own button, and wait for the answer."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary").first.click()


def test_every_error_is_provoked_here(app: Application) -> None:
    assert unprovoked(app) == set()
    with pytest.raises(LookupError, match="409-unheard-of"):
        plants([*TEXTS, "409-unheard-of"])


def test_a_handler_that_nothing_provokes_is_noticed(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def _unheard_of(_error: Exception) -> str:
        return "?"

    monkeypatch.setitem(app.error_handler_spec[None][None], ZeroDivisionError, _unheard_of)
    assert unprovoked(app) == {"_unheard_of"}


def test_every_error_page_is_accessible_and_fits_at_work(
    app: Application, lived_world: World, in_role: Callable[[str], Visit]
) -> None:
    visit, wrong = in_role("coordinator"), list[str]()
    for key, make in plants():
        page = new_partner(visit, lived_world)
        with planted(app, "partners.new", make):
            send(page)
        wrong += wrong_with(visit, key, "at work")
        # What could not be read (413), or stands there in two versions already, is not repeated.
        assert (WORDS in page.content()) == (key == "409-moved-unwritten" or not isinstance(make(), StaleEdit)), key
    assert wrong == []


def test_every_error_page_is_accessible_and_fits_at_the_door(app: Application, in_role: Callable[[str], Visit]) -> None:
    visit, wrong = in_role(ANONYMOUS), list[str]()
    for key, make in plants():
        page = sign_in_form(visit)
        with planted(app, "account.sign_in", make):
            send(page)
        wrong += wrong_with(visit, key if key != "409-overtaken" else "409", "at the door")
        assert WORDS not in page.content(), f"{key}: a password on a page"
    assert wrong == []


def test_every_error_that_comes_into_a_page_is_accessible_and_leaves_what_was_written(
    app: Application, lived_world: World, in_role: Callable[[str], Visit]
) -> None:
    visit, wrong = in_role("coordinator"), list[str]()
    page, person = visit.page, lived_world.own.ids["person"]
    for key, make in plants():
        if page.locator("#note-box").count() == 0:
            page.goto(f"/{lived_world.federation.platform.slug}/personnes/{person}")
        page.get_by_label("Nouvelle note").fill(WORDS)
        with planted(app, "follow_up.write_note", make):
            page.locator("#note-box .btn").first.focus()
            page.keyboard.press("Enter")
            if isinstance(make(), (StaleEdit, StoodFor)):
                expect(page.get_by_role("heading", level=1)).to_have_text(FRENCH[key])
                expect(page.locator(".explanation")).to_be_focused()
                wrong += faults(visit, f"in place: {key}")
                continue
            expect(page.locator("#messages").get_by_role("alert")).to_contain_text(FRENCH[key])
        wrong += faults(visit, f"in a page: {key}", "#messages")
        expect(page.get_by_label("Nouvelle note")).to_have_value(WORDS)
        assert page.evaluate("document.activeElement.closest('#note-box') !== null"), f"{key}: the focus is lost"
        # Closing the message leads on, and never to nowhere.
        page.locator("#messages").get_by_role("button").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
    assert wrong == []


def forbidden(world: World, role: str) -> str:
    """The address of a page that is there and that a role may not open."""
    return next(
        route.path(world.member(role).tenant.slug, {})
        for route in routes(world.app)
        if route.method == "GET"
        and not route.id_arguments
        and "tenant_slug" in route.rule.arguments
        and not world.may(role, str(route.permission))
    )


def only_a_button(world: World) -> str:
    """The address of a button with no page above it, to which one could be led."""
    button = next(route for route in routes(world.app) if route.rule.endpoint == "account.sign_out")
    return button.path(world.federation.platform.slug, {})


def test_what_the_server_refuses_by_itself_is_as_good_a_page(
    lived_world: World, in_role: Callable[[str], Visit]
) -> None:
    """These come before a view, or from its depths: nothing is planted."""
    slug, wrong = lived_world.federation.platform.slug, list[str]()
    for role in ("receptionist", ANONYMOUS):
        visit = in_role(role)
        place = "of itself, at work" if role != ANONYMOUS else "of itself, at the door"
        visit.page.goto("/rien-de-tel")
        wrong += wrong_with(visit, "404", place)
        if role != ANONYMOUS:
            visit.page.goto(only_a_button(lived_world))
            wrong += wrong_with(visit, "405", place)
            visit.page.goto(forbidden(lived_world, role))
            wrong += wrong_with(visit, "403", place)
            visit.page.goto(f"/{slug}/personnes?after=faux")
            wrong += wrong_with(visit, "400", place)
            visit.page.goto(f"/{slug}/accueil/nouveau")
        else:
            sign_in_form(visit)
        fill = f"form => {{ form.querySelector('input.form-control').value = 'x'.repeat({MAXIMUM_BODY}); }}"
        visit.page.locator("main form").first.evaluate(fill)
        send(visit.page)
        wrong += wrong_with(visit, "413", place)
    # The page was left open while the session ended.
    at_work = in_role("coordinator")
    new_partner(at_work, lived_world)
    at_work.page.context.clear_cookies(name=SESSION_COOKIE)
    send(at_work.page)
    wrong += wrong_with(at_work, "401", "of itself, no longer at work")
    assert wrong == []


def test_an_error_page_without_a_heading_is_reported(
    in_role: Callable[[str], Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Explanation("", "", "", "")
    monkeypatch.setattr(errors, "explanation_of", lambda *_key: nothing)
    visit = in_role(ANONYMOUS)
    visit.page.goto("/rien-de-tel")
    assert any("at 360 px: empty-heading: " in fault for fault in faults(visit, "here"))
