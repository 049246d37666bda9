"""What changed about a file, on its thread: its stage, and who follows it."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from clais.workflow import StateChange
from tenants.people.models import HandOver
from tenants.people.workflow import EXIT_REASONS, STAGE

MOVES_OF_A_FILE = 100
"""The path is drawn from the newest of them; no file changes stage more often."""

STAGES = Source(
    StateChange.subject_id,
    {
        "target": StateChange.target,
        "reason": StateChange.reason,
        "comment": StateChange.comment,
        "actor_name": StateChange.actor_name,
        "happened_at": StateChange.happened_at,
    },
    order=(StateChange.happened_at.desc(),),
    minimum=MOVES_OF_A_FILE,
)


def stage_entry(change: Any, _actor: Actor) -> Iterator[Entry]:
    """A stage change, with its reason."""
    reason = _(EXIT_REASONS[change.reason]) if change.reason in EXIT_REASONS else ""
    yield Entry(
        when=change.happened_at,
        kind="stage",
        title=_("Stage: %(stage)s", stage=_(STAGE.states[change.target])),
        by=change.actor_name,
        icon="signpost-split",
        body=" · ".join(filter(None, (reason, change.comment))),
    )


HAND_OVERS = Source(
    HandOver.person_id,
    {
        "to_name": HandOver.to_name,
        "actor_name": HandOver.actor_name,
        "word": HandOver.word,
        "happened_at": HandOver.happened_at,
    },
    order=(HandOver.happened_at.desc(), HandOver.id.desc()),
)


def hand_over_entry(made: Any, _actor: Actor) -> Iterator[Entry]:
    """A file that changed hands, with the word of the giver."""
    given = made.to_name != made.actor_name
    yield Entry(
        when=made.happened_at,
        kind="hand_over",
        title=_("Handed to %(to)s by %(name)s", to=made.to_name, name=made.actor_name)
        if given
        else _("Taken over by %(name)s", name=made.to_name),
        body=made.word or "",
        icon="person-check",
    )
