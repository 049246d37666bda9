"""A caseload that grew: a long thread, agents × stages, and the acts on many files at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from time import perf_counter
from uuid import uuid4

from flask import g
from sqlalchemy import Engine, insert, select

from clais.actor import Actor
from clais.database import Scope, ScopedSession, new_id, unit_of_work
from clais.feature import composition
from clais.identity.actions import create_account, join_tenant
from clais.identity.models import Membership
from clais.identity.secrets import email_hash
from clais.services import services
from clais.web.routing import Application
from config.benchmarks.browser import Browser, Call
from config.benchmarks.measuring import Timing
from config.benchmarks.pages import PEOPLE, Page, similar_files
from config.benchmarks.report import A_SECOND, Row
from tenants.caseload.actions import ask_export
from tenants.caseload.export import to_json
from tenants.caseload.jobs import ROWS, write_export
from tenants.caseload.queries import Wanted
from tenants.follow_up.models import Note
from tenants.merging.actions.merges import merge, undo, version_of
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.transfers.actions import Wanted as WantedTransfer
from tenants.transfers.actions import hand_over_caseload

THREAD, AGENTS = "thread", "agents"
PAGES = (Page(THREAD, "Fil de 500 entrées", 15), Page(AGENTS, "Agents × étapes", 30))
MERGE, HAND_OVER, EXPORT = "merge", "hand_over", "export"
ENTRIES, FILES = 500, 300


def a_coordinator(app: Application, engine: Engine, large: Browser) -> Browser:
    """Someone who leads the platform of `large`; measured data have agents alone."""
    email = f"mesure.{uuid4().hex[:8]}@example.be"
    scope = Scope(tenant_id=large.tenant.id, basin_id=large.tenant.basin_id, email_hash=email_hash(email))
    with unit_of_work(engine, scope) as session:
        join_tenant(session, create_account(session, email, "Mesure"), "coordinator")
    return Browser(app, engine, large.slug, "coordinator")


def caseload_calls(engine: Engine, large: Browser, coordinator: Browser) -> dict[str, Call]:
    """The thread of someone of whom 500 notes were written, and the coordinator's page of all agents."""
    return {THREAD: large.get(f"{_long_thread(engine, large)}/fil"), AGENTS: coordinator.get("/equipe")}


def _long_thread(engine: Engine, browser: Browser) -> str:
    """Where the file is of the last of those who are alike; it gets so many notes."""
    found = similar_files(engine, browser)[-1]
    note = {
        "tenant_id": browser.tenant.id,
        "person_id": found.removeprefix(f"{PEOPLE}/"),
        "author_id": browser.membership.id,
        "author_name": browser.membership.display_name,
        "text": "A rappelé : le rendez-vous est confirmé.",
    }
    with ScopedSession(engine, browser.scope) as session:
        session.execute(insert(Note), [{**note, "id": new_id()} for _ in range(ENTRIES)])
        session.commit()
    return found


class Acts:
    """Acts on many files, each in a transaction that is taken back: what is measured changes nothing."""

    def __init__(self, app: Application, engine: Engine, coordinator: Browser) -> None:
        self._app, self._engine, self._coordinator = app, engine, coordinator

    def rows(self, times: int) -> list[Row]:
        """The lines of the report: what a merge and its undo, a hand-over, and the writing of an export cost."""
        made = [
            Row(MERGE, "Fusionner deux dossiers, et défaire", Timing.of(self._times(self._merged, times))),
            Row(HAND_OVER, f"Transmettre {FILES} dossiers", Timing.of(self._times(self._handed_over, times))),
        ]
        begun = perf_counter()
        with self.at_work() as (session, actor):
            written = self._exported(session, actor)
        speed = written / (perf_counter() - begun)
        return [*made, Row(EXPORT, "Dossiers exportés en XLSX", figure=speed, unit=A_SECOND)]

    @contextmanager
    def at_work(self) -> Iterator[tuple[ScopedSession, Actor]]:
        """A transaction of the coordinator in a request of its own, which is taken back in the end."""
        tenant, who = self._coordinator.tenant, self._coordinator.membership
        with self._app.test_request_context(), ScopedSession(self._engine, self._coordinator.scope) as session:
            g.actor = actor = Actor(
                who.display_name, services().permissions.of(who.role), tenant_id=tenant.id, basin_id=tenant.basin_id,
                user_id=who.user_id, membership_id=who.id, role=who.role, tenant_slug=tenant.slug,
                tenant_name=tenant.name, tenant_code=tenant.code, tenant_kind=tenant.kind,
            )  # fmt: skip
            try:
                yield session, actor
            finally:
                session.rollback()

    def _times(self, act: Callable[[ScopedSession, Actor], object], times: int) -> list[float]:
        """How many seconds an act takes, each time anew."""
        found = []
        for _ in range(times):
            with self.at_work() as (session, actor):
                begun = perf_counter()
                act(session, actor)
                session.flush()
                found.append(perf_counter() - begun)
        return found

    def _merged(self, session: ScopedSession, actor: Actor) -> None:
        kept, other = self.people(session, 2)
        keyring = services().keyring
        made = merge(session, actor, kept, other, (), keyring, version=version_of(kept, other))
        undo(session, actor, made, keyring)

    def _handed_over(self, session: ScopedSession, actor: Actor) -> None:
        here = Membership.tenant_id == session.scope.tenant_id
        found = select(Membership).where(here, Membership.role == "agent")
        agents = session.scalars(found.order_by(Membership.id)).all()
        people = self.people(session, FILES)
        giver, *takers = agents
        for person in people:
            person.referent_id = giver.id
        session.flush()
        split = {person.id: taker.id for person, taker in zip(people, cycle(takers or [giver]), strict=False)}
        wanted = WantedTransfer("departure", split)
        hand_over_caseload(session, actor, giver, wanted, {taker.id: taker for taker in agents})

    def _exported(self, session: ScopedSession, actor: Actor) -> int:
        wanted = to_json(Wanted()) | {
            "columns": [column.name for column in composition().person_columns if not column.is_extra],
            "chips": [],
            "platform": actor.tenant_name,
        }
        ask_export(session, actor, "xlsx", wanted, ROWS, "fr")
        written = 0
        while (part := write_export(session, actor)) > 0:
            written += part
        return written

    def people(self, session: ScopedSession, number: int) -> list[Person]:
        """So many open files; fewer where there are not as many."""
        found = select(Person).where(Person.tenant_id == session.scope.tenant_id, Person.stage.in_(OPEN_STAGES))
        return list(session.scalars(found.order_by(Person.sort_name, Person.id).limit(number)))
