"""What was encoded by mistake on the morning on which the demo is looked at: a whole file, and a note in another."""

from flask import Flask
from sqlalchemy import Engine, select

from clais.database import ScopedSession, unit_of_work
from clais.encryption import Keyring
from clais.feature import install_composition
from config.demo.engine.acting import actor_of, scope_of
from config.demo.engine.desk import Desk
from config.demo.engine.texts import read
from config.features import FEATURES
from tenants.follow_up.actions import write_note
from tenants.mistakes.actions import set_entry_aside, set_file_aside
from tenants.mistakes.models import Mistake
from tenants.mistakes.workflow import SET_ASIDE
from tenants.people.actions import register_person
from tenants.people.models import Person

WRITES = frozenset({"person.create", "follow_up.write"})


def set_aside(engine: Engine, desk: Desk, keyring: Keyring) -> None:
    """Let the coordinator set aside a file that was made for a trial, and a note that is about somebody else."""
    chief, agent = desk.of_role("coordinator")[0], desk.of_role("agent")[0]
    decides, writes = actor_of(desk, chief, frozenset({SET_ASIDE})), actor_of(desk, agent, WRITES)
    texts = read("mistakes")
    app = Flask(__name__)
    install_composition(app, FEATURES)  # Features say what is under way in a file.
    with app.app_context(), unit_of_work(engine, scope_of(desk, chief), decides) as session:
        person = _in_follow_up(session, desk)
        if person is None or _is_done(session, desk):
            return  # It is done already; or a demo of very few people.
        names = {name: texts["file"][name] for name in ("family_name", "given_names")}
        trial = register_person(session, writes, names | {"registration_consent_manner": "spoken"}, keyring)
        note = write_note(session, person, writes, text=texts["entry"]["text"], note_class="fact")
        set_file_aside(session, decides, trial, **_why(texts["file"]))
        set_entry_aside(session, decides, person, note, **_why(texts["entry"]))


def _why(texts: dict[str, str]) -> dict[str, str]:
    return {name: texts[name] for name in ("reason", "because")}


def _in_follow_up(session: ScopedSession, desk: Desk) -> Person | None:
    here = (Person.tenant_id == desk.tenant_id, Person.stage == "in_follow_up")
    return session.scalars(select(Person).where(*here).order_by(Person.reference.desc()).limit(1)).first()


def _is_done(session: ScopedSession, desk: Desk) -> bool:
    return session.scalar(select(Mistake.id).where(Mistake.tenant_id == desk.tenant_id).limit(1)) is not None
