"""Instruments that a centre published, made by its own actions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.publications.models import Instrument, InstrumentVersion
from clais.instruments.rules.definition import Choice, Definition, Item, ItemKind, Latitude, Section
from support_center.instruments.actions import drafts, versions
from support_center.instruments.forms import whole_mark
from support_center.instruments.queries import contents_of, shelf_of
from tests.support.federation import Federation, Member

ASKED = Item("enfants", ItemKind.NUMBER, {"fr": "Combien d'enfants ?"})
THEN = Item("garde", ItemKind.YES_NO, {"fr": "Qui les garde ?"}, shown_if="${enfants} >= 1")


@dataclass
class Centre:
    """A centre with one instrument: who writes it, who publishes it."""

    author: Member
    reviewer: Member
    instrument: UUID
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    """The lists of choices that its questions use."""

    def held(self, session: ScopedSession) -> Instrument:
        """The instrument."""
        return session.get_one(Instrument, (self.author.tenant.id, self.instrument))

    def publish(self, adopt_by: date, *items: Item) -> UUID:
        """The key of its next version, published, with these questions."""
        return self._publish(self.send(*items), adopt_by)

    def publish_whole(self, definition: Definition) -> UUID:
        """The key of its next version, published, which asks all that a definition does and nothing else."""
        return self._publish(self._send(lambda _before: definition), today())

    def _publish(self, key: UUID, adopt_by: date) -> UUID:
        with self.reviewer.at_work() as session:
            version = session.get_one(InstrumentVersion, (self.reviewer.tenant.id, key))
            reviewed = contents_of(session, key)[0].fingerprint
            versions.publish(session, self.reviewer.actor, version, reviewed, adopt_by)
        return key

    def send(self, *items: Item) -> UUID:
        """The key of its next version, in review."""
        return self._send(self._asking(*items))

    def _send(self, change: Callable[[Definition], Definition]) -> UUID:
        with self.author.at_work() as session:
            instrument = self.held(session)
            shelf = shelf_of(session, instrument)
            version = shelf.in_preparation or drafts.begin_version(session, self.author.actor, instrument)
            asked = drafts.change_draft(session, self.author.actor, version, change)
            until = today() + timedelta(days=9)
            versions.send_to_review(
                session, self.author.actor, version, whole_mark(asked), "Une question de plus.", until
            )
        return version.id

    def _asking(self, *items: Item) -> Callable[[Definition], Definition]:
        return lambda before: replace(asking(before, *items), lists=self.lists or before.lists)

    def use(self, lists: Mapping[str, tuple[Choice, ...]]) -> None:
        """Let its next version have these lists of choices."""
        with self.author.at_work() as session:
            instrument = self.held(session)
            shelf = shelf_of(session, instrument)
            version = shelf.in_preparation or drafts.begin_version(session, self.author.actor, instrument)
            drafts.change_draft(session, self.author.actor, version, lambda before: replace(before, lists=lists))

    def take_back(self, key: UUID) -> None:
        """Make what is in review a draft again."""
        with self.author.at_work() as session:
            version = session.get_one(InstrumentVersion, (self.author.tenant.id, key))
            versions.take_back(session, self.author.actor, version)


def asking(definition: Definition, *items: Item) -> Definition:
    """A definition with one section of these questions; what one of them allows, the section and the whole do too."""
    asked = items or (ASKED,)
    allows = frozenset[Latitude]().union(*(item.allows for item in asked))
    section = Section("situation", {"fr": "Situation"}, asked, allows=allows)
    return replace(definition, sections=(section,), allows=allows)


def a_centre(federation: Federation, name: str = "Bilan", code: str = "bilan", kind: str = "plan_template") -> Centre:
    """The centre of a federation with the first draft of an instrument."""
    author = federation.member(federation.support_centre, "trainer", "Christine Dupuis")
    reviewer = federation.member(federation.support_centre, "supervisor", "Paul Renard")
    with author.at_work() as session:
        facts = {"name": name, "kind": kind, "code": code}
        version = drafts.create_instrument(session, author.actor, facts)
        return Centre(author, reviewer, version.instrument_id)
