"""On a closed file: what the person had when they left, and the news since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, lateness, relative_day
from tenants.exits.choices import RESULTS
from tenants.exits.thread import news_in_words
from tenants.exits.workflow import ASKED, CHECK
from tenants.file.queries import newest
from tenants.people.models import Person
from tenants.people.workflow import CLOSE, EXIT_REASONS


@dataclass(frozen=True, slots=True)
class CheckLine:
    """Some news, to ask for or noted."""

    key: Any
    title: str
    why: str
    tag: str
    kind: str
    news_url: str
    take_back_url: str

    @property
    def is_asked(self) -> bool:
        return not self.news_url


def exit_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The last exit of a closed file, with what was asked since; None for an open file, or one closed before."""
    happened = newest(session, person.id, actor)
    left = next(iter(happened["exits"]), None)
    if left is None or person.stage != "closed":
        return None
    since = [check for check in happened["exit_checks"] if check.exit_id == left.id]
    return {
        "left": left,
        "reason": _(EXIT_REASONS[left.reason]),
        "result": _(RESULTS[left.result]),
        "lines": [_line(check, actor.may(CLOSE)) for check in sorted(since, key=lambda check: check.months)],
        "take_back": CHECK.label_of("take_back"),
    }


def _line(check: Any, may_write: bool) -> CheckLine:
    title = ngettext("After %(num)d month", "After %(num)d months", check.months)
    address = {"person_id": check.person_id, "exit_check_id": check.id}
    if check.state in ASKED:
        said = " · ".join(filter(None, (exact_day(check.asked_on), check.asked_by, check.comment)))
        back = url_for("exits.take_back", **address) if may_write else ""
        return CheckLine(check.id, title, said, news_in_words(check), "done" if check.result else "", "", back)
    late = check.due_on < today()
    return CheckLine(
        check.id,
        title,
        _("to ask for on %(day)s", day=exact_day(check.due_on)),
        lateness(check.due_on) if late else relative_day(check.due_on),
        "late" if late else "",
        url_for("exits.news", **address) if may_write else "",
        "",
    )
