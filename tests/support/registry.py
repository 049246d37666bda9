"""Rows of the registry for a test, which are everyone's and hence taken away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from sqlalchemy import Engine, delete, insert

from clais.registry.models import Municipality


@contextmanager
def a_municipality(superuser: Engine) -> Iterator[str]:
    """A municipality that no other test has: its code, as long as the test lasts."""
    code = f"x{token_hex(2)}"
    with superuser.begin() as connection:
        connection.execute(insert(Municipality).values(nis_code=code, name_french="Ailleurs"))
    try:
        yield code
    finally:
        with superuser.begin() as connection:
            connection.execute(delete(Municipality).where(Municipality.nis_code == code))
