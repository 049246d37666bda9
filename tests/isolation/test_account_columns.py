"""What the application's role can do to accounts, whatever its scope: never make an administrator of someone."""

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from clais.database import Scope
from clais.identity.secrets import email_hash
from tests.isolation.catalogue import faulty_database
from tests.support.federation import Federation

CHANGES = {"administers": "true", "email": "'autre@example.be'", "email_hash": "''", "id": "gen_random_uuid()"}


def check_change(engine: Engine, scope: Scope, column: str, value: str) -> list[str]:
    """Whether an account's column can be rewritten in a scope that opens the account."""
    with engine.execution_options(scope=scope).connect() as connection:
        try:
            changed = connection.execute(text(f"UPDATE user_account SET {column} = {value}")).rowcount
        except ProgrammingError as error:
            return [] if isinstance(error.orig, InsufficientPrivilege) else [str(error.orig)]
    return [f"{column} of {changed} accounts can be rewritten"]


@pytest.mark.parametrize("column", CHANGES)
def test_an_account_stays_whose_it_is_and_what_it_is(federation: Federation, column: str) -> None:
    agent = federation.agent()
    for scope in (agent.scope, Scope(email_hash=email_hash(agent.email)), Scope(administers=True)):
        assert check_change(federation.engine, scope, column, CHANGES[column]) == []


def test_a_role_that_may_make_administrators_is_found(superuser: Engine, federation: Federation) -> None:
    fault = "GRANT UPDATE (administers) ON user_account TO clais_app"
    with faulty_database(superuser, fault) as (application, _owner):
        agent = Federation(federation.app, application).agent()
        assert check_change(application, agent.scope, "administers", "true") == [
            "administers of 1 accounts can be rewritten"
        ]
