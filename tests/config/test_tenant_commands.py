"""Opening and closing a tenant at the keyboard: no second basin by a slip, nothing closed unasked, links that lead."""

import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from clais.actor import Actor
from clais.database import Scope, unit_of_work
from clais.exchange.publications.instruments import definition_for_basin, shelves_of_basin
from clais.exchange.publications.models import Instrument
from clais.instruments.first import FILES, first_version
from clais.instruments.rules.definition import InstrumentKind
from clais.registry.models import Basin, Tenant
from config.command_line import main
from config.commands.connection import application_engine
from config.settings import Settings
from support_center.instruments.actions.drafts import begin_version
from support_center.instruments.queries import definition_of
from tests.support.commands import run
from tests.support.federation import Federation
from tests.tenants.agenda.days import a_file


def opened(settings: Settings, basin: str, *more: str) -> Result:
    tag = secrets.token_hex(4)
    code = "".join(chr(ord("A") + int(digit, 16)) for digit in tag[:3])
    return run(settings, "tenant", "open", f"X {tag}", "--basin", basin, "--slug", f"x-{tag}", "--code", code, *more)


def basins_named(federation: Federation, word: str) -> list[str]:
    with unit_of_work(federation.engine, Scope()) as session:
        return list(session.scalars(select(Basin.name).where(Basin.name.icontains(word))))


def state_of(federation: Federation) -> str:
    with unit_of_work(federation.engine, Scope()) as session:
        return session.get_one(Tenant, federation.platform.id).state


def typed(settings: Settings, *arguments: str, answer: str) -> Result:
    return CliRunner().invoke(main, list(arguments), obj=settings, catch_exceptions=False, input=f"{answer}\n")


def test_another_spelling_takes_the_basin_that_is_there(settings: Settings, federation: Federation) -> None:
    for spelling in (federation.basin.name.upper(), f"  bassin  de {federation.tag} ", federation.tag):
        result = opened(settings, spelling)
        assert result.exit_code == 0, result.output
        assert federation.basin.name in result.output
    assert basins_named(federation, federation.tag) == [federation.basin.name]


def test_a_slip_creates_nothing_and_proposes_the_close_one(settings: Settings, federation: Federation) -> None:
    slip = f"Bassin {federation.tag[:-1]}z"
    refused = opened(settings, slip)
    assert refused.exit_code == 1
    assert f"« {federation.basin.name} »" in refused.output
    assert "--new-basin" in refused.output
    assert basins_named(federation, slip) == []
    assert opened(settings, slip, "--new-basin").exit_code == 0
    assert basins_named(federation, slip) == [slip]


@pytest.mark.parametrize("kind", FILES)
def test_a_new_centre_has_the_forms_of_the_house_as_its_first_instruments(
    settings: Settings, kind: InstrumentKind
) -> None:
    basin = f"Bassin {secrets.token_hex(4)}"
    assert opened(settings, basin, "--new-basin").exit_code == 0
    assert opened(settings, basin, "--kind", "centre").exit_code == 0
    with application_engine(settings) as engine:
        with unit_of_work(engine, Scope()) as session:
            found = select(Tenant).join(Basin).where(Basin.name == basin).order_by(Tenant.kind)
            platform, centre = session.scalars(found)
        with unit_of_work(engine, Scope(tenant_id=platform.id, basin_id=platform.basin_id)) as session:
            shelves = {shelf.instrument.code: shelf for shelf in shelves_of_basin(session)}
            assert set(shelves) == set(FILES)
            shelf = shelves[kind]
            assert (shelf.instrument.kind, shelf.instrument.owner_tenant_id) == (kind, centre.id)
            (version,) = shelf.to_adopt
            assert definition_for_basin(session, version) == first_version(kind).definition
        # And its author goes on from there.
        with unit_of_work(engine, Scope(tenant_id=centre.id, basin_id=centre.basin_id)) as session:
            author = Actor("Christine Dupuis", frozenset(), tenant_id=centre.id, basin_id=centre.basin_id)
            instrument = session.get_one(Instrument, (centre.id, shelf.instrument.id))
            second = begin_version(session, author, instrument)
            assert definition_of(session, second) == first_version(kind).definition


def test_closing_shows_what_is_there_and_asks_for_the_address(settings: Settings, federation: Federation) -> None:
    agent, slug = federation.agent(), federation.platform.slug
    a_file(agent)
    for answer in ("", "oui", federation.other_platform.slug):
        refused = typed(settings, "tenant", "close", slug, answer=answer)
        assert refused.exit_code == 1
        assert "Membres : 1" in refused.output
        assert "Dossiers : 1" in refused.output
        assert state_of(federation) == "open"
    assert typed(settings, "tenant", "close", slug, answer=slug).exit_code == 0
    assert state_of(federation) == "closed"
    assert "déjà fermé" in run(settings, "tenant", "close", slug, "--yes").output
    assert run(settings, "tenant", "resume", slug).exit_code == 0
    assert state_of(federation) == "open"


def test_a_script_closes_without_being_asked(settings: Settings, federation: Federation) -> None:
    assert run(settings, "tenant", "close", federation.other_platform.slug, "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8123"}, "http://127.0.0.1:8123"),
        ({"CLAIS_HOST": "0.0.0.0", "PORT": "80"}, "http://127.0.0.1:80"),  # noqa: S104 - a setting that is read.
        ({"CLAIS_HOST": "192.168.1.20"}, "http://192.168.1.20:8000"),
        ({"CLAIS_HOST": "::1"}, "http://[::1]:8000"),
        ({"CLAIS_PUBLIC_URL": "https://clais.example/"}, "https://clais.example"),
        ({"CLAIS_PUBLIC_URL": "clais.example", "CLAIS_SECURE_COOKIES": "yes"}, "https://clais.example"),
        ({"CLAIS_PUBLIC_URL": "https://clais.example:8443", "PORT": "9000"}, "https://clais.example:8443"),
    ],
)
def test_links_carry_the_scheme_host_and_port(tmp_path: Path, environment: dict[str, str], address: str) -> None:
    settings = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path), **environment})
    assert (settings.public_url, settings.link_url) == (address, address)


def test_a_command_beside_a_running_server_links_to_that_server(
    settings: Settings, federation: Federation, tmp_path: Path
) -> None:
    server = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path), "PORT": "8123"})
    server.remember_address()
    invited = ("user", "invite", f"x.{federation.tag}@example.be", "X", "--tenant", federation.platform.slug)
    assert "http://127.0.0.1:8123/invitation/" in run(settings, *invited, "--role", "agent").output
    told = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path), "CLAIS_PUBLIC_URL": "https://clais.example"})
    assert told.link_url == "https://clais.example"
