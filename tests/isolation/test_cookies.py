"""No cookie holds a name, or anything else that someone at a shared computer could read from it."""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.identity.invitations import invite
from clais.identity.models import UserAccount
from clais.web.routing import Application
from tests.isolation.world import Visitor
from tests.support.federation import Browser, Federation, Member
from tests.support.pages import version_sent_to
from tests.tenants.agenda.days import form_of, working_day
from tests.tenants.people.newcomers import a_number, authorise, person_of, typed

NAME, GIVEN = "Canarisecret", "Canarina"
CANARIES = (NAME.casefold(), GIVEN.casefold(), "19910312", "910312")
REGISTER = "/accueil/nouveau"
FLASHES = "clais_flash"


def contents(cookie: str) -> Iterable[bytes]:
    """What a cookie says to whoever takes it apart: as it is, unquoted, and each piece decoded and inflated."""
    value = unquote(cookie.partition(";")[0].partition("=")[2]).strip('"')
    yield value.encode()
    for piece in re.split(r"[.|:]", value):
        try:
            plain = urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
        except ValueError:
            continue
        yield plain
        try:
            yield zlib.decompress(plain)
        except zlib.error:
            continue


def cookies_that_hold(cookies: Iterable[str]) -> list[str]:
    """The cookies in which one of the canaries can be read."""
    return sorted(
        {
            cookie.partition("=")[0]
            for cookie in cookies
            for content in contents(cookie)
            if any(canary in content.decode("utf-8", "replace").casefold() for canary in CANARIES)
        }
    )


@pytest.fixture
def cookies(app: Application, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every cookie that the application sets from now on."""
    seen: list[str] = []
    real = app.wsgi_app

    def watched(environ: Any, start_response: Callable[..., Any]) -> Any:
        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            seen.extend(value for name, value in headers if name.lower() == "set-cookie")
            return start_response(status, headers, *rest)

        return real(environ, note)

    monkeypatch.setattr(app, "wsgi_app", watched)
    return seen


@pytest.fixture
def agent(federation: Federation, superuser: Engine) -> Member:
    authorise(federation, superuser)
    federation.agent()  # A colleague, who takes over.
    return federation.agent()


def choices_in(page: str) -> list[str]:
    """The members to whom the page offers to hand the file."""
    controls = [control for control in re.findall(r"<(?:input|option)[^>]*>", page) if "_version" not in control]
    found = (re.search(r'value="([0-9a-f-]{36})"', control) for control in controls if "_submission" not in control)
    return [value[1] for value in found if value]


def work(agent: Member, browser: Browser) -> None:
    """A newcomer whose number disagrees with the card, a contact, an appointment, a colleague who takes over."""
    answer = browser.post(
        REGISTER, typed(family_name=NAME, given_names=GIVEN, national_number=a_number(), birth_date="13/03/1991")
    )
    person = person_of(answer, browser)
    page = browser.get(f"/personnes/{person}/referent").get_data(as_text=True)
    contact = {"happened_on": f"{today():%d/%m/%Y}", "channel": "phone", "outcome": "reached"}
    browser.post(f"/personnes/{person}/contacts/nouveau", contact, status=303)
    browser.post(f"/personnes/{person}/rendez-vous/nouveau", form_of(agent, working_day()), status=303)
    read, (colleague, *_others) = (
        version_sent_to("/referent", page),
        choices_in(page),
    )
    browser.post(f"/personnes/{person}/referent", {"referent": colleague, "_version": read}, status=303)
    browser.post("/partenaires/nouveau", {"name": NAME, "kind": "operator"})


def test_no_cookie_tells_whose_file_was_worked_on(agent: Member, cookies: list[str]) -> None:
    work(agent, agent.browser())
    assert sum(cookie.startswith(f"{FLASHES}=") for cookie in cookies) >= 4, "messages were left for the next page"
    assert cookies_that_hold(cookies) == []


def test_a_cookie_that_is_only_signed_is_found(
    app: Application, agent: Member, cookies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: Flask's own way of keeping messages."""
    monkeypatch.setattr(app, "session_interface", SecureCookieSessionInterface())
    work(agent, agent.browser())
    assert cookies_that_hold(cookies) == [FLASHES]


def registered_by(browser: Browser) -> str:
    """Register a newcomer; the cookie of the messages that wait."""
    browser.post(REGISTER, typed(family_name=NAME, given_names=GIVEN), status=303)
    cookie = browser.client.get_cookie(FLASHES)
    assert cookie is not None
    return str(cookie.value)


def test_a_message_waits_for_the_next_page_of_its_session_and_no_longer(agent: Member) -> None:
    browser = agent.browser()
    registered_by(browser)
    assert NAME in browser.get("/agenda").get_data(as_text=True)
    assert browser.client.get_cookie(FLASHES) is None
    assert NAME not in browser.get("/agenda").get_data(as_text=True)


def test_signing_out_takes_the_messages_along(agent: Member) -> None:
    browser = agent.browser()
    csrf = browser.csrf()
    registered_by(browser)
    assert browser.client.post("/deconnexion", data={"csrf_token": csrf}).status_code == 303
    assert browser.client.get_cookie(FLASHES) is None
    assert NAME not in browser.get("/connexion").get_data(as_text=True)


def test_whoever_sits_down_next_reads_no_message_of_the_one_before(federation: Federation, agent: Member) -> None:
    left = registered_by(agent.browser())
    for page, browser in (
        ("/connexion", Browser(federation.app, agent.tenant.slug, None)),
        ("/connexion", Browser(federation.app, agent.tenant.slug, "a session that is over")),
        ("/agenda", federation.agent().browser()),
        ("/agenda", agent.browser()),
    ):
        browser.client.set_cookie(FLASHES, left)
        assert NAME not in browser.get(page).get_data(as_text=True)
        assert browser.client.get_cookie(FLASHES) is None, "and it is not kept"


PLAIN = urlsafe_b64encode(b'{"_flashes":[{" t":["done","FORGED"]}]}').decode()
"""A message in the form that Flask's own cookie has, sealed by nobody."""


@pytest.mark.parametrize("forged", ["x", "=", "é", "AAAA" * 20, "eyJhIjoxfQ.aaaa.bbbb", PLAIN, f"{PLAIN}.aaaa.bbbb"])
def test_a_forged_cookie_of_messages_is_no_message(agent: Member, forged: str) -> None:
    browser = agent.browser()
    browser.client.set_cookie(FLASHES, forged)
    assert "FORGED" not in browser.get("/agenda").get_data(as_text=True)
    assert browser.client.get_cookie(FLASHES) is None, "and it is not kept"


def test_a_message_before_the_sign_in_is_shown_to_its_own_browser(agent: Member) -> None:
    with unit_of_work(agent.federation.engine, Scope(user_id=agent.membership.user_id)) as session:
        link = invite(session, session.get_one(UserAccount, agent.membership.user_id))
    visitor = Visitor(agent.federation.app, "anonymous", agent.tenant.slug, None)
    phrase = "quatre pommes vertes roulent"
    assert visitor.ask("POST", f"/invitation/{link}", {"password": phrase, "again": phrase}).status_code == 303
    assert "Votre mot de passe est enregistré" in visitor.ask("GET", "/connexion").get_data(as_text=True)
    assert "Votre mot de passe est enregistré" not in visitor.ask("GET", "/connexion").get_data(as_text=True)
