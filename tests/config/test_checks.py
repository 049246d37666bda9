"""The checks of `make check` can fail: each is shown its planted fault."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from clais.web.routing import Application
from config.checks import migrations, row_security, templates


@pytest.mark.parametrize(
    "fault",
    [
        "<p style='color: red'>",
        '<button onclick="go()">',
        "<script>go()</script>",
        "{{ name | safe }}",
        '<div hx-get="/x" hx-trigger="toggle from:closest details once"></div>',
        "{% if %}",
        '{% include "nowhere.html" %}',
        '{% from "components/ui.html" import nothing_like_this %}',
    ],
)
def test_a_template_that_breaks_a_rule_is_named(app: Application, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "planted.html"
    path.write_text(f"<p>fine</p>\n{fault}\n")
    found = list(templates.faults_of(app.jinja_env, path))
    assert found
    assert "planted.html:2" in found[0]


def test_a_template_that_keeps_to_the_rules_has_no_fault(app: Application, tmp_path: Path) -> None:
    path = tmp_path / "good.html"
    path.write_text('{# no style="…" here #}{% from "components/ui.html" import row %}<p>{{ row() }}</p>')
    assert not list(templates.faults_of(app.jinja_env, path))


@pytest.mark.parametrize(
    "fault", ["ALTER TABLE person ADD COLUMN a int NOT NULL;", "CREATE INDEX i ON person (name);", "DROP TABLE person;"]
)
def test_a_migration_that_would_stop_the_service_is_refused(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert migrations.lint({"0099": f"SET lock_timeout = '2s';\n{fault}"}) != 0
    assert "0099.sql" in capfd.readouterr().out


def test_verdicts_that_were_not_expected_are_faults() -> None:
    def answer(**verdicts: str) -> str:
        expected = row_security.MODES["cross-tenant"]
        every = dict.fromkeys(expected, "unverified") | {"person": "isolated"} | verdicts
        return json.dumps({"tables": [{"table": f"public.{name}", "verdict": v} for name, v in every.items()]})

    assert row_security.faults_of("cross-tenant", answer()) == []
    assert row_security.faults_of("cross-tenant", answer(person="leak")) == ["cross-tenant: person is leak"]
    proven = "referral is proven now, take it off the list"
    assert row_security.faults_of("cross-tenant", answer(referral="isolated")) == [f"cross-tenant: {proven}"]
    assert row_security.faults_of("anon", answer(person="unverified"))


def test_an_open_table_and_a_weak_policy_are_found() -> None:
    with row_security.migrated_database() as url:
        assert row_security.pgrls(url, "lint").returncode == 0
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE forgotten (tenant_id uuid PRIMARY KEY)"))
            connection.execute(text("DROP POLICY floor ON note"))
            connection.execute(text("ALTER POLICY own ON note USING (true) WITH CHECK (true)"))
        engine.dispose()
        lint = row_security.pgrls(url, "lint")
        assert lint.returncode != 0
        assert "public.forgotten" in lint.stdout
        for mode in ("cross-tenant", "write"):
            answer = row_security.pgrls(url, "verify", "--mode", mode, "--format", "json").stdout
            assert any("note" in fault for fault in row_security.faults_of(mode, answer))
