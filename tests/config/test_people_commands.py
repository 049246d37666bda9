"""Whoever leaves is out at once: another role, a closed account, a token taken back, typed by an administrator."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import NIL, Scope, unit_of_work
from clais.identity import actions, invitations
from clais.identity.models import UserAccount
from clais.identity.secrets import email_hash
from config.settings import Settings
from tests.support.commands import run
from tests.support.federation import Browser, Federation, Member


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


def is_in(browser: Browser) -> bool:
    """Whether a page opens; a session that has ended is sent to the sign-in page."""
    return browser.client.get("/ou-travailler").status_code == 200


def opens(agent: Member, header: dict[str, str]) -> bool:
    return agent.federation.app.test_client().get("/api/v1/me", headers=header).status_code == 200


ENDS: dict[str, Callable[[Member], tuple[str, ...]]] = {
    "closed account": lambda agent: ("user", "disable", agent.email),
    "left": lambda agent: ("user", "leave", agent.email, "--tenant", agent.tenant.slug),
    "other role": lambda agent: ("user", "role", agent.email, "--tenant", agent.tenant.slug, "--role", "receptionist"),
}


@pytest.mark.parametrize("end", ENDS)
def test_sessions_and_tokens_are_over_when_the_command_returns(settings: Settings, agent: Member, end: str) -> None:
    browser, header = agent.browser(), agent.bearer("person.list")
    assert is_in(browser)
    assert opens(agent, header)
    result = run(settings, *ENDS[end](agent))
    assert result.exit_code == 0, result.output
    assert not is_in(browser)
    assert not opens(agent, header)


@pytest.mark.parametrize("name", ["\u200b\u3164", "\u0301", "  "])
def test_nobody_gets_a_name_that_nobody_sees(settings: Settings, federation: Federation, name: str) -> None:
    slug = federation.platform.slug
    for arguments in (
        ("user", "invite", "visible@example.be", name, "--tenant", slug, "--role", "agent"),
        ("user", "invite", "visible@example.be", "Nadia", "--tenant", slug, "--role", "agent", "--organisation", name),
        ("tenant", "open", name, "--basin", "Bassin", "--slug", "vide", "--code", "VID"),
        ("tenant", "open", "Thuin", "--basin", name, "--slug", "vide", "--code", "VID"),
    ):
        refused = run(settings, *arguments)
        assert (refused.exit_code, "personne n'y verrait rien" in refused.output) == (1, True)


@pytest.mark.parametrize("address", ["a@b.be?bcc=x@y.be", "a?bcc=x@y.be", "a b@c.be", "nadia"])
def test_an_address_that_would_write_to_others_is_not_invited(
    settings: Settings, federation: Federation, address: str
) -> None:
    place = ("--tenant", federation.platform.slug, "--role", "agent")
    refused = run(settings, "user", "invite", address, "Nadia", *place)
    assert (refused.exit_code, "pas complète" in refused.output) == (1, True)


def test_a_closed_account_is_neither_invited_nor_given_a_token_until_it_is_opened_again(
    settings: Settings, agent: Member
) -> None:
    place = ("--tenant", agent.tenant.slug)
    with unit_of_work(agent.federation.engine, Scope(user_id=agent.membership.user_id)) as session:
        link = invitations.invite(session, session.get_one(UserAccount, agent.membership.user_id))
    assert run(settings, "user", "disable", agent.email).exit_code == 0
    assert agent.federation.app.test_client().get(f"/invitation/{link}").status_code == 404
    for command in (
        ("user", "disable", agent.email),
        ("user", "invite", agent.email, "Nadia", *place, "--role", "agent"),
        ("token", "create", agent.email, *place, "--label", "essai"),
    ):
        refused = run(settings, *command)
        assert (refused.exit_code, "fermé" in refused.output) == (1, True), command
    assert "fermé" in run(settings, "user", "list", *place).output
    assert run(settings, "user", "enable", agent.email).exit_code == 0
    assert run(settings, "user", "enable", agent.email).exit_code == 1
    assert is_in(agent.browser())


def test_those_who_work_somewhere_are_listed_with_their_role_and_state(settings: Settings, agent: Member) -> None:
    place = ("--tenant", agent.tenant.slug)
    invited = f"nouvelle.{agent.federation.tag}@example.be"
    run(settings, "user", "invite", invited, "Nouvelle Venue", *place, "--role", "coordinator", "--organisation", "ALE")
    lines = run(settings, "user", "list", *place).output.splitlines()
    assert len(lines) == 2
    assert {("agent", "ouvert", agent.email), ("coordinator", "invité", invited)} == {
        tuple(line.split()[1:4]) for line in lines
    }
    assert "Nouvelle Venue (ALE)" in "\n".join(lines)
    run(settings, "user", "leave", agent.email, *place)
    assert agent.email not in run(settings, "user", "list", *place).output


def test_everyone_is_listed_when_no_place_is_named(migrated_database: Settings) -> None:
    assert "encore personne" in run(migrated_database, "user", "list").output
    for slug, code in (("thuin", "THU"), ("anderlues", "AND")):
        run(migrated_database, "tenant", "open", slug, "--basin", "Bassin", "--slug", slug, "--code", code)
        run(migrated_database, "user", "invite", f"a@{slug}.example", "A", "--tenant", slug, "--role", "agent")
    assert [line.split()[0] for line in run(migrated_database, "user", "list").output.splitlines()] == [
        "anderlues",
        "thuin",
    ]


def test_a_new_role_is_that_of_the_next_session(settings: Settings, agent: Member) -> None:
    agent.browser().get("/relais")
    run(settings, "user", "role", agent.email, "--tenant", agent.tenant.slug, "--role", "receptionist")
    with unit_of_work(agent.federation.engine, agent.scope) as session:
        session.add(agent.membership)
        session.refresh(agent.membership)
    browser = agent.browser()
    browser.get("/relais", status=403)
    assert "/relais" not in browser.get("/personnes").get_data(as_text=True)


def test_of_several_roles_in_one_place_one_is_taken_back_by_its_name(settings: Settings, agent: Member) -> None:
    scope = Scope(tenant_id=agent.tenant.id, email_hash=email_hash(agent.email))
    with unit_of_work(agent.federation.engine, scope) as session:
        actions.join_tenant(session, session.get_one(UserAccount, agent.membership.user_id), "coordinator")
    base = (agent.email, "--tenant", agent.tenant.slug, "--role")
    refused = run(settings, "user", "role", *base, "receptionist")
    assert (refused.exit_code, "agent, coordinator" in refused.output) == (1, True)
    assert run(settings, "user", "leave", *base, "coordinator").exit_code == 0
    assert run(settings, "user", "leave", *base, "coordinator").exit_code == 1
    assert run(settings, "user", "role", *base, "receptionist").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "disable", "nobody@example.be"), "pas de compte"),
        (("user", "leave", "nobody@example.be", "--tenant", "{slug}"), "pas de compte"),
        (("user", "leave", "{email}", "--tenant", "nowhere-at-all"), "Il n'y a pas de « nowhere-at-all »"),
        (("user", "leave", "{email}", "--tenant", "{other}"), "n'a pas de rôle dans"),
        (("user", "role", "{email}", "--tenant", "{other}", "--role", "agent"), "n'a pas de rôle dans"),
        (("user", "role", "{email}", "--tenant", "{slug}", "--role", "agent"), "a déjà ce rôle"),
        (("user", "role", "{email}", "--tenant", "{slug}", "--role", "trainer"), "Ce rôle n'existe pas là"),
        (("token", "list", "nobody@example.be", "--tenant", "{slug}"), "pas de compte"),
        (("token", "revoke", "{email}", "0123456789ab", "--tenant", "{slug}"), "pas de jeton de ce numéro"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    settings: Settings, agent: Member, arguments: tuple[str, ...], sentence: str
) -> None:
    values = {"email": agent.email, "slug": agent.tenant.slug, "other": agent.federation.other_platform.slug}
    result = run(settings, *(argument.format(**values) for argument in arguments))
    assert (result.exit_code, sentence in result.output) == (1, True), result.output


def test_one_of_two_tokens_is_taken_back_by_its_number(settings: Settings, agent: Member) -> None:
    place = ("--tenant", agent.tenant.slug)
    assert "Il n'y en a pas" in run(settings, "token", "list", agent.email, *place).output
    first, second = agent.bearer("person.list"), agent.bearer("person.list")
    lines = run(settings, "token", "list", agent.email, *place).output.splitlines()
    assert len(lines) == 2
    assert all("vaut jusqu'au" in line and "Import du CPAS" in line for line in lines)
    assert first["Authorization"].removeprefix("Bearer ") not in "\n".join(lines)
    number = lines[0].split()[0]
    assert run(settings, "token", "revoke", agent.email, number, *place).exit_code == 0
    assert [opens(agent, header) for header in (first, second)] == [False, True]
    again = run(settings, "token", "revoke", agent.email, number, *place)
    assert (again.exit_code, "déjà retiré" in again.output) == (1, True)
    assert "retiré le" in run(settings, "token", "list", agent.email, *place).output


def test_what_an_administrator_types_is_on_record_where_it_happens(
    settings: Settings, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "chantal")
    email, place = f"nouvelle.{federation.tag}@example.be", ("--tenant", federation.platform.slug)
    run(settings, "user", "invite", email, "Nouvelle Agente", *place, "--role", "agent")
    run(settings, "token", "create", email, *place, "--label", "essai")
    number = run(settings, "token", "list", email, *place).output.split()[0]
    run(settings, "token", "revoke", email, number, *place)
    run(settings, "user", "role", email, *place, "--role", "coordinator")
    run(settings, "user", "leave", email, *place)
    run(settings, "user", "disable", email)
    wanted = [
        "membership.begin", "account.invite", "token.create", "token.revoke",
        "membership.change_role", "membership.end",
    ]  # fmt: skip
    with federation.agent().at_work() as session:
        rows = session.execute(
            select(AuditEvent.verb, AuditEvent.actor_name, AuditEvent.details)
            .where(AuditEvent.tenant_id == federation.platform.id, AuditEvent.verb.in_(wanted))
            .where(AuditEvent.actor_name == "clais (chantal)")
            .order_by(AuditEvent.happened_at)
        ).all()
    with unit_of_work(federation.engine, Scope()) as session:
        closed = session.scalars(
            select(AuditEvent.verb).where(AuditEvent.tenant_id == NIL, AuditEvent.actor_name == "clais (chantal)")
        ).all()
    assert closed == ["account.disable"], "an account is in no tenant"
    assert [row.verb for row in rows] == wanted
    assert rows[4].details == {"from": "agent", "to": "coordinator"}
    assert rows[2].details["token"] == rows[3].details["token"] == number
