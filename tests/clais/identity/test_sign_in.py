"""Signing in: limits by account and by address, in the database; no answer tells who has an account."""

import re
import secrets
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text, update
from werkzeug.test import TestResponse

from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.identity.actions import FAILURES_PER_ACCOUNT, FAILURES_PER_ADDRESS, count_failure, disable_account
from clais.identity.models import SignInAttempt, UserAccount
from clais.identity.queries import ATTEMPT_WINDOW
from clais.identity.secrets import keyed_hash, normalise_email
from clais.identity.sign_in import TooManyAttempts, sign_in
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
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
    for turn in range(FAILURES_PER_ACCOUNT):
        assert try_sign_in(app, member.email, "faux mot de passe", f"192.0.2.{turn + 10}").status_code == 422
    assert try_sign_in(app, member.email, PASSWORD, "192.0.2.99").status_code == 429
    forget(superuser, app, member, "192.0.2.99")
    assert try_sign_in(app, member.email, PASSWORD, "192.0.2.99").status_code == 303


def fail_from(app: Application, address: str) -> None:
    """As many failures from one address, each for another account, as it may have. The last one is typed."""
    services = app.extensions["clais"]
    key = keyed_hash(services.secret, "sign-in address", address)
    with unit_of_work(services.engine, Scope()) as database:
        for _turn in range(FAILURES_PER_ADDRESS - 1):
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
        for _failure in range(FAILURES_PER_ACCOUNT - 1):
            assert try_sign_in(app, member.email, "faux mot de passe", address).status_code == 422
        assert try_sign_in(app, member.email, PASSWORD, address).status_code == 303


def test_the_limit_holds_over_several_processes(application_url: str, member: Member, app: Application) -> None:
    """Each process fails a few times; together they reach the limit."""
    secret = app.extensions["clais"].secret
    code = (
        "import sys, config.models\n"
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
