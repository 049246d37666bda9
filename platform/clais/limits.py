"""How often in an hour a member may do what could be abused: more than a day of work asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clais.actor import Actor
from clais.clock import now


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one member may do each thing in an hour; at least once."""

    messages: int = 60
    referrals: int = 60
    numbers: int = 60
    exports: int = 20
    """Lists that are taken away as files."""
    files: int = 200
    """Different files, however often each."""
    lists: int = 600
    """Lists that show names, and searches, whether someone is found or not: who guesses learns from both. What is
    proposed while one text is typed is one search; each time it shows other people counts, too.
    """


TYPING = timedelta(minutes=1)
"""For so long the keys of one text are one search."""


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


class Typing:
    """What members are typing just now, as far as this process knows: a minute in memory, and nowhere else.

    All that was typed of one text is a beginning of the longest that was seen of it. So letters that are added, or
    taken away and written again, go on with one search; whoever tries one ending after the other begins one each time.
    """

    def __init__(self) -> None:
        self._begun: dict[tuple[UUID, UUID, str], tuple[datetime, Mapping[str, str]]] = {}

    def goes_on(self, actor: Actor, where: str, texts: Mapping[str, str]) -> bool | None:
        """Whether `texts`, by field, go on with what a member began to type there; None when nothing was begun."""
        moment = now()
        self._begun = {key: begun for key, begun in self._begun.items() if begun[0] > moment - TYPING}
        key = (actor.tenant_id, actor.membership_id, where)
        begun_at, before = self._begun.get(key, (moment, None))
        longest = _longest(before, texts) if before is not None else None
        self._begun[key] = (moment, texts) if longest is None else (begun_at, longest)
        return None if before is None else longest is not None


def _longest(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str] | None:
    """The longer text of each field; None when one is no beginning of the other."""
    found = {}
    for name in before.keys() | after.keys():
        short, long = sorted((before.get(name, ""), after.get(name, "")), key=len)
        if not long.startswith(short):
            return None
        found[name] = long
    return found
