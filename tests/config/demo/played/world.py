"""A basin like the demo's, still empty, with a clock: where the acts are played."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import select

from clais import clock
from clais.actor import Actor
from clais.database import Base, Scope, ScopedSession, unit_of_work
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.identity.models import Membership
from clais.registry.actions import create_basin, open_tenant
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Tenant
from clais.workflow import StateChange
from support_center.catalogue.workflow import SCHEME
from tests.config.demo.played.rows import DemoRows, Row
from tests.support.federation import Federation, Member

NUMBER = re.compile(r"\b[A-Z]{3}-[RP]?\d{4}-\d{5}\b")
KEY = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}\b")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that someone did at a moment. `order` puts acts of one moment one after the other."""

    moment: datetime
    order: int
    play: Callable[[], None]


class World:
    """The tenants and members of the demo, made anew.

    `keys` and `names` give what stands here for a key or a public number of the demo.
    """

    def __init__(self, federation: Federation, rows: DemoRows) -> None:
        self.federation, self.rows = federation, rows
        self.keys: dict[UUID, UUID] = {}
        self.names: dict[str, str] = {}
        self.played: set[UUID] = set()
        """The referrals of the demo that are played here."""
        self._members: dict[UUID, Member] = {}
        self._tenants: dict[UUID, Tenant] = {}
        with unit_of_work(federation.engine, Scope(administers=True)) as session:
            basin = create_basin(session, f"Bassin {federation.tag}")
            self.keys[rows.desks[0].basin_id] = basin.id
            for number, desk in enumerate(rows.desks):
                kind = LOCAL_PLATFORM if desk.place else SUPPORT_CENTRE
                slug = f"d{number}-{federation.tag}"
                tenant = open_tenant(session, basin, kind=kind, name=desk.name, slug=slug, code=desk.code)
                tenant.national_number_authorisation = desk.place.authorisation if desk.place else None
                self._tenants[desk.tenant_id] = tenant
                self.keys[desk.tenant_id] = tenant.id
        for row in rows.all(Membership):
            self._join(row)

    @property
    def tenants(self) -> list[Tenant]:
        """The tenants of this world."""
        return list(self._tenants.values())

    def translated(self, value: Any) -> Any:
        """A value of the demo with the keys and public numbers that stand for its own here."""
        if isinstance(value, UUID):
            return self.keys.get(value, value)
        if isinstance(value, str):
            return self._translated_text(value)
        if isinstance(value, dict):
            return {self.translated(key): self.translated(found) for key, found in value.items()}
        if isinstance(value, list | tuple):
            return [self.translated(found) for found in value]
        return value

    def _translated_text(self, text: str) -> str:
        text = NUMBER.sub(lambda found: self.names.get(found[0], found[0]), text)
        return KEY.sub(lambda found: self._translated_key(found[0]), text)

    def _translated_key(self, key: str) -> str:
        known = self.keys.get(UUID(key), UUID(key))
        return str(known) if "-" in key else known.hex

    def tenant(self, key: UUID) -> Tenant:
        """The tenant here that stands for one of the demo's."""
        return self._tenants[key]

    def member(self, key: UUID) -> Member:
        """The member here who stands for one of the demo's memberships."""
        return self._members[key]

    def _join(self, row: Row) -> None:
        made = self.federation.member(self.tenant(row["tenant_id"]), row["role"], row["display_name"])
        self._members[row["id"]] = made
        self.keys |= {row["id"]: made.membership.id, row["user_id"]: made.membership.user_id}

    def called(self, tenant: UUID, name: str) -> Member:
        """The member of a tenant of the demo who has this name."""
        return self.member(self.rows.one(Membership, tenant_id=tenant, display_name=name)["id"])

    @contextmanager
    def at_work(self, member: Member, moment: datetime) -> Iterator[ScopedSession]:
        """A request of `member` at `moment`."""
        with (
            clock.set_to(moment),
            self.federation.app.test_request_context(base_url="https://clais.example"),
            member.at_work() as session,
        ):
            g.actor = member.actor
            yield session

    @contextmanager
    def system_at_work(self, tenant: Tenant, moment: datetime) -> Iterator[tuple[ScopedSession, Actor]]:
        """The worker in a tenant at `moment`."""
        permissions = self.federation.app.extensions["clais"].permissions.of("system")
        actor = Actor(
            "Système", permissions, tenant_id=tenant.id, basin_id=tenant.basin_id, role="system",
            tenant_slug=tenant.slug, tenant_name=tenant.name, tenant_code=tenant.code, tenant_kind=tenant.kind,
        )  # fmt: skip
        with (
            clock.set_to(moment),
            self.federation.app.test_request_context(base_url="https://clais.example"),
            unit_of_work(self.federation.engine, Scope(tenant.id, tenant.basin_id), actor) as session,
        ):
            g.actor = actor
            yield session, actor

    def here(self, session: ScopedSession, model: type[Base], row: Row) -> Any:
        """The row here that stands for a row of the demo."""
        return session.scalars(select(model).where(model.id == self.keys[row["id"]])).one()  # type: ignore[attr-defined]

    def stands_for(self, row: Row, made: Any) -> None:
        """Remember that what was made here stands for a row of the demo."""
        self.keys[row["id"]] = made.id
        if "reference" in row:
            self.names[row["reference"]] = made.reference

    def publish(self, scheme: Row, session_row: Row | None, taken: int) -> None:
        """The scheme and session of a referral, with the seats that people who are not played have `taken`."""
        tenant = self.tenant(scheme["owner_tenant_id"])
        owner = {"owner_tenant_id": tenant.id, "basin_id": tenant.basin_id}
        apart = {"id", "version", "state", "operator_id", *owner}
        if scheme["id"] not in self.keys:
            step = self.rows.one(StateChange, subject_id=scheme["id"])
            officer = self.member(step["membership_id"])
            with self.at_work(officer, step["happened_at"]) as session:
                made = Scheme(**owner, **{name: value for name, value in scheme.items() if name not in apart})
                session.add(made)
                session.flush()
                SCHEME.apply(session, made, step["transition"], officer.actor)
                self.stands_for(scheme, made)
        if session_row is not None and session_row["id"] not in self.keys:
            count = self.rows.one(SeatCount, scheme_session_id=session_row["id"])
            facts = {name: value for name, value in session_row.items() if name not in apart}
            facts |= {"scheme_id": self.keys[scheme["id"]], "seats": count["seats"], "seats_taken": taken}
            with unit_of_work(self.federation.engine, Scope(tenant.id, tenant.basin_id)) as session:
                held = SchemeSession(**owner, **facts)
                session.add(held)
                session.flush()
                self.stands_for(session_row, held)
