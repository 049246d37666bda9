"""A federation of any size, as measurements and trials fill it."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, make_url, select

from clais import clock
from clais.database import Scope, unit_of_work
from clais.encryption import Keyring
from clais.registry.models import Tenant
from config.command_line import main
from config.demo import Account, is_whole, large_federation, large_opening, progress, seed_many, shown_accounts
from config.settings import Settings
from tenants.people.models import Person


def test_a_federation_of_any_size_has_as_many_people_as_asked_the_first_tenant_its_own_number(
    new_database: Callable[[], Engine], keyring: Keyring
) -> None:
    engine = new_database()
    accounts = seed_many(engine, keyring, tenants=3, candidates=60, skew=40, progress=False)
    assert [account.role for account in accounts] == ["agent", "support_officer"]
    counts = []
    with unit_of_work(engine, Scope()) as session:
        tenants = list(session.scalars(select(Tenant).order_by(Tenant.slug)))
    for tenant in tenants:
        with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
            counts.append(session.scalar(select(func.count()).select_from(Person)))
    assert counts == [40, 10, 10, 0]


@pytest.mark.parametrize(("tenants", "candidates", "skew"), [(0, 10, None), (2, 10, 11)])
def test_a_federation_that_cannot_be_is_refused(
    new_database: Callable[[], Engine], keyring: Keyring, tenants: int, candidates: int, skew: int | None
) -> None:
    with pytest.raises(ValueError, match="at least one tenant"):
        seed_many(new_database(), keyring, tenants=tenants, candidates=candidates, skew=skew, progress=False)


def test_one_that_was_interrupted_is_known_and_a_whole_one_too(
    new_database: Callable[[], Engine], keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_database()
    assert is_whole(engine, "essai") is None

    def stop(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("config.demo.large_federation.write_chunk", stop)
    with pytest.raises(KeyboardInterrupt):
        seed_many(engine, keyring, tenants=2, candidates=10, progress=False)
    monkeypatch.undo()
    assert is_whole(engine, "essai") is False
    accounts = seed_many(engine, keyring, tenants=2, candidates=10, progress=False, tag="essai2")
    assert is_whole(engine, "essai2") is True
    assert is_whole(engine, "essai") is False
    assert shown_accounts("essai2") == accounts


@pytest.mark.parametrize("stops_at", ["write_account", "write_chunk", "_count"])
def test_one_that_was_interrupted_goes_on_where_it_stopped_and_is_as_if_it_had_not_been(
    stops_at: str, new_database: Callable[[], Engine], keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_database()
    module = large_opening if stops_at == "write_account" else large_federation
    real, calls = getattr(module, stops_at), count(1)

    def stopping(*given: Any, **named: Any) -> Any:
        if stops_at == "_count" or next(calls) == 3:
            raise KeyboardInterrupt
        return real(*given, **named)

    def seeded() -> list[Account]:
        return seed_many(engine, keyring, tenants=3, candidates=30, skew=20, progress=False)

    with monkeypatch.context() as patch:
        patch.setattr(module, stops_at, stopping)
        with pytest.raises(KeyboardInterrupt):
            seeded()
    assert is_whole(engine, "essai") is False
    with clock.set_to(clock.now() + timedelta(days=1)):
        accounts = seeded()
    assert is_whole(engine, "essai") is True
    assert accounts == shown_accounts("essai")
    straight = new_database()
    seed_many(straight, keyring, tenants=3, candidates=30, skew=20, progress=False)
    assert keys_in(engine) == keys_in(straight)


def keys_in(engine: Engine) -> dict[str, list[tuple[UUID, str]]]:
    """The people of each tenant: key and public number."""
    with unit_of_work(engine, Scope()) as session:
        tenants = list(session.scalars(select(Tenant)))
    found = {}
    for tenant in tenants:
        with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
            people = session.execute(select(Person.id, Person.reference).where(Person.tenant_id == tenant.id))
            found[tenant.slug] = sorted((key, reference) for key, reference in people)
    return found


def test_outside_a_terminal_a_long_work_says_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100, 101, 102, 130, 131])
    monkeypatch.setattr("config.demo.progress.time.monotonic", lambda: next(moments))
    with progress.shown(40, "Dossiers", "pers.", progress=True) as advance:
        for _part in range(4):
            advance(10)
    with progress.shown(40, "Dossiers", "pers.", progress=False) as advance:
        advance(10)
    assert capsys.readouterr().err.splitlines() == [
        "Dossiers : 10 sur 40 pers., 1 s",
        "Dossiers : 30 sur 40 pers., 30 s",
        "Dossiers : 40 sur 40 pers., 31 s",
    ]


def test_a_demonstration_does_not_start_without_its_icons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("config.commands.demo.icons_not_drawn", lambda: {"sun"})
    settings = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path)})
    result = CliRunner().invoke(main, ["demo", "--no-serve"], obj=settings)
    assert result.exit_code != 0
    assert "sun" in result.output
    assert "make environment" in result.output


def test_the_command_fills_any_size_beside_the_example_and_says_that_a_second_run_changes_nothing(
    new_database: Callable[[], Engine], owner_url: str, tmp_path: Path
) -> None:
    engine = new_database()
    owner = make_url(owner_url).set(database=engine.url.database)
    settings = Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(tmp_path),
            "CLAIS_DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "CLAIS_OWNER_DATABASE_URL": owner.render_as_string(hide_password=False),
            "CLAIS_DEMO": "yes",
        }
    )

    def demo(tenants: int, candidates: int) -> Result:
        sizes = ("--tenants", str(tenants), "--candidates", str(candidates))
        return CliRunner().invoke(main, ["demo", "--no-serve", *sizes], obj=settings, catch_exceptions=False)

    first = demo(9, 30)
    assert first.exit_code == 0, first.output
    assert "nadia.lambert@farciennes.example" in first.output
    assert "agent.1-1@essai-001.example" in first.output
    assert "rien n'y change" not in first.output
    again = demo(9, 30)
    assert "« essai » est déjà là : rien n'y change" in again.output
    assert "agent.1-1@essai-001.example" in again.output
    assert "La démonstration est déjà là : rien n'y change" in demo(2, 10).output
    with unit_of_work(engine, Scope()) as session:
        assert session.scalar(select(func.count()).select_from(Tenant)) == 9 + 10
