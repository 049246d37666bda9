from flask import g
from sqlalchemy import Engine, func, insert, select

from clais.actor import Actor
from clais.clock import now
from clais.database import Scope, new_id, unit_of_work
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.models import Referral, ReferralMessage
from clais.messaging.models import Notification
from clais.registry.queries import tenant_by_slug
from clais.services import services
from clais.web.routing import Application

MESSAGES = 8000


class Announcing:
    """A call of the job that announces news to a platform which has thousands of messages and nothing new.

    Making it writes the messages, from the receiver of the platform's newest referral that stands, and announces them.
    """

    def __init__(self, app: Application, engine: Engine, slug: str) -> None:
        self._app, self._engine = app, engine
        with unit_of_work(engine, Scope()) as session:
            tenant = tenant_by_slug(session, slug)
        if tenant is None:
            raise LookupError(slug)
        self._scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
        with app.app_context():
            permissions = services().permissions.of("system")
        self._actor = Actor(
            "Système", permissions, tenant_id=tenant.id, basin_id=tenant.basin_id, role="system",
            tenant_slug=tenant.slug, tenant_name=tenant.name, tenant_code=tenant.code, tenant_kind=tenant.kind,
        )  # fmt: skip
        self._write()
        known = -1
        while known != (known := self._announced()):
            self()

    def __call__(self) -> None:
        with self._app.test_request_context(), unit_of_work(self._engine, self._scope, self._actor) as session:
            g.actor = self._actor
            announce(session, self._actor)

    def _announced(self) -> int:
        with unit_of_work(self._engine, self._scope) as session:
            here = Notification.tenant_id == self._scope.tenant_id
            return session.scalar(select(func.count()).select_from(Notification).where(here)) or 0

    def _write(self) -> None:
        with unit_of_work(self._engine, self._scope) as session:
            open_to_both = (Referral.withdrawn_at.is_(None), Referral.consent_until > now())
            mine = select(Referral).where(Referral.tenant_id == self._scope.tenant_id, *open_to_both)
            referral = session.scalars(mine.order_by(Referral.id.desc()).limit(1)).one()
            referral.last_moved_at = now()
        rows = [
            {
                **referral.crossing,
                "id": new_id(),
                "referral_id": referral.id,
                "by_tenant_id": referral.to_tenant_id,
                "actor_name": "Mesure",
                "text": "Peut-elle venir mardi ?",
            }
            for _number in range(MESSAGES)
        ]
        receiver = Scope(tenant_id=referral.to_tenant_id, basin_id=self._scope.basin_id)
        with unit_of_work(self._engine, receiver) as session:
            session.execute(insert(ReferralMessage), rows)
