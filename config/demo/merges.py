"""Two files of one person that became one on the morning on which the demo is looked at."""

from flask import Flask
from sqlalchemy import Engine, select

from clais.database import ScopedSession, unit_of_work
from clais.encryption import Keyring
from clais.feature import install_composition
from config.demo.engine.acting import actor_of, scope_of
from config.demo.engine.desk import Desk
from config.demo.story import FACTS, REGISTERED_TWICE
from config.features import FEATURES
from tenants.merging.actions.merges import merge, version_of
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

MAY = frozenset({"person.merge"})


def merge_files(engine: Engine, desk: Desk, keyring: Keyring) -> None:
    """Let the coordinator merge the two files of someone who was registered twice, through the action."""
    chief = desk.of_role("coordinator")[0]
    actor = actor_of(desk, chief, MAY)
    app = Flask(__name__)
    install_composition(app, FEATURES)  # Features say how their rows go.
    with app.app_context(), unit_of_work(engine, scope_of(desk, chief), actor) as session:
        files = _files_of(session, desk)
        if len(files) < len(REGISTERED_TWICE):
            return  # They are one already; or a demo of very few people.
        kept, other = sorted(files, key=lambda person: (person.stage not in OPEN_STAGES, person.reference))
        merge(session, actor, kept, other, (), keyring, version=version_of(kept, other))


def _files_of(session: ScopedSession, desk: Desk) -> list[Person]:
    found = select(Person).where(
        Person.tenant_id == desk.tenant_id,
        Person.family_name.in_([family for family, _given, _sex in REGISTERED_TWICE]),
        Person.phone == FACTS[REGISTERED_TWICE[0]]["phone"],
    )
    return list(session.scalars(found))
