"""Of a person whose file is closed: the tasks that are still to do."""

from collections.abc import Iterator
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import KEEP, OpenItem
from clais.text import excerpt
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from clais.workflow import Refused
from tenants.tasks import actions, queries
from tenants.tasks.models import OwnTask

CHOICES = {"finish": N_("Done"), "drop": N_("Drop"), KEEP: N_("Leave it to do")}
QUOTED = 120


def open_tasks(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """The tasks that are still to do."""
    for task in queries.open_on_file(session, person_id):
        text, day = excerpt(task.text.rstrip("."), QUOTED), exact_day(task.due_on)
        yield OpenItem(task.id, _("Task: %(text)s, by %(day)s", text=text, day=day))


def settle(session: ScopedSession, actor: Actor, key: UUID, choice: str, _reason: str) -> None:
    """Note it as done, or take it away. Raises Refused."""
    task = session.get(OwnTask, (session.scope.tenant_id, key))
    if task is None:
        raise Refused("wrong_state")
    if choice == "finish":
        actions.finish_task(session, actor, task)
    else:
        actions.drop_task(session, task)
