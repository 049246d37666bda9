"""How long after an act the worker has done what the act made due, and what the worker costs while nothing is."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy import URL, Engine, func, select

from clais.actor import Actor
from clais.clock import now
from clais.database import Scope, ScopedSession, new_id, unit_of_work
from clais.due.models import Due
from clais.exchange.referrals.actions import move, post_message, withdraw
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.feature import composition
from clais.messaging.actions import post_mail
from clais.messaging.models import Notification, OutboxMessage
from clais.scheduling.worker import Worker
from clais.services import services
from clais.web.routing import Application
from config.benchmarks.browser import Browser
from config.worker import job_context_of
from support_center.routing.actions import accept
from support_center.routing.models import Participant
from tenants.people.models import Person

ASKED = 0.02
"""Seconds between two looks at whether it is done."""
LONGEST = 60.0
"""Seconds after which it is not waited for any longer."""
IDLE_SECONDS = 60
"""A turn of the sweep, which comes once a minute, is among them."""
QUIET = 0.05
"""The share of a core below which the worker has ended what it does at its start."""
Act = Callable[[], Callable[[], bool]]
"""Does something, and gives how to see that the worker has done the rest."""


class NeverDoneError(RuntimeError):
    """The worker did not do what was due."""


@dataclass(frozen=True, slots=True)
class Delay:
    """A job, and the promise for the seconds between the act and its end."""

    name: str
    label: str
    most: float


MAIL = Delay("delay.mail", "Mail, de l'acte au départ", 10)
NEWS = Delay("delay.news", "Nouvelle, de l'acte à la notification", 15)
WITHDRAWAL = Delay("delay.withdrawal", "Accord retiré, de l'acte à l'effacement", 30)


class House:
    """A federation at work: acts of an agent and of the officer, and a worker beside."""

    def __init__(self, app: Application, engine: Engine, url: URL, platform: Browser, centre: Browser) -> None:
        self.app, self.engine, self.platform, self.centre = app, engine, platform, centre
        with app.app_context():
            self.jobs = composition().due_jobs
        self.worker = Worker(
            job_context_of(app, "http://localhost"), self.jobs, url.render_as_string(hide_password=False)
        )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """With the worker running, which has done what was due before."""
        thread = threading.Thread(target=self.worker.run)
        thread.start()
        try:
            self.wait_for(self._nothing_is_due, 20 * LONGEST)
            yield
        finally:
            self.worker.stop()
            thread.join()

    def delays(self, act: Act, times: int) -> list[float]:
        """How many seconds the worker took, each time; fewer times where there are no referrals left to act on.

        Raises LookupError when there was none.
        """
        found: list[float] = []
        for _time in range(times):
            begun = perf_counter()
            try:
                is_done = act()
            except LookupError:
                if not found:
                    raise
                break
            self.wait_for(is_done, LONGEST)
            found.append(perf_counter() - begun)
        return found

    def idle_share(self) -> float:
        """What share of a core the process uses while nothing is due."""
        self.wait_for(self._nothing_is_due, LONGEST)
        self.wait_for(lambda: _share_of_a_core(1) < QUIET, LONGEST)
        return _share_of_a_core(IDLE_SECONDS)

    def wait_for(self, is_done: Callable[[], bool], seconds: float) -> None:
        """Wait until it is done. Raises NeverDoneError."""
        begun = perf_counter()
        while not is_done():
            if perf_counter() - begun > seconds:
                raise NeverDoneError
            time.sleep(ASKED)

    def mail(self) -> Callable[[], bool]:
        """Post a mail."""
        key = f"mesure {new_id()}"
        with self._as(self.platform) as (session, _actor):
            post_mail(session, "mesure@example.be", "Avis", "Mesure", key)
        mine = select(OutboxMessage.state).where(
            OutboxMessage.tenant_id == self.platform.scope.tenant_id, OutboxMessage.dedupe_key == key
        )
        return lambda: self._read(self.platform, mine) == "sent"

    def news(self) -> Callable[[], bool]:
        """Let the officer write to who follows someone."""
        with self._as(self.platform) as (session, _actor):
            referral_id = self._a_referral(session)
        with self._as(self.centre) as (session, actor):
            key = str(post_message(session, actor, self._received(session, referral_id), "Mardi ?").id)
        mine = select(Notification.id).where(
            Notification.tenant_id == self.platform.scope.tenant_id, Notification.dedupe_key == key
        )
        return lambda: self._read(self.platform, mine) is not None

    def withdrawal(self) -> Callable[[], bool]:
        """Let someone whom the centre has accepted take their agreement back."""
        with self._as(self.platform) as (session, _actor):
            referral_id = self._a_referral(session)
        with self._as(self.centre) as (session, actor):
            referral = self._received(session, referral_id)
            if referral.state == "requested":
                move(session, actor, referral, "receive")
            participant_id = accept(session, actor, referral, services().keyring, waiting=True).id
        with self._as(self.platform) as (session, actor):
            withdraw(session, actor, session.get_one(Referral, (session.scope.tenant_id, referral_id)))
        theirs = select(Participant.erased_at).where(
            Participant.tenant_id == self.centre.scope.tenant_id, Participant.id == participant_id
        )
        return lambda: self._read(self.centre, theirs) is not None

    @contextmanager
    def _as(self, browser: Browser) -> Iterator[tuple[ScopedSession, Actor]]:
        """A transaction of the member of a browser."""
        who, tenant = browser.membership, browser.tenant
        with self.app.app_context():
            actor = Actor(
                who.display_name, services().permissions.of(who.role), tenant_id=tenant.id, basin_id=tenant.basin_id,
                user_id=who.user_id, membership_id=who.id, role=who.role, tenant_slug=tenant.slug,
                tenant_name=tenant.name, tenant_code=tenant.code, tenant_kind=tenant.kind,
            )  # fmt: skip
            with unit_of_work(self.engine, browser.scope, actor) as session:
                yield session, actor

    def _read(self, browser: Browser, statement: object) -> object:
        with unit_of_work(self.engine, browser.scope) as session:
            return session.scalar(statement)  # type: ignore[call-overload]

    @staticmethod
    def _a_referral(session: ScopedSession) -> UUID:
        """The newest referral that nobody has answered yet, of somebody who has a referent."""
        waiting = (
            select(Referral.id)
            .join(Person, (Person.tenant_id == Referral.tenant_id) & (Person.id == Referral.person_id))
            .where(
                Referral.tenant_id == session.scope.tenant_id, Referral.state.in_(("requested", "received")),
                Referral.withdrawn_at.is_(None), Referral.consent_until > now(), Person.referent_id.is_not(None),
            )
        )  # fmt: skip
        found = session.scalars(waiting.order_by(Referral.id.desc()).limit(1)).one_or_none()
        if found is None:
            raise LookupError("a referral without an answer")
        return found

    @staticmethod
    def _received(session: ScopedSession, referral_id: UUID) -> Referral:
        referral = received_referral(session, referral_id)
        if referral is None:
            raise LookupError(referral_id)
        return referral

    def _nothing_is_due(self) -> bool:
        with unit_of_work(self.engine, Scope()) as session:
            return session.scalar(select(func.count()).select_from(Due).where(Due.at <= now())) == 0


def _share_of_a_core(seconds: float) -> float:
    """What share of a core the process uses in the next seconds."""
    begun, used = perf_counter(), time.process_time()
    time.sleep(seconds)
    return (time.process_time() - used) / (perf_counter() - begun)
