from uuid import uuid4

from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.registry.actions import create_basin, open_tenant
from clais.registry.models import LOCAL_PLATFORM


class Opening:
    """A call that opens a platform in a basin of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self) -> None:
        tag = uuid4().hex
        with unit_of_work(self._engine, Scope(administers=True)) as session:
            basin = create_basin(session, f"Mesure {tag}")
            open_tenant(session, basin, kind=LOCAL_PLATFORM, name="Mesure", slug=f"ouverture-{tag}", code="ZZZ")
