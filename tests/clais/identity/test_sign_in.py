"""Signing in: limits by account and by address, in the database; no answer tells who has an account."""

import re
import secrets
import subprocess
import sys
from datetime import timedelta
from time import sleep
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text, update
from werkzeug.test import TestResponse

from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.identity import sign_in as signing_in
from clais.identity.actions import disable_account
from clais.identity.devices import device_cookie_name, is_device_cookie, new_device_cookie
from clais.identity.failures import (
    ATTEMPT_WINDOW,
    MAXIMUM_FAILURES_PER_ACCOUNT,
    MAXIMUM_FAILURES_PER_ADDRESS,
    TooManyAttempts,
    count_failure,
    recent_failures,
)
from clais.identity.models import SignInAttempt, UserAccount
from clais.identity.secrets import keyed_hash, normalise_email
from clais.identity.sign_in import sign_in
from clais.services import Services
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.support.critical import at_once
from tests.support.federation import PASSWORD, Federation, Member


def try_sign_in(app: Application, email: str, password: str, address: str = "192.0.2.1") -> TestResponse:
    """Type an address and a password in a fresh browser."""
    client = app.test_client()
    page = client.get("/connexion").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return client.post(
        "/connexion",
        data={"csrf_token": token[1], "email": email, "password": password, "next": ""},
        environ_base={"REMOTE_ADDR": address},
    )


@pytest.fixture
def member(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def address() -> str:
    """An address that no other test uses."""
    return f"2001:db8::{secrets.token_hex(2)}:{secrets.token_hex(2)}:{secrets.token_hex(2)}"


def in_this_browser(client: FlaskClient, email: str, password: str, address: str) -> int:
    """Type an address and a password in a browser that keeps its cookies, but is signed out."""
    client.delete_cookie(SESSION_COOKIE)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/connexion").get_data(as_text=True))
    assert token is not None
    data = {"csrf_token": token[1], "email": email, "password": password, "next": ""}
    return client.post("/connexion", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def forget(superuser: Engine, app: Application, member: Member, address: str) -> None:
    """Let the window pass."""
    secret = app.extensions["clais"].secret
    keys = [
        keyed_hash(secret, "sign-in account", normalise_email(member.email)),
        keyed_hash(secret, "sign-in address", address),
    ]
    with superuser.begin() as connection:
        connection.execute(
            update(SignInAttempt)
            .where(SignInAttempt.subject_hash.in_(keys))
            .values(attempted_at=now() - ATTEMPT_WINDOW - timedelta(seconds=1))
        )


def test_the_right_password_opens_a_session(app: Application, member: Member, address: str) -> None:
    answer = try_sign_in(app, member.email, PASSWORD, address)
    assert answer.status_code == 303
    assert SESSION_COOKIE in answer.headers["Set-Cookie"]


def test_the_address_is_read_as_people_write_it(app: Application, member: Member, address: str) -> None:
    assert try_sign_in(app, f"  {member.email.upper()} ", PASSWORD, address).status_code == 303


def test_a_wrong_password_and_an_unknown_account_answer_alike(app: Application, member: Member, address: str) -> None:
    wrong = try_sign_in(app, member.email, "pas le bon mot de passe", address)
    unknown = try_sign_in(app, f"x{member.email}", "pas le bon mot de passe", address)
    assert wrong.status_code == unknown.status_code == 422

    def bare(answer: TestResponse, email: str) -> str:
        body = answer.get_data(as_text=True).replace(email, "ADDRESS")
        return re.sub(r'[0-9a-f]{64}|nonce="[^"]+"|[0-9a-f-]{36}', "", body)

    assert bare(wrong, member.email) == bare(unknown, f"x{member.email}")
    assert "pas le bon" not in wrong.get_data(as_text=True)


def test_a_disabled_account_does_not_open(app: Application, engine: Engine, member: Member, address: str) -> None:
    with unit_of_work(engine, Scope(user_id=member.membership.user_id)) as database:
        disable_account(database, database.get_one(UserAccount, member.membership.user_id))
    assert try_sign_in(app, member.email, PASSWORD, address).status_code == 422


def test_an_account_is_limited_even_for_the_right_password_and_opens_again_after_the_window(
    app: Application, superuser: Engine, member: Member
) -> None:
    for turn in range(MAXIMUM_FAILURES_PER_ACCOUNT):
        assert try_sign_in(app, member.email, "faux mot de passe", f"192.0.2.{turn + 10}").status_code == 422
    assert try_sign_in(app, member.email, PASSWORD, "192.0.2.99").status_code == 429
    forget(superuser, app, member, "192.0.2.99")
    assert try_sign_in(app, member.email, PASSWORD, "192.0.2.99").status_code == 303


def test_sixty_tries_at_once_count_as_sixty(app: Application, member: Member, address: str) -> None:
    services = app.extensions["clais"]
    heard = at_once(60, lambda _turn: is_heard(services, member.email, address))
    assert heard.count(True) <= MAXIMUM_FAILURES_PER_ACCOUNT


def is_heard(services: Services, email: str, address: str) -> bool:
    """Whether a wrong password was looked at, or refused unheard."""
    try:
        sign_in(services, email, "faux mot de passe", address)
    except TooManyAttempts:
        return False
    return True


def test_tries_that_are_counted_after_they_were_heard_are_found(
    app: Application, member: Member, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: how many failed is read before this try is counted."""

    def late(services: Services, _known: bool, subject: bytes, address_key: bytes) -> list[UUID]:
        with unit_of_work(services.engine, Scope()) as database:
            if recent_failures(database, subject) >= MAXIMUM_FAILURES_PER_ACCOUNT:
                raise TooManyAttempts
            sleep(0.5)
            count_failure(database, subject, address_key)
        return []

    monkeypatch.setattr(signing_in, "_announced", late)
    services = app.extensions["clais"]
    heard = at_once(20, lambda _turn: is_heard(services, member.email, address))
    assert heard.count(True) > MAXIMUM_FAILURES_PER_ACCOUNT


def test_a_sign_in_over_a_living_session_ends_it(app: Application, member: Member, address: str) -> None:
    client = app.test_client()
    assert in_this_browser(client, member.email, PASSWORD, address) == 303
    first = client.get_cookie("clais_session")
    assert first is not None
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/ou-travailler").get_data(as_text=True))
    assert token is not None
    again = {"csrf_token": token[1], "email": member.email, "password": PASSWORD, "next": ""}
    assert client.post("/connexion", data=again, environ_base={"REMOTE_ADDR": address}).status_code == 303
    copied = app.test_client()
    copied.set_cookie("clais_session", first.value)
    assert copied.get("/ou-travailler").status_code == 302, "to the sign-in"
    assert client.get("/ou-travailler").status_code == 200


def lock_out(app: Application, member: Member) -> None:
    """What an attacker does from as many addresses as it takes."""
    for turn in range(MAXIMUM_FAILURES_PER_ACCOUNT):
        assert try_sign_in(app, member.email, "faux mot de passe", f"203.0.113.{turn + 1}").status_code == 422
    assert try_sign_in(app, member.email, PASSWORD, "203.0.113.99").status_code == 429


def test_whoever_fails_on_purpose_locks_nobody_out_of_the_browser_they_know(
    app: Application, member: Member, address: str
) -> None:
    client = app.test_client()
    assert in_this_browser(client, member.email, PASSWORD, address) == 303
    lock_out(app, member)
    fail_from(app, address)
    for _again in range(2):
        assert in_this_browser(client, member.email, PASSWORD, address) == 303
    assert try_sign_in(app, member.email, PASSWORD, "203.0.113.99").status_code == 429, "elsewhere it stays locked"


def test_a_known_browser_has_no_more_attempts_than_another(app: Application, member: Member, address: str) -> None:
    client = app.test_client()
    assert in_this_browser(client, member.email, PASSWORD, address) == 303
    for _failure in range(MAXIMUM_FAILURES_PER_ACCOUNT):
        assert in_this_browser(client, member.email, "faux mot de passe", address) == 422
    assert in_this_browser(client, member.email, PASSWORD, address) == 429
    assert try_sign_in(app, member.email, PASSWORD, address).status_code == 303, "its failures are its own"


def test_the_mark_of_one_account_knows_no_other(
    app: Application, federation: Federation, member: Member, address: str
) -> None:
    secret, attacker = app.extensions["clais"].secret, federation.other_agent()
    mark = new_device_cookie(secret, attacker.email)
    assert is_device_cookie(secret, f" {attacker.email.upper()}", mark)
    assert not any(is_device_cookie(secret, member.email, forged) for forged in (mark, "", ".", "x.y", mark[:-1]))
    client = app.test_client()
    assert in_this_browser(client, attacker.email, PASSWORD, address) == 303
    lock_out(app, member)
    kept = client.get_cookie(device_cookie_name(secret, attacker.email))
    assert kept is not None
    client.set_cookie(device_cookie_name(secret, member.email), kept.value)
    assert in_this_browser(client, member.email, PASSWORD, address) == 429


def test_a_browser_that_is_known_does_not_say_by_whom(app: Application, member: Member, address: str) -> None:
    answer = try_sign_in(app, member.email, PASSWORD, address)
    cookies = answer.headers.getlist("Set-Cookie")
    assert len([cookie for cookie in cookies if cookie.startswith("clais_known_")]) == 1
    assert all({"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")} for cookie in cookies)
    assert member.email.partition("@")[0] not in " ".join(cookies)


def fail_from(app: Application, address: str) -> None:
    """As many failures from one address, each for another account, as it may have. The last one is typed."""
    services = app.extensions["clais"]
    key = keyed_hash(services.secret, "sign-in address", address)
    with unit_of_work(services.engine, Scope()) as database:
        for _turn in range(MAXIMUM_FAILURES_PER_ADDRESS - 1):
            count_failure(database, keyed_hash(services.secret, "sign-in account", secrets.token_hex(6)), key)
    assert sign_in(services, f"{secrets.token_hex(6)}@example.be", "faux", address) is None


def test_an_address_is_limited_over_many_accounts(app: Application, address: str) -> None:
    services = app.extensions["clais"]
    fail_from(app, address)
    with pytest.raises(TooManyAttempts):
        sign_in(services, f"{secrets.token_hex(6)}@example.be", "faux", address)


def test_another_address_is_not_held_responsible(app: Application, member: Member, address: str) -> None:
    fail_from(app, address)
    assert try_sign_in(app, member.email, PASSWORD, f"{address}1").status_code == 303


def test_a_success_forgets_the_failures(app: Application, member: Member, address: str) -> None:
    for _turn in range(2):
        for _failure in range(MAXIMUM_FAILURES_PER_ACCOUNT - 1):
            assert try_sign_in(app, member.email, "faux mot de passe", address).status_code == 422
        assert try_sign_in(app, member.email, PASSWORD, address).status_code == 303


def test_the_limit_holds_over_several_processes(application_url: str, member: Member, app: Application) -> None:
    """Each process fails a few times; together they reach the limit."""
    secret = app.extensions["clais"].secret
    code = (
        "import sys, config.features\n"
        "from types import SimpleNamespace\n"
        "from clais.database import open_engine\n"
        "from clais.identity.sign_in import sign_in, TooManyAttempts\n"
        "url, secret, email, turn = sys.argv[1:]\n"
        "services = SimpleNamespace(engine=open_engine(url), secret=secret)\n"
        "for attempt in range(4):\n"
        "    try: sign_in(services, email, 'faux', f'198.51.100.{turn}{attempt}')\n"
        "    except TooManyAttempts: print('refused')\n"
    )
    command = [sys.executable, "-c", code, application_url, secret, member.email]
    runs = [subprocess.run([*command, str(turn)], capture_output=True, text=True, check=True) for turn in range(3)]
    assert [run.stdout.count("refused") for run in runs] == [0, 0, 4]


def test_only_hashes_of_who_failed_are_kept(app: Application, superuser: Engine, member: Member, address: str) -> None:
    try_sign_in(app, member.email, "faux mot de passe", address)
    with superuser.connect() as connection:
        held = connection.execute(
            text("SELECT count(*) FROM sign_in_attempt s WHERE strpos(s::text, :mail) + strpos(s::text, :address) > 0"),
            {"mail": member.email, "address": address},
        ).scalar_one()
    assert held == 0


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\x0aevil", "evil"]
)
def test_signing_in_leads_nowhere_else(target: str, app: Application, member: Member, address: str) -> None:
    client = app.test_client()
    page = client.get("/connexion").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    data = {"csrf_token": token[1], "email": member.email, "password": PASSWORD, "next": target}
    answer = client.post("/connexion", data=data, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
