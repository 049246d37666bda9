"""The `clais` command, as an administrator types it."""

import secrets
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, select, text

from clais.database import Scope, unit_of_work
from clais.identity.invitations import invited_account
from clais.identity.secrets import token_hash
from clais.messaging.models import OutboxMessage
from clais.registry.queries import tenant_by_slug
from clais.services import EXTENSION
from clais.web.routing import Application
from config.settings import Settings
from tests.support.commands import run
from tests.support.federation import Federation


def test_a_platform_is_opened_listed_suspended_and_resumed(settings: Settings, engine: Engine) -> None:
    tag = secrets.token_hex(4)
    opening = ("tenant", "open", f"Pont-à-Celles {tag}", "--basin", f"Bassin {tag}", "--slug", f"pac-{tag}", "--code")
    opened = run(settings, *opening, "PAC")
    assert (opened.exit_code, f"/pac-{tag}/" in opened.output) == (0, True)
    twice = run(settings, *opening, "PAC")
    assert (twice.exit_code, "déjà prise" in twice.output) == (1, True)
    assert "trois lettres" in run(settings, *opening, "pac1").output
    reserved = run(settings, "tenant", "open", "X", "--basin", "B", "--slug", "connexion", "--code", "XAB")
    assert (reserved.exit_code, "CLAIS lui-même" in reserved.output) == (1, True)
    assert f"pac-{tag}" in run(settings, "tenant", "list").output
    for command, state in (("suspend", "suspended"), ("resume", "open")):
        assert run(settings, "tenant", command, f"pac-{tag}").exit_code == 0
        with unit_of_work(engine, Scope()) as session:
            tenant = tenant_by_slug(session, f"pac-{tag}")
            assert tenant is not None
            assert tenant.state == state
    assert run(settings, "tenant", "suspend", "nowhere-at-all").exit_code == 1


def test_an_upgrade_brings_the_communes_postal_codes_and_occupations_that_every_platform_needs(
    new_database: Settings,
) -> None:
    upgraded = run(new_database, "db", "upgrade")
    assert (upgraded.exit_code, "565 communes" in upgraded.output) == (0, True)
    assert "étaient complètes" in run(new_database, "db", "upgrade").output
    assert "OK         Données de référence" in run(new_database, "doctor").output
    opening = ("tenant", "open", "Farciennes", "--basin", "Bassin", "--slug", "farciennes-neuve", "--code", "FAR")
    opened = run(new_database, *opening, "--nis", "52018")
    assert opened.exit_code == 0, opened.output


def test_reference_data_wait_for_a_password_of_the_application_and_the_upgrade_says_so(new_database: Settings) -> None:
    away = make_url(str(new_database.database_url)).set(host="127.0.0.1", port=1, query={})
    without = replace(new_database, database_url=away.render_as_string(hide_password=False))
    refused = run(without, "db", "upgrade")
    assert (refused.exit_code, "ALTER ROLE clais_app PASSWORD" in refused.output) == (1, True)


def test_an_invitation_prints_its_link_posts_it_and_opens_the_account(
    settings: Settings, federation: Federation, app: Application
) -> None:
    email = f"nouvelle.{federation.tag}@example.be"
    slug = federation.platform.slug
    result = run(settings, "user", "invite", email, "Nouvelle Agente", "--tenant", slug, "--role", "agent")
    assert result.exit_code == 0, result.output
    link = next(line for line in result.output.splitlines() if "/invitation/" in line)
    account = invited_account(app.extensions[EXTENSION], link.rpartition("/")[2])
    assert account is not None
    assert account.email == email
    with federation.agent().at_work() as session:
        mail = session.scalars(select(OutboxMessage)).one()
        assert (mail.recipient, link in mail.body) == (email, True)
    again = run(settings, "user", "invite", email, "Nouvelle Agente", "--tenant", slug, "--role", "agent")
    assert again.exit_code == 0
    assert invited_account(app.extensions[EXTENSION], link.rpartition("/")[2]) is None, "the first link is dead"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("a@example.be", "A"), "Dites où et comme quoi"),
        (("not an address", "A", "--administrator"), "n'est pas complète"),
        (("a@example.be", "A", "--tenant", "nowhere-at-all", "--role", "agent"), "Il n'y a pas de « nowhere-at-all »"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_words(
    settings: Settings, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(settings, "user", "invite", *arguments)
    assert (result.exit_code, sentence in result.output) == (1, True)


def test_a_role_of_the_support_centre_is_not_one_of_a_platform(settings: Settings, federation: Federation) -> None:
    slug = federation.platform.slug
    result = run(settings, "user", "invite", "a@example.be", "A", "--tenant", slug, "--role", "trainer")
    assert (result.exit_code, "receptionist, agent, coordinator" in result.output) == (1, True)


def test_a_token_opens_the_api_with_no_more_than_its_permissions(settings: Settings, federation: Federation) -> None:
    agent = federation.agent()
    base = ("token", "create", agent.email, "--tenant", agent.tenant.slug, "--label", "essai", "--permission")
    token = run(settings, *base, "person.list").output.splitlines()[0]
    with unit_of_work(federation.engine, Scope(credential_hash=token_hash(token))) as session:
        row = session.execute(text("SELECT permissions FROM api_token")).scalar_one()
        assert row == ["person.list"]
    refused = run(settings, *base, "registry.write")
    assert (refused.exit_code, "registry.write" in refused.output) == (1, True)
    assert run(settings, "token", "create", "nobody@example.be", "--tenant", "x", "--label", "y").exit_code == 1


def test_the_addresses_of_the_database_are_shown(settings: Settings) -> None:
    assert "clais_app" in run(settings, "db", "url").output
    assert "clais_app" not in run(settings, "db", "url", "--owner").output


def test_a_backup_is_restored_with_its_rows_and_its_locks(migrated_database: Settings, tmp_path: Path) -> None:
    settings = migrated_database
    opening = ("tenant", "open", "Thuin", "--basin", "Bassin", "--slug", "thuin-sauve", "--code", "THU")
    assert run(settings, *opening).exit_code == 0
    file = tmp_path / "sauvegarde.dump"
    assert run(settings, "db", "backup", str(file)).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(settings, "tenant", "suspend", "thuin-sauve").exit_code == 0

    refused = run(settings, "db", "restore", str(file))
    assert (refused.exit_code, "rien n'a été touché" in refused.output) == (1, True)
    assert "suspendu" in run(settings, "tenant", "list").output
    restored = run(settings, "db", "restore", str(file), "--force")
    assert restored.exit_code == 0, restored.output
    assert "ouvert" in run(settings, "tenant", "list").output
    doctor = run(settings, "doctor").output
    assert "OK         Séparation" in doctor, doctor
    assert "OK         Outils du serveur" in doctor, doctor
    assert "OK         Comptes" in doctor, doctor


def test_a_file_that_is_no_backup_leaves_the_database_as_it_is(migrated_database: Settings, tmp_path: Path) -> None:
    file = tmp_path / "photo.dump"
    file.write_bytes(b"not a dump")
    result = run(migrated_database, "db", "restore", str(file), "--force")
    assert (result.exit_code, "pg_restore" in result.output) == (1, True)
    assert "OK         Mises à jour" in run(migrated_database, "doctor").output


def test_a_database_that_is_away_is_said_in_french(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"CLAIS_DIRECTORY": str(tmp_path), "CLAIS_DATABASE_URL": "postgresql://clais_app@127.0.0.1:1/clais"}
    )
    result = run(settings, "tenant", "list")
    assert (result.exit_code, "ne répond pas" in result.output) == (1, True)
    doctor = run(settings, "doctor")
    assert (doctor.exit_code, "FAUTE      Base de données" in doctor.output) == (1, True)


def test_upgrading_without_the_owner_s_address_says_which_one(settings: Settings, tmp_path: Path) -> None:
    incomplete = Settings.from_environment(
        {"CLAIS_DIRECTORY": str(tmp_path), "CLAIS_DATABASE_URL": str(settings.database_url)}
    )
    result = run(incomplete, "db", "upgrade")
    assert (result.exit_code, "CLAIS_OWNER_DATABASE_URL" in result.output) == (1, True)


def test_a_backup_that_was_cut_short_leaves_the_database_as_it_is(migrated_database: Settings, tmp_path: Path) -> None:
    file = tmp_path / "sauvegarde.dump"
    assert run(migrated_database, "db", "backup", str(file)).exit_code == 0
    file.write_bytes(file.read_bytes()[:-2000])
    result = run(migrated_database, "db", "restore", str(file), "--force")
    assert (result.exit_code, "pg_restore" in result.output) == (1, True)
    assert "OK         Mises à jour" in run(migrated_database, "doctor").output
