"""What was learnt of obstacles, on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.dates import noon_unless_written_on
from clais.feature.file import Entry
from clais.translation import gettext as _
from tenants.obstacles.choices import LIFTED
from tenants.orientation.rules.dimensions import BY_CODE, LEVELS


def change_entry(change: Any, _actor: Actor) -> Iterator[Entry]:
    """An obstacle that was found, changed or was lifted."""
    label = _(BY_CODE[change.dimension].label)
    level = _("lifted") if change.level == LIFTED else _(LEVELS[change.level])
    yield Entry(
        noon_unless_written_on(change.seen_on, change.created_at),
        "obstacle",
        _("Obstacle, %(dimension)s: %(level)s", dimension=label.lower(), level=level),
        change.note or "",
        by=change.noted_by,
        icon="bar-chart",
        url=url_for("obstacles.index", person_id=change.person_id),
    )
