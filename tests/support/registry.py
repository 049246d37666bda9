"""Rows of the registry for a test, which are everyone's and hence taken away again; and open data that load fast."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine, delete, insert

from clais.registry.models import Municipality
from config.settings import REFERENCE

FEW = 20


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


def few_occupations(made: Path) -> Path:
    """The open data with twenty of the thirteen thousand occupations, which take seconds to load: in the folder `made`.

    For tests of who installs what where; tests/config/test_commands.py has the upgrade that brings them all.
    """
    shutil.copytree(REFERENCE, made)
    for file in (made / "rome").iterdir():
        with file.open(encoding="utf-8") as lines:
            few = list(islice(lines, 1 + FEW))
        file.write_text("".join(few), encoding="utf-8")
    return made
