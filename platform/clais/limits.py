"""How often in an hour a member may do what could be abused: more than a day of work asks for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clais.actor import Actor
from clais.clock import now


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one member may do each thing in an hour; at least once."""

    messages: int = 60
    referrals: int = 60
    numbers: int = 60
    files: int = 200
    """Different files, however often each."""
    lists: int = 600
    """Lists and searches that show names; while someone types, each that shows other people counts."""


class LimitReached(Exception):  # noqa: N818 - it reads as what happened.
    """A member did something as often as one may in an hour. `what` is a name of `Limits`."""

    def __init__(self, what: str, until: datetime) -> None:
        super().__init__(what)
        self.what = what
        self.until = until


class Pauses:
    """Who is shown no more lists, or files, for a while, as far as this process knows.

    They are counted once the answer has left, so that nobody waits for it: with several processes, each may answer
    once more.
    """

    def __init__(self) -> None:
        self._until: dict[tuple[UUID, UUID, str], datetime] = {}

    def begin(self, actor: Actor, what: str, until: datetime) -> None:
        """Remember that a member is shown no more of `what` before `until`."""
        moment = now()
        self._until = {key: end for key, end in self._until.items() if end > moment}
        self._until[actor.tenant_id, actor.membership_id, what] = until

    def until(self, actor: Actor, what: str) -> datetime | None:
        """The moment from which a member is shown `what` again; None when it is shown now."""
        end = self._until.get((actor.tenant_id, actor.membership_id, what))
        return end if end is not None and end > now() else None
